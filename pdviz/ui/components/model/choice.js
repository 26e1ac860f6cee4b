// Choices: a kernel and a stack of layers of it, as the editor shows and changes them.

import { LIMITS } from "../boot/constants.js"
import { counted, signed, whole } from "../base/format.js"
import { familyKernel, familyOf, kernelAt, parse, partOf, text } from "./pattern.js"
import { grows, tidy } from "./layers.js"

/** @typedef {import("./pattern.js").Kernel} Kernel */
/** @typedef {import("./pattern.js").Family} Family */
/** @typedef {import("./layers.js").Own} Own */
/** The layers: how many, by how much and how often the dilation grows, and which differ, from the input on.
 * @typedef {{ layers: number, growth: number, every: number, stack: (Own | null)[] }} Depth */
/** The shared kernel, the family's arguments that make it or null, and the layers.
 * @typedef {{ kernel: Kernel, family: Family | null } & Depth} Choice */
/** A stack to start from. @typedef {Depth & { family: Family }} ReadyMade */
/** What the server sends to an editor.
 * @typedef {Depth & { rev: number, seq: number, family: Family | null, text: string, origin: number, goal: number,
 *   mode: "kernel" | "stack" | "compact" | "folded", presets: [string, Family][],
 *   stacks: [string, ReadyMade][] }} EditorData */

/** Return the layers alone, normalised.
 * @param {Depth} depth
 * @returns {Depth} */
const depthOf = ({ layers, growth, every, stack }) => ({ layers, growth, every, stack: tidy(stack, layers) })

/** Make the choice of what the server sent.
 * @param {EditorData} data
 * @returns {Choice} */
export function choiceFrom(data) {
  if (data.family) return chooseFamily(data.family, data)
  return { family: null, kernel: parse(data.text, data.origin), ...depthOf(data) }
}

/** Make the message of a choice to the server.
 * @param {Choice} choice */
export function messageOf(choice) {
  const { family, kernel } = choice
  return family ? { family, ...depthOf(choice) } : { text: text(kernel), origin: -kernel.first, ...depthOf(choice) }
}

/** Choose the family's pattern of these numbers.
 * @param {Family} family
 * @param {Depth} depth
 * @returns {Choice} */
export const chooseFamily = (family, depth) => ({ family, kernel: familyKernel(family), ...depthOf(depth) })

/** Choose a kernel: by the family's numbers where the limits allow.
 * @param {Kernel} kernel
 * @param {Depth} depth
 * @returns {Choice} */
export function chooseKernel(kernel, depth) {
  const family = familyOf(kernel)
  const [wing, dilation, island] = family ?? [Infinity, 0, 0]
  const allowed = wing <= LIMITS.wing && dilation <= LIMITS.dilation && island <= LIMITS.island
  return { kernel, family: allowed ? family : null, ...depthOf(depth) }
}

/** Change one element of a choice from tap to gap or back; explain in a sentence if that cannot be.
 * @param {Choice} before
 * @param {number} offset
 * @returns {Choice | string} */
export function toggleElement(before, offset) {
  const { kernel } = before
  const taps = kernel.offsets.filter((o) => o !== offset)
  if (taps.length === kernel.offsets.length) taps.push(offset)
  if (!taps.length) return "A kernel needs at least one tap."
  const choice = chooseKernel(kernelAt(taps), before)
  if (choice.family || choice.kernel.size <= LIMITS.text) return choice
  return `A free pattern can span ${whole(LIMITS.text)} elements at most. Make the wings or the dilation smaller first.`
}

/** Return whether two choices have the same pattern in the same layers.
 * @param {Choice} a
 * @param {Choice} b */
export const same = (a, b) =>
  String(a.family) === String(b.family) && a.kernel.first === b.kernel.first &&
  a.kernel.offsets.length === b.kernel.offsets.length && a.kernel.offsets.every((o, i) => o === b.kernel.offsets[i]) &&
  JSON.stringify(depthOf(a)) === JSON.stringify(depthOf(b))

/** Describe the numbers of a family that act: "wing 4, dilation 2, island 5"; without wings no dilation does.
 * @param {Family} family */
export const describeFamily = ([wing, dilation, island, causal]) =>
  `wing ${wing}${wing ? `, dilation ${dilation}` : ""}, island ${island}${causal ? ", causal" : ""}`

/** Describe a choice's pattern in a sentence.
 * @param {Choice} choice */
export function describe({ kernel, family }) {
  const { offsets, first, size } = kernel
  const name = family ? `W${describeFamily(family).slice(1)}` : "A free pattern"
  const ends = `from ${signed(first)} to ${signed(first + size - 1)}`
  return `${name}: ${counted(offsets.length, "tap")} over ${counted(size, "element")}, ${ends}.`
}

/** Describe an element of a kernel in a sentence.
 * @param {Kernel} kernel
 * @param {number} offset */
export function describeElement(kernel, offset) {
  const { offsets } = kernel, i = offsets.indexOf(offset)
  if (i < 0) return `Offset ${signed(offset)}: a gap, always zero.`
  const parameter = `compact parameter ${i + 1} of ${offsets.length}`
  return `Offset ${signed(offset)}: a tap of the ${partOf(kernel, i)}, ${parameter}.`
}

/** Describe a stack for a button that brings it back.
 * @param {Choice} choice */
export function describeStack(choice) {
  const { family, kernel, layers, growth, every, stack } = choice
  const pattern = family ? describeFamily(family) : counted(kernel.offsets.length, "tap")
  const growing = grows(choice) ? `, × ${growth}${every > 1 ? ` every ${every}` : ""}` : ""
  return `${counted(layers, "layer")} of ${pattern}${growing}${stack.length ? ", some of their own" : ""}`
}
