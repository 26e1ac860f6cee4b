// Patterns: the one copy of `pdviz.pattern.Pattern` outside Python, for drawing during a drag. A test compares it with
// the original.

import { DEFAULTS } from "../boot/constants.js"

/** A kernel: ascending tap offsets, its first element's offset (−origin), its elements and the
 * taps of its island, from `start` up to but without `stop`.
 * @typedef {{ offsets: number[], first: number, size: number, start: number, stop: number }} Kernel */

/** Evenly spaced taps: the first offset, how many, and the distance from one to the next.
 * @typedef {{ first: number, count: number, step: number }} Run */

/** `[wing, dilation, island, causal]`
 * @typedef {[number, number, number, boolean]} Family */

/** The family's arguments that make the pattern of a first visit.
 * @type {Readonly<Family>} */
export const DEFAULT_FAMILY = [DEFAULTS.wing, DEFAULTS.dilation, DEFAULTS.island, DEFAULTS.causal]

/** Make the kernel with taps at these offsets, in any order. Its island is the unbroken run of taps that holds the
 * origin, or the one nearest to it.
 * @param {number[]} taps
 * @returns {Kernel} */
export function kernelAt(taps) {
  const offsets = [...taps].sort((a, b) => a - b)
  const first = Math.min(offsets[0], 0)
  let nearest = 0
  offsets.forEach((o, i) => { if (Math.abs(o) < Math.abs(offsets[nearest])) nearest = i })
  let start = nearest, stop = nearest + 1
  while (start > 0 && offsets[start - 1] === offsets[start] - 1) start--
  while (stop < offsets.length && offsets[stop] === offsets[stop - 1] + 1) stop++
  return { offsets, first, size: Math.max(offsets[offsets.length - 1], 0) - first + 1, start, stop }
}

/** Make the kernel of a dense island with dilated wings.
 * @param {Family} family */
export function familyKernel([wing, dilation, island, causal]) {
  const last = causal ? 0 : (island - 1) / 2
  const offsets = Array.from({ length: island }, (_, i) => last - i)
  for (let k = 1; k <= wing; k++) {
    offsets.push(last - island + 1 - dilation * k)
    if (!causal) offsets.push(last + dilation * k)
  }
  return kernelAt(offsets)
}

/** Return how many taps are in a row where the wings touch the island, 0 where they do not: all are drawn as one
 * island, since that is what the taps make.
 * @param {Family} family */
export const joinedTaps = ([wing, dilation, island, causal]) =>
  wing > 0 && dilation === 1 ? island + (causal ? 1 : 2) * wing : 0

/** Multiply every offset of a kernel, as `Conv1d`'s `dilation` does.
 * @param {Kernel} kernel
 * @param {number} factor */
export const spread = ({ offsets }, factor) => kernelAt(offsets.map((o) => o * factor))

/** Parse a string of 1 and 0.
 * @param {string} text
 * @param {number} origin the index of offset 0 */
export function parse(text, origin = (text.length - 1) >> 1) {
  return kernelAt([...text].flatMap((c, i) => (c === "1" ? [i - origin] : [])))
}

/** Write a kernel as a string of 1 and 0.
 * @param {Kernel} kernel */
export function text(kernel) {
  const elements = new Array(kernel.size).fill("0")
  for (const o of kernel.offsets) elements[o - kernel.first] = "1"
  return elements.join("")
}

/** Return the part that tap number `i` belongs to.
 * @param {Kernel} kernel
 * @param {number} i
 * @returns {"left wing" | "island" | "right wing"} */
export function partOf(kernel, i) {
  return i < kernel.start ? "left wing" : i < kernel.stop ? "island" : "right wing"
}

/** Return the distance between neighbours if it is the same for all (1 for fewer than two points), else null.
 * @param {number[]} points */
function stepOf(points) {
  const step = points.length > 1 ? points[1] - points[0] : 1
  return points.every((p, i) => i === 0 || p - points[i - 1] === step) ? step : null
}

/** Return the arguments that make this kernel, null if it is not of the family. Of several, those with the fewest wing
 * taps.
 * @param {Kernel} kernel
 * @returns {Family | null} */
export function familyOf({ offsets, start, stop }) {
  const left = offsets.slice(0, start), right = offsets.slice(stop)
  const head = offsets[start], tail = offsets[stop - 1], island = stop - start
  const mirrored = left.length === right.length && left.every((o, i) => -o === right[right.length - 1 - i])
  if (head === -tail && mirrored) {
    const step = stepOf([tail, ...right])
    return step === null ? null : [right.length, step, island, false]
  }
  if (tail !== 0 || right.length) return null
  if (!left.length && island % 2 === 0) return [1, 1, island - 1, true]
  const step = stepOf([...left, head])
  return step !== null && island % 2 === 1 ? [left.length, step, island, true] : null
}

/** Split ascending offsets into evenly spaced runs, each as long as it can be.
 * @param {number[]} offsets
 * @returns {Run[]} */
function evenRuns(offsets) {
  const runs = []
  for (let start = 0; start < offsets.length; ) {
    let stop = start + 1
    const step = stop < offsets.length ? offsets[stop] - offsets[start] : 1
    while (stop < offsets.length && offsets[stop] - offsets[stop - 1] === step) stop++
    runs.push({ first: offsets[start], count: stop - start, step })
    start = stop
  }
  return runs
}

/** Split the taps into evenly spaced runs: one run if all taps are, else the runs of each part.
 * @param {Kernel} kernel */
export function runsOf({ offsets, start, stop }) {
  if (stepOf(offsets) !== null) return evenRuns(offsets)
  return [offsets.slice(0, start), offsets.slice(start, stop), offsets.slice(stop)].flatMap(evenRuns)
}

/** Make the plain dilated kernel over the same elements, as `pdviz.analysis.stack.kernel.dilated_like`; null if the
 * kernel is dense.
 * @param {Kernel} kernel */
export function dilatedLike(kernel) {
  const { offsets, first, size } = kernel
  const family = familyOf(kernel)
  let step = family ? family[1] : 1
  if (!family) for (let i = 1; i < offsets.length; i++) step = Math.max(step, offsets[i] - offsets[i - 1])
  if (step === 1) return null
  if (runsOf(kernel).length === 1) return kernel
  const before = Math.floor(-first / step), after = Math.floor((size - 1 + first) / step)
  return kernelAt(Array.from({ length: before + after + 1 }, (_, k) => step * (k - before)))
}
