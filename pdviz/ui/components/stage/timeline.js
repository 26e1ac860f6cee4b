// How far everything has come at a moment: the whole choreography, as a function of time alone.

import { clamp, ease } from "../base/view.js"
import { moment, MOTION } from "./run.js"

/** Shares, 0 to 1, of what happens in the six chapters of step n; `alive` falls to 0 as the next step begins.
 *
 * assemble: parameters rise · correlate: products grow, sum: they go to the output · apart: output and target ·
 * back: ∂L/∂y times the samples · gather: gradients on their way down, fall: those of gaps, strike: the mask ·
 * ask: the question what the step will do, trace: its answer, turn: gradients become moves, take: the step.
 * @typedef {ReturnType<typeof chaptersAt>} Progress */

export function chaptersAt(/** @type {import("./run.js").Run} */ run, /** @type {number} */ time) {
  const now = moment(run, time), { n, u } = now
  const come = (/** @type {number} */ chapter) => clamp((u - chapter) / MOTION)
  const within = (/** @type {number} */ share, /** @type {number} */ from, /** @type {number} */ to) =>
    clamp((share - from) / (to - from))
  const correlate = come(1), gather = come(4), step = come(5)
  return {
    ...now,
    alive: n < run.steps - 1 ? 1 - ease(within(u, 5.7, 5.99)) : 1,
    assemble: come(0),
    correlate: ease(within(correlate, 0, 0.45)),
    sum: within(correlate, 0.45, 1),
    apart: come(2),
    back: come(3),
    gather: within(gather, 0, 0.75),
    fall: ease(within(gather, 0, 0.75)),
    strike: ease(within(gather, 0.75, 1)),
    ask: ease(within(u, 4.65, 4.9)),
    trace: ease(within(step, 0, 0.35)),
    turn: ease(within(step, 0.4, 0.6)),
    take: ease(within(step, 0.65, 1)),
  }
}

/** How far one of several that go one after another has come, when all of them have come so far. */
export const inTurn = (/** @type {number} */ share, /** @type {number} */ k, /** @type {number} */ count) =>
  ease(clamp(share * 1.5 - (0.5 * k) / Math.max(1, count - 1)))
