// Goals: so many samples in a row that a stack is to reach without a hole.

import { counted, whole } from "../base/format.js"
import { refusal, stackKernels } from "./layers.js"
import { stackNumbers, stackOf } from "./paths.js"

/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("./paths.js").Stack} Stack */
/** The first and the last input of a stretch.
 * @typedef {{ from: number, to: number }} Stretch */
/** Whether a stack covers a stretch, and why, as a sentence without its full stop.
 * @typedef {{ covers: boolean, text: string }} Verdict */

/** Return the stretch of inputs that a goal is about: around the middle of what the stack reaches, or up to the output
 * where the stack is causal.
 * @param {Stack} stack
 * @param {number} goal
 * @returns {Stretch} */
export function goalStretch(stack, goal) {
  const { first, last } = stackNumbers(stack)
  const causal = stack.layers.every(({ kernel }) => kernel.offsets[kernel.offsets.length - 1] <= 0)
  const from = causal ? 1 - goal : Math.floor((first + last - goal + 1) / 2)
  return { from, to: from + goal - 1 }
}

/** Judge whether a stack covers a stretch.
 * @param {Stack} stack
 * @param {Stretch} stretch
 * @returns {Verdict} */
export function judgeStretch(stack, { from, to }) {
  const goal = to - from + 1, { extent, numbers } = stackNumbers(stack)
  if (extent < goal)
    return { covers: false, text: `Spans ${whole(extent)} of ${whole(goal)} samples, ${whole(goal - extent)} too few` }
  if (!numbers || !stack.fields)
    return { covers: false, text: "Long enough; too wide to look for holes while editing" }
  const { first, paths } = stack.fields[stack.fields.length - 1]
  let holes = 0
  for (let at = from; at <= to; at++) if (!(paths[at - first] > 0)) holes++
  const be = holes === 1 ? "is" : "are"
  if (holes) return { covers: false, text: `Long enough, but ${counted(holes, "sample")} in it ${be} not reached` }
  const weights = counted(stack.weights, "weight")
  return { covers: true, text: `Covers ${counted(goal, "sample")} without holes, with ${weights}` }
}

/** Return whether the stack of a choice covers a goal.
 * @param {Choice} choice
 * @param {number} goal */
export function coversGoal(choice, goal) {
  const layers = stackKernels(choice)
  if (!goal || refusal(layers)) return false
  const stack = stackOf(layers)
  return judgeStretch(stack, goalStretch(stack, goal)).covers
}

/** Keep the attempts that cover a goal, the latest first; the one with the fewest weights is never dropped.
 * @template {{ weights: number }} T
 * @param {T[]} attempts
 * @param {number} most how many are kept
 * @returns {T[]} */
export function keepBest(attempts, most) {
  if (attempts.length <= most) return attempts
  const fewest = Math.min(...attempts.map(({ weights }) => weights))
  const dropped = attempts.map(({ weights }) => weights > fewest).lastIndexOf(true)
  return attempts.toSpliced(dropped < 0 ? most : dropped, 1)
}
