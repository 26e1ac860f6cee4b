// The cones as a picture by itself: their names and numbers, what the axis counts and what the shades mean, as text.

import { element, writeParagraphs } from "../../base/svg.js"
import { axisWords, drawCone, keyMarks, rowNames } from "../cone.js"

/** @typedef {import("../cone.js").Cone} Cone */
/** A cone with what its title says. @typedef {{ name: string, numbers: string, cone: Cone }} TitledCone */
/** @typedef {Pick<CSSStyleDeclaration, "color" | "fontFamily">} Style */

const FINE = 4 // pixels of the file for one of the page
const TITLE = 15, SMALL = 13, GAP = 18 // pixels
const MARK = { width: 16, height: 11, hole: 1.5 } // pixels

/** Draw cones one below the other, with their axis and the key.
 * @param {TitledCone[]} cones
 * @param {string} words below them, about what is pointed at
 * @param {Style} style
 * @returns {SVGSVGElement} */
export function drawSavedCones(cones, words, style) {
  const { width } = cones[0].cone.layout, host = document.createElement("div")
  const svg = /** @type {SVGSVGElement} */ (element("svg", host, { width }))
  let y = 0
  for (const { name, numbers, cone } of cones) {
    y = writeParagraphs(svg, { x: 0, y, width }, style, [{ lead: `${name}: `, text: numbers, size: TITLE }]) + 4
    drawRows(svg, y, cone, style)
    y += cone.layout.height + GAP
  }
  const axis = "input position relative to the output, in samples"
  writeWord(svg, { text: axis, x: width / 2, y: y - 4, size: SMALL, anchor: "middle", opacity: 1 }, style)
  y = writeKey(svg, y + GAP, cones[0].cone, style)
  if (words) y = writeParagraphs(svg, { x: 0, y, width }, style, [{ text: words, size: SMALL }])
  svg.setAttribute("height", String(y + 4))
  return svg
}

/** Draw the rows of a cone as an image that is finer than the screen, and write what they are.
 * @param {SVGSVGElement} svg
 * @param {number} top
 * @param {Cone} cone
 * @param {Style} style */
function drawRows(svg, top, cone, style) {
  const { layout } = cone, { width, height } = layout, canvas = document.createElement("canvas")
  drawCone(canvas, { ...cone, ratio: FINE })
  element("image", svg, { href: canvas.toDataURL(), x: 0, y: top, width, height })
  for (const word of [...rowNames(layout), ...axisWords(layout)]) writeWord(svg, { ...word, y: top + word.y }, style)
}

/** Write what the shades and the marks mean, one beside the other as far as they fit; return where that ends.
 * @param {SVGSVGElement} svg
 * @param {number} y
 * @param {Cone} cone
 * @param {Style} style */
function writeKey(svg, y, { ink, layout: { width } }, style) {
  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"))
  pen.font = `${SMALL}px sans-serif`
  let x = 0
  for (const [colour, text, hole] of keyMarks(ink)) {
    const wide = MARK.width + 6 + pen.measureText(text).width, height = hole ? MARK.hole : MARK.height
    if (x > 0 && x + wide > width) [x, y] = [0, y + 1.5 * SMALL]
    element("rect", svg, { x, y: y - 4.5 - height / 2, width: MARK.width, height, fill: colour })
    writeWord(svg, { text, x: x + MARK.width + 6, y, size: SMALL, anchor: "start", opacity: 1 }, style)
    x += wide + 20
  }
  return y + 8
}

/** Write a word of the picture.
 * @param {SVGSVGElement} svg
 * @param {import("../cone.js").Word} word
 * @param {Style} style */
function writeWord(svg, { text, x, y, size, anchor, opacity }, { color, fontFamily }) {
  const look = { fill: color, "fill-opacity": opacity, "text-anchor": anchor, style: `font:${size}px ${fontFamily}` }
  element("text", svg, { x, y, ...look }).textContent = text
}
