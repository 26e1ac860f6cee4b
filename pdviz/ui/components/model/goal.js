// Goals: so many samples in a row that a stack is to reach without a hole.

import { LIMITS } from "../boot/constants.js"
import { counted, whole } from "../base/format.js"
import { chooseFamily } from "./choice.js"
import { refusal, stackKernels, withDepth } from "./layers.js"
import { stackNumbers, stackOf, weightsOf, workOf } from "./paths.js"
import { endsOf } from "./receptive_field.js"

/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("./paths.js").Stack} Stack */
/** The first and the last input of a stretch.
 * @typedef {{ from: number, to: number }} Stretch */
/** Whether a stack covers a stretch, and why, as a sentence without its full stop.
 * @typedef {{ covers: boolean, text: string }} Verdict */
/** A number of a stack: its name with a value, the values to try, the first choice first, and what each makes.
 * @typedef {{ name: (value: number) => string, values: number[], make: (value: number) => Choice }} Variable */
/** A stack that covers the goal and differs in one number, in words, with its weights.
 * @typedef {{ choice: Choice, text: string, weights: number }} Step */
/** The steps that a search came upon, the fewest weights first, and whether it tried all values.
 * @typedef {{ steps: Step[], complete: boolean }} Steps */

/** Additions that a search may take. */
const MAX_SEARCH = 2 ** 24

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
    return { covers: false, text: "Long enough; too wide to look for holes here: “Not reached” below lists them" }
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

/** Search for the one number that is to be changed to cover a goal: of layers, wing and island the smallest value,
 * which has the fewest weights; of dilation and growth, which take none, the nearest. A stack that covers the goal
 * already is to be beaten.
 * @param {Choice} choice
 * @param {number} goal
 * @returns {Steps} */
export function searchSteps(choice, goal) {
  const limit = coversGoal(choice, goal) ? weightsOf(stackKernels(choice)) : Infinity
  const budget = { left: MAX_SEARCH }
  const steps = variablesOf(choice).flatMap((variable) => searchVariable(variable, goal, limit, budget) ?? [])
  return { steps: steps.sort((a, b) => a.weights - b.weights), complete: budget.left >= 0 }
}

/** Return the first value of a number that covers a goal with fewer weights than `limit`.
 * @param {Variable} variable
 * @param {number} goal
 * @param {number} limit
 * @param {{ left: number }} budget additions that may still be taken; below 0 from a value on that could not be tried
 * @returns {Step | null} */
function searchVariable({ name, values, make }, goal, limit, budget) {
  for (const value of values) {
    const choice = make(value), layers = stackKernels(choice), weights = weightsOf(layers)
    if (weights >= limit || refusal(layers)) continue
    const ends = [{ first: 0, last: 0 }, ...endsOf(layers)], { first, last } = ends[ends.length - 1]
    if (last - first + 1 < goal) continue
    const { additions } = workOf(layers, ends)
    if (additions > budget.left) {
      budget.left = -1
      return null
    }
    budget.left -= additions
    const stack = stackOf(layers)
    if (judgeStretch(stack, goalStretch(stack, goal)).covers) return { choice, text: name(value), weights }
  }
  return null
}

/** Return the numbers of a choice that may be changed.
 * @param {Choice} choice
 * @returns {Variable[]} */
function variablesOf(choice) {
  const { family, growth } = choice
  const change = (/** @type {number} */ at) => (/** @type {number} */ value) => {
    const numbers = /** @type {import("./pattern.js").Family} */ ([...(family ?? [])])
    numbers[at] = value
    return chooseFamily(numbers, choice)
  }
  const nearest = (/** @type {number[]} */ values, /** @type {number} */ now) =>
    values.sort((a, b) => Math.abs(a - now) - Math.abs(b - now))
  const layers = { name: (/** @type {number} */ v) => counted(v, "layer"), values: upTo(1, LIMITS.layers),
    make: (/** @type {number} */ v) => withDepth(choice, v) }
  const grows = { name: (/** @type {number} */ v) => (v > 1 ? `growth × ${v}` : "no growth"),
    values: nearest(upTo(1, LIMITS.growth), growth), make: (/** @type {number} */ v) => ({ ...choice, growth: v }) }
  if (!family) return [layers, grows]
  return [layers, grows,
    { name: (v) => `dilation ${v}`, values: nearest(upTo(1, LIMITS.dilation), family[1]), make: change(1) },
    { name: (v) => `wing ${v}`, values: upTo(0, LIMITS.wing), make: change(0) },
    { name: (v) => `island ${v}`, values: upTo(1, LIMITS.island, 2), make: change(2) }]
}

/** List whole numbers.
 * @param {number} least
 * @param {number} most
 * @param {number} step */
const upTo = (least, most, step = 1) =>
  Array.from({ length: Math.floor((most - least) / step) + 1 }, (_, i) => least + i * step)
