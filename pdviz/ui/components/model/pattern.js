// The one copy of `pdviz.pattern.Pattern` outside Python, for drawing while a hand is moving. A
// test holds it to the original.

/** A kernel: ascending tap offsets, its first element's offset (−origin), its elements and the
 * taps of its island, from `start` up to but without `stop`.
 * @typedef {{ offsets: number[], first: number, size: number, start: number, stop: number }} Kernel */

/** Evenly spaced taps: the first offset, how many, how far apart.
 * @typedef {{ first: number, count: number, step: number }} Run */

/** `[wing, dilation, island, causal]`
 * @typedef {[number, number, number, boolean]} Family */

/** The kernel with taps at these offsets, in any order.
 * @returns {Kernel} */
export function kernelAt(/** @type {number[]} */ given) {
  const offsets = [...given].sort((a, b) => a - b)
  const first = Math.min(offsets[0], 0)
  let nearest = 0
  offsets.forEach((o, i) => { if (Math.abs(o) < Math.abs(offsets[nearest])) nearest = i })
  let start = nearest, stop = nearest + 1
  while (start > 0 && offsets[start - 1] === offsets[start] - 1) start--
  while (stop < offsets.length && offsets[stop] === offsets[stop - 1] + 1) stop++
  return { offsets, first, size: Math.max(offsets[offsets.length - 1], 0) - first + 1, start, stop }
}

/** A dense island with dilated wings. */
export function familyKernel(/** @type {Family} */ [wing, dilation, island, causal]) {
  const last = causal ? 0 : (island - 1) / 2
  const offsets = Array.from({ length: island }, (_, i) => last - i)
  for (let k = 1; k <= wing; k++) {
    offsets.push(last - island + 1 - dilation * k)
    if (!causal) offsets.push(last + dilation * k)
  }
  return kernelAt(offsets)
}

/** The kernel with every offset multiplied, as `Conv1d`'s `dilation` does. */
export const spread = (/** @type {Kernel} */ { offsets }, /** @type {number} */ factor) => kernelAt(offsets.map((o) => o * factor))

/** The kernel that a string of 1 and 0 stands for; `origin` is the index of offset 0. */
export function parse(/** @type {string} */ text, origin = (text.length - 1) >> 1) {
  return kernelAt([...text].flatMap((c, i) => (c === "1" ? [i - origin] : [])))
}

/** The kernel as a string of 1 and 0. */
export function text(/** @type {Kernel} */ kernel) {
  const elements = new Array(kernel.size).fill("0")
  for (const o of kernel.offsets) elements[o - kernel.first] = "1"
  return elements.join("")
}

/** The part that tap number `i` belongs to.
 * @returns {"left wing" | "island" | "right wing"} */
export function partOf(/** @type {Kernel} */ kernel, /** @type {number} */ i) {
  return i < kernel.start ? "left wing" : i < kernel.stop ? "island" : "right wing"
}

/** The distance between neighbours if they all have the same (1 for fewer than two), else null. */
function stepOf(/** @type {number[]} */ points) {
  const step = points.length > 1 ? points[1] - points[0] : 1
  return points.every((p, i) => i === 0 || p - points[i - 1] === step) ? step : null
}

/** The arguments that make this kernel, if it is of the family.
 * @returns {Family | null} */
export function familyOf(/** @type {Kernel} */ { offsets, start, stop }) {
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
 * @returns {Run[]} */
function evenRuns(/** @type {number[]} */ offsets) {
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

/** The taps as evenly spaced runs: one if all are, else those of each part. */
export function runsOf(/** @type {Kernel} */ { offsets, start, stop }) {
  if (stepOf(offsets) !== null) return evenRuns(offsets)
  return [offsets.slice(0, start), offsets.slice(start, stop), offsets.slice(stop)].flatMap(evenRuns)
}

/** The plain dilated kernel over the same elements, as `pdviz.analysis.kernel.dilated_like`. */
export function dilatedLike(/** @type {Kernel} */ kernel) {
  const { offsets, first, size } = kernel
  const family = familyOf(kernel)
  let step = family ? family[1] : 1
  if (!family) for (let i = 1; i < offsets.length; i++) step = Math.max(step, offsets[i] - offsets[i - 1])
  if (step === 1) return null
  if (runsOf(kernel).length === 1) return kernel
  const before = Math.floor(-first / step), after = Math.floor((size - 1 + first) / step)
  return kernelAt(Array.from({ length: before + after + 1 }, (_, k) => step * (k - before)))
}
