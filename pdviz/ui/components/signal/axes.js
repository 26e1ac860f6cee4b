// What the rows of a plot share: a range with room, ticks with their labels, and a title.

import { axisLabel } from "../base/format.js"
import { element, set } from "../base/svg.js"
import { tickStep } from "../base/view.js"

/** @typedef {{ low: number, high: number }} Range */
/** Where a row stands, in pixels. @typedef {{ left: number, right: number, top: number, foot: number }} Box */

const FINE = 1e9 // `tickStep` knows whole numbers only

/** The range that these values take, and a share of it more at either end.
 * @returns {Range} */
export function room(/** @type {Iterable<number>} */ values, share = 0.08) {
  let low = Infinity, high = -Infinity
  for (const v of values) {
    if (v < low) low = v
    if (v > high) high = v
  }
  if (!(low <= high)) return { low: -1, high: 1 }
  const margin = low === high ? Math.abs(low) / 2 || 1 : share * (high - low)
  return { low: low - margin, high: high + margin }
}

/** The values that get a label, and how far they are apart. */
export function ticks(/** @type {Range} */ { low, high }, /** @type {number} */ pixels, /** @type {number} */ apart) {
  const unit = 10 ** Math.ceil(Math.log10(high - low)) / FINE
  const step = tickStep((pixels * unit) / (high - low), apart)
  const values = []
  for (let k = Math.ceil(low / (step * unit)); k * step * unit <= high; k++) values.push(k * step * unit)
  return { values, step: step * unit }
}

/** The height of a value in a box. */
export const level = (/** @type {Box} */ { top, foot }, /** @type {Range} */ { low, high }, /** @type {number} */ v) =>
  foot - ((v - low) / (high - low)) * (foot - top)

/** The labelled lines of a row, and its title above it: the name, and the unit. */
export function row(/** @type {Element} */ parent, /** @type {Box} */ box, /** @type {Range} */ range,
  /** @type {string} */ name, /** @type {string} */ unit, { colour = "", apart = 22 } = {}) {
  const { values, step } = ticks(range, box.foot - box.top, apart)
  for (const v of values) {
    const y = level(box, range, v).toFixed(1)
    element("path", parent, { d: `M${box.left} ${y}H${box.right}`, class: "grid" })
    element("text", parent, { x: box.left - 6, y: Number(y) + 3.5, class: "tick end" }).textContent = axisLabel(v, step)
  }
  const title = element("text", parent, { x: colour ? 22 : 0, y: box.top - 10, class: "title" })
  if (colour) element("path", parent, { d: `M0 ${box.top - 14}h16`, stroke: colour, "stroke-width": 3 })
  element("tspan", title, { class: "name" }).textContent = name
  if (unit) element("tspan", title).textContent = `, in ${unit}`
  const most = box.right - (colour ? 22 : 0)
  if (title.getComputedTextLength() > most) set(title, { textLength: most, lengthAdjust: "spacingAndGlyphs" })
}
