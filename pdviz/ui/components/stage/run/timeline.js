// How far everything has come at a moment: the whole choreography, as a function of time alone.
//
// Time runs from 0 to 6 · steps: six units per training step, one per chapter.

import { clamp, ease } from "../../base/view.js"

/** A moment of the run: step n, and how far it has come, 0 to 6.
 * @typedef {{ n: number, u: number }} Moment */
/** Shares, 0 to 1, of what happens in the six chapters of step n; `alive` falls to 0 as the next step begins.
 *
 * assemble: parameters rise · correlate: products grow, sum: they go to the output · apart: output and target ·
 * back: ∂L/∂y times the samples · gather: gradients on their way down, fall: those of gaps, strike: the mask ·
 * question: what the step will do, trace: its answer, turn: gradients become moves, take: the step.
 * @typedef {ReturnType<typeof progressAt>} Progress */

export const CHAPTERS = ["Assemble", "Correlate", "Loss", "Back", "Gather", "Step"]
/** The share of a chapter in which things move; the rest is for reading. */
export const MOTION = 0.6

/** Return the moment at a time.
 * @param {number} steps of the run
 * @param {number} time
 * @returns {Moment} */
export function momentAt(steps, time) {
  const n = Math.min(steps - 1, Math.floor(time / 6))
  return { n, u: time - 6 * n }
}

/** Return the chapter of a moment, 0 to 5.
 * @param {Moment} moment */
export const chapterOf = ({ u }) => Math.min(5, Math.floor(u))

/** Return how far everything has come at a time.
 * @param {number} steps of the run
 * @param {number} time */
export function progressAt(steps, time) {
  const moment = momentAt(steps, time), { n, u } = moment
  const motion = (/** @type {number} */ chapter) => clamp((u - chapter) / MOTION)
  const between = (/** @type {number} */ share, /** @type {number} */ from, /** @type {number} */ to) =>
    clamp((share - from) / (to - from))
  const correlate = motion(1), gather = motion(4), step = motion(5)
  return {
    ...moment,
    alive: n < steps - 1 ? 1 - ease(between(u, 5.7, 5.99)) : 1,
    assemble: motion(0),
    correlate: ease(between(correlate, 0, 0.45)),
    sum: between(correlate, 0.45, 1),
    apart: motion(2),
    back: motion(3),
    gather: between(gather, 0, 0.75),
    fall: ease(between(gather, 0, 0.75)),
    strike: ease(between(gather, 0.75, 1)),
    question: ease(between(u, 4.65, 4.9)),
    trace: ease(between(step, 0, 0.35)),
    turn: ease(between(step, 0.4, 0.6)),
    take: ease(between(step, 0.65, 1)),
  }
}

/** Return how far the k-th of several that go one after another has come, when all together have come so far.
 * @param {number} share
 * @param {number} k
 * @param {number} count */
export const inTurn = (share, k, count) => ease(clamp(share * 1.5 - (0.5 * k) / Math.max(1, count - 1)))
