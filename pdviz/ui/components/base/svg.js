// SVG elements, and the fills of the kernel's parts.

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
