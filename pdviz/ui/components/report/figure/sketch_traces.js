// Traces of a sketch: rows of shades, lines and words.

import { bytes } from "../../base/base64.js"
import { shadeBetween } from "../../base/theme.js"
import { element } from "../../base/svg.js"
import { linePath } from "./sketch_path.js"

/** @typedef {import("./sketch.js").Place} Place */

/** The arrays that Plotly's names of types stand for. */
const ARRAYS = {
  i1: Int8Array, u1: Uint8Array, i2: Int16Array, u2: Uint16Array, i4: Int32Array, u4: Uint32Array,
  f4: Float32Array, f8: Float64Array,
}
const SPACING = 1.3 // height of a line of words, in letters
const DASHES = { dot: 3, dash: 9 } // pixels
/** Matches a tag; a word is split into tags and what is between them. */
const TAG = /(<[^>]*>)/
const COLOUR_TAG = /^<span style=["']color:(#[0-9a-fA-F]{6})["']>$/

/** Draw a trace.
 * @param {any} trace
 * @param {Place} place
 * @returns {boolean} whether that is possible */
export function drawTrace(trace, place) {
  if (trace.type === "heatmap") drawShades(trace, place)
  else if (trace.mode === "lines") drawLine(trace, place)
  else return trace.mode === "text" && drawWords(trace, place)
  return true
}

/** Return the numbers of a property.
 * @param {any} property
 * @returns {ArrayLike<number>} */
export function numbersOf(property) {
  const { bdata, dtype } = property
  return bdata === undefined ? property : new (/** @type {any} */ (ARRAYS)[dtype])(bytes(bdata))
}

/** Draw a row of shades, empty where there is nothing: an image a pixel high, stretched.
 * @param {any} trace
 * @param {Place} place */
function drawShades({ x0, dx, y0, dy, z, zmax, colorscale }, { svg, host, x, y }) {
  const strengths = numbersOf(z), canvas = document.createElement("canvas"), image = new ImageData(strengths.length, 1)
  const shades = [colorscale[1][1], colorscale[2][1]]
  for (let i = 0; i < strengths.length; i++)
    if (strengths[i]) image.data.set([...shadeBetween(shades, strengths[i] / zmax), 255], 4 * i)
  canvas.width = strengths.length
  canvas.height = 1
  canvas.getContext("2d")?.putImageData(image, 0, 0)
  const left = x(x0 - dx / 2), top = y(y0 + dy / 2)
  const width = Math.round(x(x0 + (strengths.length - 0.5) * dx) - left), height = Math.round(y(y0 - dy / 2) - top)
  // moved and stretched by a transform: a box would be put on whole pixels
  canvas.style.transform = `translate(${left}px,${top}px) scale(${width / strengths.length},${height})`
  host.insertBefore(canvas, svg)
}

/** Draw a line, or its inside where that is filled; nothing is drawn beyond the box of its axes.
 * @param {any} trace
 * @param {Place} place */
function drawLine(trace, { svg, x, y, box }) {
  const { line, fill, fillcolor } = trace, [left, top, width, height] = box
  const inside = element("svg", svg, { x: left, y: top, width, height, viewBox: box.join(" ") })
  const dash = /** @type {any} */ (DASHES)[line.dash]
  element("path", inside, {
    d: linePath(pointsOf(trace, { x, y }), line.shape, Boolean(fill)),
    fill: fill ? fillcolor : "none", stroke: fill ? "none" : line.color,
    "stroke-width": line.width, "stroke-miterlimit": 2, "stroke-dasharray": dash ? `${dash}px,${dash}px` : "none",
  })
}

/** Return the points of a line, NaN where the trace has no number.
 * @param {any} trace
 * @param {Pick<Place, "x" | "y">} scales
 * @returns {[number, number][]} */
export function pointsOf({ x: xs, x0, dx, y: ys }, { x, y }) {
  const positions = xs && numbersOf(xs)
  const finite = (/** @type {number | null} */ v) => Number.isFinite(v) ? Number(v) : NaN // null would count as 0
  return Array.from(numbersOf(ys), (level, i) => [x(finite(positions ? positions[i] : x0 + i * dx)), y(finite(level))])
}

/** Draw words beside places, each in lines, bold or coloured in parts.
 * @param {any} trace
 * @param {Place} place
 * @returns {boolean} whether they have no other tags */
function drawWords({ x: xs, y: ys, text, textposition, textfont }, { svg, x, y, template }) {
  const { family, color } = template.layout.font, positions = numbersOf(xs), levels = numbersOf(ys)
  return text.every((/** @type {string} */ words, /** @type {number} */ i) => {
    const [upright, side] = textposition[i].split(" "), size = textfont.size[i], rows = words.split("<br>")
    const height = (SPACING * (rows.length - 1) + 1) * size
    const lift = upright === "top" ? height : upright === "middle" ? height / 2 : 0
    const anchor = side === "right" ? "start" : side === "left" ? "end" : "middle"
    const node = element("text", svg, { "text-anchor": anchor, "font-size": `${size}px`, fill: color })
    Object.assign(node.style, { fontFamily: family, whiteSpace: "pre" })
    const top = y(levels[i]) + 0.75 * size - lift
    return rows.every((row, k) => writeRow(node, row, x(positions[i]), top + k * SPACING * size))
  })
}

/** Write a line of words.
 * @param {SVGElement} node
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @returns {boolean} whether it has no other tags than bold and coloured */
function writeRow(node, text, x, y) {
  const row = element("tspan", node, { x, y })
  let inside = row
  for (const piece of text.split(TAG)) {
    const colour = COLOUR_TAG.exec(piece)
    if (piece === "<b>") inside = element("tspan", row, { "font-weight": "bold" })
    else if (colour) inside = element("tspan", row, { fill: colour[1] })
    else if (piece === "</b>" || piece === "</span>") inside = row
    else if (TAG.test(piece) || piece.includes("&")) return false
    else inside.append(piece)
  }
  return true
}
