// Layers of a stack as they are chosen: the shared pattern, its dilation growing, or a layer's own pattern and stride.

import { LIMITS } from "../boot/constants.js"
import { amount, counted, whole } from "../base/format.js"
import { endsOf } from "./receptive_field.js"
import { familyKernel, familyOf, parse, spread, text } from "./pattern.js"

/** @typedef {import("./pattern.js").Kernel} Kernel */
/** @typedef {import("./pattern.js").Family} Family */
/** @typedef {import("./receptive_field.js").Layer} Layer */
/** @typedef {import("./choice.js").Choice} Choice */

/** A layer that differs from the others: its stride, and its own pattern, the family's or a free one, if it has one.
 * @typedef {{ stride: number, family: Family | null, text: string, origin: number }} Own */

/** Return whether a layer has a pattern of its own.
 * @param {Own | null | undefined} own */
export const isOwn = (own) => Boolean(own && (own.family || own.text))

/** Return the factor by which the shared pattern's dilation has grown at layer `l`.
 * @param {Choice} choice
 * @param {number} l */
export const factorOf = ({ growth, every }, l) => growth ** Math.floor(l / every)

/** Return whether the growth changes a layer: one that shares the pattern, if that has a dilation to grow.
 * @param {Pick<Choice, "kernel" | "family" | "layers" | "growth" | "every" | "stack">} choice */
export const grows = ({ kernel, family, layers, growth, every, stack }) =>
  growth > 1 && (family ? family[0] > 0 : kernel.size > 1) &&
  Array.from({ length: layers }, (_, l) => l).some((l) => l >= every && !isOwn(stack[l]))

/** Make the layers of a choice, from the input to the output.
 * @param {Choice} choice
 * @returns {Layer[]} */
export function stackKernels(choice) {
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

/** Return the family's numbers of a layer, null where its pattern is a free one.
 * @param {Choice} choice
 * @param {number} l
 * @returns {Family | null} */
export function familyIn(choice, l) {
  const own = choice.stack[l]
  if (own && isOwn(own)) return own.family
  const { family } = choice
  return family && [family[0], family[1] * factorOf(choice, l), family[2], family[3]]
}

/** Make a layer with this pattern of its own: by the family's numbers where the limits allow.
 * @param {Kernel} kernel
 * @param {number} stride
 * @returns {Own} */
export function ownOf(kernel, stride) {
  const family = familyOf(kernel)
  if (family && family[0] <= LIMITS.wing && family[1] <= LIMITS.ownDilation && family[2] <= LIMITS.island)
    return { stride, family, text: "", origin: 0 }
  return { stride, family: null, text: text(kernel), origin: -kernel.first }
}

/** Return layer `l` with a pattern of its own: the one that it has, else the shared one as it has grown there, or as
 * near to that as a layer's own may be.
 * @param {Choice} choice
 * @param {number} l
 * @returns {Own} */
export function ownLayer(choice, l) {
  const now = choice.stack[l], stride = now?.stride ?? 1
  if (now && isOwn(now)) return now
  const shared = { ...choice, stack: [] }, family = familyIn(shared, l)
  if (family) {
    const [wing, dilation, island, causal] = family
    return { stride, family: [wing, Math.min(dilation, LIMITS.ownDilation), island, causal], text: "", origin: 0 }
  }
  const { kernel } = stackKernels(shared)[l]
  return ownOf(kernel.size <= LIMITS.text ? kernel : choice.kernel, stride)
}

/** Normalise the layers that differ: none at the end that does not, and each with its keys in the same order.
 * @param {(Own | null)[]} stack
 * @param {number} layers
 * @returns {(Own | null)[]} */
export function tidy(stack, layers) {
  const tidied = stack.slice(0, layers).map((own) => {
    if (!own || !(isOwn(own) || own.stride > 1)) return null
    const { stride, family, text, origin } = own
    return { stride, family, text, origin }
  })
  while (tidied.length && tidied[tidied.length - 1] === null) tidied.pop()
  return tidied
}

/** Replace layer `l` of a choice.
 * @param {Choice} choice
 * @param {number} l
 * @param {Own | null} own
 * @returns {Choice} */
export function withLayer(choice, l, own) {
  const stack = Array.from({ length: choice.layers }, (_, i) => (i === l ? own : choice.stack[i] ?? null))
  return { ...choice, stack: tidy(stack, choice.layers) }
}

/** Change the number of layers of a choice.
 * @param {Choice} choice
 * @param {number} layers
 * @returns {Choice} */
export const withDepth = (choice, layers) => ({ ...choice, layers, stack: tidy(choice.stack, layers) })

/** Explain in a sentence why a stack is not computed; "" if it is. Uses the outermost taps alone.
 * @param {Layer[]} layers */
export function refusal(layers) {
  const ends = endsOf(layers), { first, last } = ends[ends.length - 1], extent = last - first + 1
  if (extent > LIMITS.extent)
    return `This stack would reach over ${amount(extent)} inputs; at most ${whole(LIMITS.extent)} are computed. ` +
      "Take fewer layers, a smaller dilation, less growth or smaller strides."
  const span = Math.max(...layers.map(({ kernel }) => kernel.size))
  if (span <= LIMITS.span) return ""
  return `A kernel of this stack would span ${amount(span)} elements, because its origin is far from its ` +
    `taps; at most ${whole(LIMITS.span)} are computed. Choose a smaller growth.`
}

/** Describe the shape of a layer's pattern: its dilation, or what stands in for one.
 * @param {Family | null} family
 * @param {string} free what to call a free pattern
 * @param {(v: number) => string} write writes the dilation */
export const describeShape = (family, free, write = whole) =>
  !family ? free : family[0] ? `dilation ${write(family[1])}` : "no wings"

/** Describe one layer in a few words.
 * @param {Choice} choice
 * @param {number} l
 * @param {Layer} layer */
export function describeLayer(choice, l, { kernel, stride }) {
  const words = [counted(kernel.offsets.length, "tap"), describeShape(familyIn(choice, l), "free pattern")]
  words.push(`span ${whole(kernel.size)}`)
  if (stride > 1) words.push(`stride ${stride}`)
  return words.join(" · ")
}

/** Describe in sentences how the layers differ from one another; "" if they do not.
 * @param {Choice} choice */
export function differences(choice) {
  const { growth, every, layers, stack } = choice
  const all = Array.from({ length: layers }, (_, l) => l)
  const own = all.filter((l) => isOwn(stack[l])), strided = all.filter((l) => (stack[l]?.stride ?? 1) > 1)
  const pace = every === 1 ? "from layer to layer" : `every ${every} layers`, parts = []
  if (grows(choice)) parts.push(`the dilation grows × ${growth} ${pace}`)
  if (own.length)
    parts.push(`${nameLayers(own)} ${own.length === 1 ? "has a pattern of its own" : "have patterns of their own"}`)
  if (strided.length) parts.push(`${nameLayers(strided)} ${strided.length === 1 ? "has a stride" : "have strides"}`)
  const words = parts.join("; ")
  return words && `${words[0].toUpperCase()}${words.slice(1)}.`
}

/** Name layers as a person counts them, from 1: "layer 2", "layers 1, 3".
 * @param {number[]} list */
const nameLayers = (list) => `${list.length === 1 ? "layer" : "layers"} ${list.map((l) => l + 1).join(", ")}`
