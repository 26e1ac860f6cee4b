// The layers of a stack as they are chosen: the shared pattern, its dilation growing, or a layer's own.

import { LIMITS } from "../boot/constants.js"
import { counted, whole } from "../base/format.js"
import { reachOf } from "./receptive_field.js"
import { familyKernel, familyOf, parse, spread, text } from "./pattern.js"

/** @typedef {import("./pattern.js").Kernel} Kernel */
/** @typedef {import("./pattern.js").Family} Family */
/** @typedef {import("./receptive_field.js").Layer} Layer */
/** @typedef {import("./choice.js").Choice} Choice */

/** A layer that is not like all others: its stride, and its own pattern, the family's or a free one, if it has one.
 * @typedef {{ stride: number, family: Family | null, text: string, origin: number }} Own */

/** Whether a layer has a pattern of its own. */
export const isOwn = (/** @type {Own | null | undefined} */ own) => Boolean(own && (own.family || own.text))

/** How often its dilation a layer of the shared pattern has. */
export const factorOf = (/** @type {Choice} */ { growth, every }, /** @type {number} */ l) => growth ** Math.floor(l / every)

/** The layers of a choice, from the input to the output.
 * @returns {Layer[]} */
export function stackKernels(/** @type {Choice} */ choice) {
  return Array.from({ length: choice.layers }, (_, l) => {
    const own = choice.stack[l], stride = own?.stride ?? 1
    if (own?.family) return { kernel: familyKernel(own.family), stride }
    if (own?.text) return { kernel: parse(own.text, own.origin), stride }
    const factor = factorOf(choice, l), { kernel, family } = choice
    if (factor === 1) return { kernel, stride }
    if (!family) return { kernel: spread(kernel, factor), stride }
    return { kernel: familyKernel([family[0], family[1] * factor, family[2], family[3]]), stride }
  })
}

/** The family's numbers of a layer, or null where its pattern is a free one.
 * @returns {Family | null} */
export function familyIn(/** @type {Choice} */ choice, /** @type {number} */ l) {
  const own = choice.stack[l]
  if (own && isOwn(own)) return own.family
  const { family } = choice
  return family && [family[0], family[1] * factorOf(choice, l), family[2], family[3]]
}

/** A layer with this pattern for its own, as the family's where its numbers are within the limits.
 * @returns {Own} */
export function ownOf(/** @type {Kernel} */ kernel, /** @type {number} */ stride) {
  const family = familyOf(kernel)
  if (family && family[0] <= LIMITS.wing && family[1] <= LIMITS.ownDilation && family[2] <= LIMITS.island)
    return { stride, family, text: "", origin: 0 }
  return { stride, family: null, text: text(kernel), origin: -kernel.first }
}

/** The layers that differ, as short as they can be told, every one written in the same order.
 * @returns {(Own | null)[]} */
export function tidy(/** @type {(Own | null)[]} */ stack, /** @type {number} */ layers) {
  const kept = stack.slice(0, layers).map((own) => {
    if (!own || !(isOwn(own) || own.stride > 1)) return null
    const { stride, family, text, origin } = own
    return { stride, family, text, origin }
  })
  while (kept.length && kept[kept.length - 1] === null) kept.pop()
  return kept
}

/** A choice with layer `l` replaced.
 * @returns {Choice} */
export function withLayer(/** @type {Choice} */ choice, /** @type {number} */ l, /** @type {Own | null} */ own) {
  const stack = Array.from({ length: choice.layers }, (_, i) => (i === l ? own : choice.stack[i] ?? null))
  return { ...choice, stack: tidy(stack, choice.layers) }
}

/** A choice with so many layers.
 * @returns {Choice} */
export const withDepth = (/** @type {Choice} */ choice, /** @type {number} */ layers) =>
  ({ ...choice, layers, stack: tidy(choice.stack, layers) })

/** Why a stack is not computed, in a sentence; "" if it is. Found by arithmetic alone. */
export function refusal(/** @type {Layer[]} */ layers) {
  const { first, last } = reachOf(layers)[layers.length - 1], extent = last - first + 1
  if (extent > LIMITS.extent)
    return `This stack would reach over ${whole(extent)} inputs; at most ${whole(LIMITS.extent)} are computed. ` +
      "Take fewer layers, a smaller dilation, less growth or smaller strides."
  const span = Math.max(...layers.map(({ kernel }) => kernel.size))
  if (span <= LIMITS.span) return ""
  return `A kernel of this stack would span ${whole(span)} elements, with the origin far beside its taps; ` +
    `at most ${whole(LIMITS.span)} are computed. Let its dilation grow less.`
}

/** What one layer is, in a few words. */
export function layerWords(/** @type {Choice} */ choice, /** @type {number} */ l, /** @type {Layer} */ { kernel, stride }) {
  const family = familyIn(choice, l)
  const shape = !family ? "free pattern" : family[0] ? `dilation ${whole(family[1])}` : "no wings"
  return [counted(kernel.offsets.length, "tap"), shape, `span ${whole(kernel.size)}`, ...(stride > 1 ? [`stride ${stride}`] : [])].join(" · ")
}

/** How the layers differ from one another, in sentences; "" if they do not. */
export function differences(/** @type {Choice} */ choice) {
  const { growth, every, layers, stack, family } = choice
  const grows = growth > 1 && layers > every && (!family || family[0] > 0)
  const named = (/** @type {number[]} */ list) => `${list.length === 1 ? "layer" : "layers"} ${list.map((l) => l + 1).join(", ")}`
  const all = Array.from({ length: layers }, (_, l) => l)
  const own = all.filter((l) => isOwn(stack[l])), strided = all.filter((l) => (stack[l]?.stride ?? 1) > 1)
  const parts = []
  if (grows) parts.push(`the dilation grows × ${growth} ${every === 1 ? "from layer to layer" : `every ${every} layers`}`)
  if (own.length) parts.push(`${named(own)} ${own.length === 1 ? "has a pattern of its own" : "have patterns of their own"}`)
  if (strided.length) parts.push(`${named(strided)} ${strided.length === 1 ? "has a stride" : "have strides"}`)
  const words = parts.join("; ")
  return words && `${words[0].toUpperCase()}${words.slice(1)}.`
}
