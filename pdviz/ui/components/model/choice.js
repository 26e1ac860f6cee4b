// What the editor edits, a kernel and a stack of layers of it, and what was chosen before.

import { LIMITS } from "../boot/constants.js"
import { counted, relative, whole } from "../base/format.js"
import { familyKernel, familyOf, kernelAt, parse, text } from "./pattern.js"
import { tidy } from "./layers.js"

/** @typedef {import("./pattern.js").Kernel} Kernel */
/** @typedef {import("./pattern.js").Family} Family */
/** @typedef {import("./layers.js").Own} Own */
/** The layers: how many, by how much and how often the dilation grows, and which differ, from the input on.
 * @typedef {{ layers: number, growth: number, every: number, stack: (Own | null)[] }} Depth */
/** The shared kernel, the family's arguments that make it or null, and the layers.
 * @typedef {{ kernel: Kernel, family: Family | null } & Depth} Choice */
/** @typedef {Depth & { family: Family }} ReadyMade */
/** @typedef {Depth & { rev: number, seq: number, family: Family | null, text: string, origin: number, goal: number,
 *   mode: "kernel" | "stack" | "compact", presets: [string, Family][], stacks: [string, ReadyMade][] }} EditorData */

const depthOf = (/** @type {Depth} */ { layers, growth, every, stack }) => ({ layers, growth, every, stack: tidy(stack, layers) })

/** The choice that the server tells of.
 * @returns {Choice} */
export function told(/** @type {EditorData} */ data) {
  return data.family ? member(data.family, data) : { family: null, kernel: parse(data.text, data.origin), ...depthOf(data) }
}

/** What the server is told of a choice. */
export function telling(/** @type {Choice} */ choice) {
  const { family, kernel } = choice
  return family ? { family, ...depthOf(choice) } : { text: text(kernel), origin: -kernel.first, ...depthOf(choice) }
}

/** The family's pattern of these numbers, in layers as given.
 * @returns {Choice} */
export const member = (/** @type {Family} */ family, /** @type {Depth} */ depth) =>
  ({ family, kernel: familyKernel(family), ...depthOf(depth) })

/** A kernel, as the family's where the limits allow.
 * @returns {Choice} */
export function choose(/** @type {Kernel} */ kernel, /** @type {Depth} */ depth) {
  const family = familyOf(kernel)
  const [wing, dilation, island] = family ?? [Infinity, 0, 0]
  const within = wing <= LIMITS.wing && dilation <= LIMITS.dilation && island <= LIMITS.island
  return { kernel, family: within ? family : null, ...depthOf(depth) }
}

/** A choice with one element changed from tap to gap or back, or a sentence on why that cannot be.
 * @returns {Choice | string} */
export function toggled(/** @type {Choice} */ before, /** @type {number} */ offset) {
  const { kernel } = before
  const others = kernel.offsets.filter((o) => o !== offset)
  if (others.length === kernel.offsets.length) others.push(offset)
  if (!others.length) return "A kernel needs at least one tap."
  const choice = choose(kernelAt(others), before)
  if (choice.family || choice.kernel.size <= LIMITS.text) return choice
  return `A free pattern can span ${whole(LIMITS.text)} elements at most. Make the wings or the dilation smaller first.`
}

/** The kernel that was written, or a sentence that says why it cannot be taken.
 * @returns {Kernel | string} */
export function read(/** @type {string} */ given) {
  const elements = given.replace(/\s/g, "")
  const wrong = /[^01]/u.exec(elements)
  if (wrong) return `“${wrong[0]}” is not allowed: a pattern is written with 1 for a tap and 0 for a gap, nothing else.`
  if (!elements.includes("1")) return "A pattern needs at least one tap, a 1."
  if (elements.length > LIMITS.text)
    return `A pattern can have ${whole(LIMITS.text)} elements at most, not ${whole(elements.length)}.`
  return parse(elements)
}

/** Whether two choices have the same pattern in the same layers. */
export const same = (/** @type {Choice} */ a, /** @type {Choice} */ b) =>
  String(a.family) === String(b.family) && a.kernel.first === b.kernel.first &&
  a.kernel.offsets.length === b.kernel.offsets.length && a.kernel.offsets.every((o, i) => o === b.kernel.offsets[i]) &&
  JSON.stringify(depthOf(a)) === JSON.stringify(depthOf(b))

/** A choice's pattern in a sentence. */
export function describe(/** @type {Choice} */ { kernel, family }) {
  const { offsets, first, size } = kernel
  const name = family
    ? `Wing ${family[0]}, dilation ${family[1]}, island ${family[2]}${family[3] ? ", causal" : ""}`
    : "A free pattern"
  const ends = `from ${relative(first)} to ${relative(first + size - 1)}`
  return `${name}: ${counted(offsets.length, "tap")} over ${counted(size, "element")}, ${ends}.`
}

/** What an element of the kernel is, in a sentence. */
export function elementSays(/** @type {Kernel} */ { offsets, start, stop }, /** @type {number} */ offset) {
  const i = offsets.indexOf(offset)
  const part = i < start ? "left wing" : i < stop ? "island" : "right wing"
  const what = i < 0 ? "a gap, always zero" : `a tap of the ${part}, compact parameter ${i + 1} of ${offsets.length}`
  return `Offset ${relative(offset)}: ${what}.`
}

/** What was chosen, and what was undone; it outlives a change of page. */
const MOST = 200
/** @type {Choice[]} */
const past = []
/** @type {Choice[]} */
const future = []

/** The choices before and after the one that is shown. */
export const history = {
  get canUndo() { return past.length > 0 },
  get canRedo() { return future.length > 0 },

  /** Keep a choice that is being replaced. */
  keep(/** @type {Choice} */ choice) {
    past.push(choice)
    if (past.length > MOST) past.shift()
    future.length = 0
  },

  /** The choice before (or after) `now`, which is kept for the way back. */
  travel(/** @type {-1 | 1} */ way, /** @type {Choice} */ now) {
    const choice = (way < 0 ? past : future).pop()
    if (choice) (way < 0 ? future : past).push(now)
    return choice
  },
}
