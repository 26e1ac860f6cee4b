// Views of an axis, and the arithmetic of motion between them.

export const clamp = (/** @type {number} */ v, least = 0, most = 1) => Math.min(most, Math.max(least, v))
export const ease = (/** @type {number} */ v) => v * v * (3 - 2 * v)
export const mix = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ u) => a + (b - a) * u

/** Of a view's width: what moves no more is there at once. */
export const LITTLE = 0.1

/** Whether the ends of two views are no further apart than this share of the second one's width. */
export const within = (/** @type {{ lo: number, hi: number }} */ a, /** @type {{ lo: number, hi: number }} */ b, /** @type {number} */ share) =>
  Math.max(Math.abs(a.lo - b.lo), Math.abs(a.hi - b.hi)) <= share * (b.hi - b.lo)
