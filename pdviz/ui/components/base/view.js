// Views of an axis: where its positions lie in pixels, its ticks, and the arithmetic of motion between views.

/** A stretch of an axis, from the left edge of a drawing to its right one.
 * @typedef {{ lo: number, hi: number }} View */

/** Bring a number into a range.
 * @param {number} v */
export const clamp = (v, least = 0, most = 1) => Math.min(most, Math.max(least, v))

/** Ease in and out of a motion that goes evenly from 0 to 1.
 * @param {number} v */
export const ease = (v) => v * v * (3 - 2 * v)

/** Interpolate from `a` to `b`.
 * @param {number} a
 * @param {number} b
 * @param {number} u from 0 to 1 */
export const mix = (a, b, u) => a + (b - a) * u

/** Interpolate from one view to another.
 * @param {View} a
 * @param {View} b
 * @param {number} u from 0 to 1
 * @returns {View} */
export const mixViews = (a, b, u) => ({ lo: mix(a.lo, b.lo, u), hi: mix(a.hi, b.hi, u) })

/** Of a view's width: smaller moves are made at once. */
export const LITTLE = 0.1

/** Return whether the ends of two views are no further apart than this share of the second one's width.
 * @param {View} a
 * @param {View} b
 * @param {number} share */
export const within = (a, b, share) =>
  Math.max(Math.abs(a.lo - b.lo), Math.abs(a.hi - b.hi)) <= share * (b.hi - b.lo)

/** Return where a position lies in a view, in pixels.
 * @param {View} view
 * @param {number} width of the drawing, in pixels
 * @param {number} position */
export const pixelOf = ({ lo, hi }, width, position) => ((position - lo) / (hi - lo)) * width

/** Return the position, not a whole number, at a pixel of a view.
 * @param {View} view
 * @param {number} width of the drawing, in pixels
 * @param {number} x */
export const positionAt = ({ lo, hi }, width, x) => lo + (x / width) * (hi - lo)

/** Choose the distance between the labels of a ruler: 1, 2 or 5 times a power of ten.
 * @param {number} cell pixels from one position to the next
 * @param {number} spacing the least pixels from one label to the next */
export function tickStep(cell, spacing = 34) {
  for (let power = 1; ; power *= 10)
    for (const step of [power, 2 * power, 5 * power]) if (step * cell >= spacing) return step
}
