// SVG elements, text in lines, and the fills of the kernel's parts.

import { COLOURS } from "../boot/constants.js"
import { enlargement } from "./theme.js"

const SVG = "http://www.w3.org/2000/svg"

/** @typedef {Record<string, string | number>} Attributes */

/** Create an SVG element of this name in `parent`.
 * @param {string} name
 * @param {Element} parent
 * @param {Attributes} attributes
 * @returns {any} */
export function element(name, parent, attributes = {}) {
  const node = document.createElementNS(SVG, name)
  set(node, attributes)
  parent.append(node)
  return node
}

/** Give an element these attributes; one that it has already costs nothing more.
 * @param {Element} node
 * @param {Attributes} attributes */
export function set(node, attributes) {
  for (const key in attributes) {
    const value = String(attributes[key])
    if (node.getAttribute(key) !== value) node.setAttribute(key, value)
  }
}

/** Give a drawing a size in its own pixels, of which one is larger on the page where the drawing is enlarged.
 * @param {SVGSVGElement} svg
 * @param {number} width
 * @param {number} height */
export function resize(svg, width, height) {
  const times = enlargement()
  set(svg, { viewBox: `0 0 ${width} ${height}`, width: width * times, height: height * times })
}

/** Return where a pointer is in a drawing, in the drawing's own pixels.
 * @param {SVGSVGElement} svg
 * @param {{ clientX: number, clientY: number }} pointer */
export function placeIn(svg, { clientX, clientY }) {
  const box = svg.getBoundingClientRect(), own = svg.viewBox.baseVal.width
  const times = own && box.width ? box.width / own : 1
  return { x: (clientX - box.left) / times, y: (clientY - box.top) / times }
}

/** A group of nodes that are used again from one drawing to the next: `start`, `next` for each node, then `end`. */
export class NodePool {
  #count = 0

  /**
   * @param {Element} parent
   * @param {string} className of nodes that `next` does not give another */
  constructor(parent, className = "") {
    this.group = element("g", parent)
    this.className = className
  }

  /** Begin a drawing. */
  start() { this.#count = 0 }

  /** Draw the next node.
   * @param {string} name
   * @param {Attributes} attributes
   * @returns {any} */
  next(name, attributes) {
    let node = this.group.children[this.#count++]
    if (node?.tagName !== name) {
      const fresh = element(name, this.group, this.className ? { class: this.className } : {})
      if (node) node.replaceWith(fresh)
      node = fresh
    }
    set(node, attributes)
    return node
  }

  /** Remove the nodes that this drawing has no use for. */
  end() { while (this.group.children.length > this.#count) this.group.lastChild.remove() }
}

/** Create a fill for each part: its colour, and stripes that distinguish the wings without colour.
 * @param {SVGSVGElement} svg
 * @param {string} id distinguishes this drawing's fills from others' on the page */
export function fills(svg, id) {
  const defs = element("defs", svg)
  const stripes = { "left wing": "M-1 -1L7 7M-1 5L1 7M5 -1L7 1", "right wing": "M-1 7L7 -1M-1 1L1 -1M5 7L7 5" }
  /** @type {Record<string, string>} */
  const fill = { ...COLOURS }
  for (const part of /** @type {const} */ (["left wing", "right wing"])) {
    const name = `${id}-${part.replace(" ", "-")}`
    const tile = element("pattern", defs, { id: name, width: 6, height: 6, patternUnits: "userSpaceOnUse" })
    element("rect", tile, { width: 6, height: 6, fill: COLOURS[part] })
    element("path", tile, { d: stripes[part], stroke: "rgba(255,255,255,0.45)", "stroke-width": 1.2 })
    fill[part] = `url(#${name})`
  }
  return fill
}

/** A paragraph of a picture; `lead` stands before `text`, in bold.
 * @typedef {{ lead?: string, text: string, size: number, weight?: number }} Paragraph */

const LINE = 1.4 // heights of type from one line to the next

/** Write paragraphs one below the other, wrapped to a width; return where they end. Lines are measured in the page's
 * font and in the one that stands in for it where a file is opened without it.
 * @param {SVGElement} svg
 * @param {{ x: number, y: number, width: number }} place
 * @param {Pick<CSSStyleDeclaration, "color" | "fontFamily">} style
 * @param {Paragraph[]} paragraphs */
export function writeParagraphs(svg, { x, y, width }, { color, fontFamily }, paragraphs) {
  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"))
  for (const { lead = "", text, size, weight = 400 } of paragraphs) {
    const measure = (/** @type {string} */ words) => Math.max(...[fontFamily, "sans-serif"].map((font) => {
      pen.font = `${lead ? 600 : weight} ${size}px ${font}`
      return pen.measureText(words).width
    }))
    wrap(`${lead}${text}`, width, measure).forEach((line, k) => {
      y += Math.round(LINE * size)
      const node = element("text", svg, { x, y: y - 0.35 * size, fill: color })
      node.setAttribute("style", `font:${weight} ${size}px ${fontFamily}`)
      const bold = k === 0 ? lead : ""
      if (bold) element("tspan", node, { "font-weight": 600, style: "font-weight:600" }).textContent = bold
      node.append(line.slice(bold.length))
    })
  }
  return y
}

/** Wrap text in lines of at most so many pixels.
 * @param {string} text
 * @param {number} width
 * @param {(words: string) => number} measure */
export function wrap(text, width, measure) {
  const lines = [""]
  for (const word of text.split(" ")) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim()
    if (measure(longer) > width) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}
