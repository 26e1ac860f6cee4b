// What the rows of a plot share: a range of values, ticks with their labels, a title, and the path of a line.

import { axisLabel } from "../base/format.js"
import { element, set } from "../base/svg.js"
import { tickStep } from "../base/view.js"

/** @typedef {{ low: number, high: number }} Range */
/** A row of a plot: where it is, in pixels, and the values at its foot and at its top.
 * @typedef {Range & { left: number, right: number, top: number, foot: number }} Row */

const FINE = 1e9 // `tickStep` works with whole numbers only

/** Return the range of these values, with a share of it more at either end.
 * @param {Iterable<number>} values
 * @param {number} share
 * @returns {Range} */
export function rangeOf(values, share = 0.08) {
  let low = Infinity, high = -Infinity
  for (const v of values) {
    if (v < low) low = v
    if (v > high) high = v
  }
  if (!(low <= high)) return { low: -1, high: 1 }
  const margin = low === high ? Math.abs(low) / 2 || 1 : share * (high - low)
  return { low: low - margin, high: high + margin }
}

/** Return the range of bars that stand on zero.
 * @param {Iterable<number>} values
 * @returns {Range} */
export function rangeOfBars(values) {
  let low = 0, high = 0
  for (const v of values) {
    if (v < low) low = v
    if (v > high) high = v
  }
  return low === high ? { low: 0, high: 1 } : { low: low * 1.05, high: high * 1.05 }
}

/** Choose the values that get a label, and the step between them.
 * @param {Range} range
 * @param {number} pixels of the range
 * @param {number} spacing the least pixels from one label to the next */
export function chooseTicks({ low, high }, pixels, spacing) {
  const unit = 10 ** Math.ceil(Math.log10(high - low)) / FINE
  const step = tickStep((pixels * unit) / (high - low), spacing)
  const values = []
  for (let k = Math.ceil(low / (step * unit)); k * step * unit <= high; k++) values.push(k * step * unit)
  return { values, step: step * unit }
}

/** Return the height of a value in a row, in pixels from the top of the drawing.
 * @param {Row} row
 * @param {number} value */
export const heightOf = ({ top, foot, low, high }, value) => foot - ((value - low) / (high - low)) * (foot - top)

/** Draw the labelled lines of a row, and its title above it.
 * @param {Element} parent
 * @param {Row} row
 * @param {{ name: string, unit: string, colour?: string, spacing?: number }} options `colour` of the row's line, ""
 *   where it has none; `spacing` the least pixels between labels */
export function drawRow(parent, row, { name, unit, colour = "", spacing = 22 }) {
  const { values, step } = chooseTicks(row, row.foot - row.top, spacing)
  for (const value of values) {
    const y = heightOf(row, value).toFixed(1), label = { x: row.left - 6, y: Number(y) + 3.5, class: "tick end" }
    element("path", parent, { d: `M${row.left} ${y}H${row.right}`, class: "grid" })
    element("text", parent, label).textContent = axisLabel(value, step)
  }
  const title = element("text", parent, { x: colour ? 22 : 0, y: row.top - 10, class: "title" })
  if (colour) element("path", parent, { d: `M0 ${row.top - 14}h16`, stroke: colour, "stroke-width": 3 })
  element("tspan", title, { class: "name" }).textContent = name
  if (unit) element("tspan", title).textContent = unit.startsWith("per ") ? `, ${unit}` : `, in ${unit}`
  const most = row.right - (colour ? 22 : 0)
  if (title.getComputedTextLength() > most) set(title, { textLength: most, lengthAdjust: "spacingAndGlyphs" })
}

/** Return the path of a line through values; of those that share a pixel, through the least and the largest: no more
 * of them would be visible.
 * @param {Row} row
 * @param {Float32Array} values
 * @param {number} pixels from one value to the next */
export function linePath(row, values, pixels) {
  let d = ""
  const add = (/** @type {number} */ i) => {
    d += `${d ? "L" : "M"}${(row.left + i * pixels).toFixed(1)} ${heightOf(row, values[i]).toFixed(1)}`
  }
  for (let i = 0; i < values.length;) {
    let low = i, high = i
    const pixel = Math.floor(i * pixels)
    for (; i < values.length && Math.floor(i * pixels) === pixel; i++) {
      if (values[i] < values[low]) low = i
      if (values[i] > values[high]) high = i
    }
    add(Math.min(low, high))
    if (low !== high) add(Math.max(low, high))
  }
  return d
}
