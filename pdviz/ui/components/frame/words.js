// What a page shows, and the dense convolution that its kernel starts from, in words.

import { counted, whole } from "../base/format.js"
import { describeFamily } from "../model/choice.js"
import { grows } from "../model/layers.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("../model/pattern.js").Kernel} Kernel */

const MOST_NAMED = 3 // layers that are named by their numbers

/** Describe all that acts on a page: the pattern, the layers, and the weights, by their title.
 * @param {Choice} choice
 * @param {{ stack: boolean, weights: string }} page whether it shows the whole stack; "" for no weights */
export function describeShown(choice, { stack, weights }) {
  const { kernel, family, layers, growth, every } = choice
  const free = `a free pattern of ${counted(kernel.offsets.length, "tap")} over ${counted(kernel.size, "element")}`
  const parts = [`${stack ? counted(layers, "layer") : "one layer"} of ${family ? describeFamily(family) : free}`]
  if (stack && grows(choice))
    parts.push(`dilation × ${growth} after ${every > 1 ? `every ${every} layers` : "each layer"}`)
  if (stack) parts.push(describeOwn(choice.stack))
  if (weights) parts.push(`weights: ${weights}`)
  return parts.filter(Boolean).join(" · ")
}

/** Explain how the kernel is edited: a free pattern has no handles.
 * @param {Pick<Choice, "family">} choice */
export const describeEditing = ({ family }) =>
  `${family ? "Drag the handles, or click" : "Click"} an element to make it a tap or a gap.`

/** Name the layers that have a pattern or a stride of their own.
 * @param {Choice["stack"]} stack
 * @returns {string} "" if there are none */
function describeOwn(stack) {
  const own = stack.flatMap((layer, i) => (layer ? [i + 1] : []))
  if (!own.length) return ""
  if (own.length > MOST_NAMED) return `${own.length} layers differ`
  const last = own.pop()
  return own.length ? `layers ${own.join(", ")} and ${last} differ` : `layer ${last} differs`
}

/** Write the dense convolution of a kernel's span in PyTorch, and count its weights and the kernel's.
 * @param {Pick<Choice, "kernel">} choice */
export function describeDense({ kernel: { offsets, first, size } }) {
  const before = 0 - first, after = size - 1 - before, zeros = size - offsets.length
  const learnt = zeros
    ? `of which ${whole(offsets.length)} are learnt and ${whole(zeros)} fixed at zero.`
    : "all of them learnt."
  const weights = `${counted(size, "weight")} per channel,`
  if (before !== after) {
    const padding = `over an input padded by ${whole(before)} before and ${whole(after)} after`
    return { code: `nn.Conv1d(C, C, ${size}, groups=C)`, counts: `${padding}: ${weights} ${learnt}` }
  }
  return {
    code: "nn.Conv1d(C, C, 2*reach+1, padding=reach, groups=C)",
    counts: `The reach, half the width, is ${whole(before)}: ${weights} ${learnt}`,
  }
}
