// How a gradient is added up from the windows of its outputs: in which order, and how far that has come at a moment.

import { clamp, ease, mix } from "../../base/view.js"
import { at, row, sampleAt } from "./run.js"
import { MOTION } from "./timeline.js"

/** @typedef {import("./run.js").Run} Run */
/** In what order the windows are added, after how many of them one looks, and those that are added one by one.
 * @typedef {{ order: number[], counts: number[], singles: number[] }} Windows */
/** In chapter "Back": which of the `counts` of windows is being reached, how far that has come, and the output whose
 * window is added by itself, if one is.
 * @typedef {Windows & { index: number, share: number, single: number | null, done: boolean }} Adding */

/** To a gradient of the whole signal, so many windows are added one by one. */
const SINGLES = 3

/** The windows of the step that each run was last read at.
 * @type {WeakMap<Run, { n: number, windows: Windows }>} */
const CACHE = new WeakMap()

/** List the windows of a gradient: the one in the loss; or of the whole signal, where ∂L/∂y is largest, a few by
 * themselves and apart from each other, then more.
 * @param {Run} run
 * @param {number} n
 * @returns {Windows} */
export function windowsOf(run, n) {
  const cached = CACHE.get(run)
  if (cached?.n === n) return cached.windows
  const windows = run.scope === "position"
    ? { order: [run.position], counts: [1], singles: [run.position] }
    : largestFirst(row(run, "gradOutput", n))
  CACHE.set(run, { n, windows })
  return windows
}

/** @param {Float32Array | Float64Array} slopes
 * @returns {Windows} */
function largestFirst(slopes) {
  const order = [...slopes.keys()].sort((a, b) => Math.abs(slopes[b]) - Math.abs(slopes[a]))
  const apart = Math.min(12, slopes.length / 8)
  /** @type {number[]} */
  const singles = []
  for (const t of order) {
    if (singles.length === SINGLES) break
    if (singles.every((other) => Math.abs(other - t) >= apart)) singles.push(t)
  }
  const counts = [...singles.keys()].map((k) => k + 1)
  for (let count = 4 * SINGLES; count < slopes.length; count *= 4) counts.push(count)
  if (counts[counts.length - 1] < slopes.length) counts.push(slopes.length)
  return { order: [...singles, ...order.filter((t) => !singles.includes(t))], counts, singles }
}

/** Return how far the windows of a gradient have been added up; null outside the chapter in which they are.
 * @param {Run} run
 * @param {import("./timeline.js").Moment} moment
 * @returns {Adding | null} */
export function adding(run, { n, u }) {
  if (u < 3 || u >= 4) return null
  const windows = windowsOf(run, n), { counts, singles } = windows
  const progress = Math.min(1, (u - 3) / MOTION) * counts.length
  const index = Math.min(counts.length - 1, Math.floor(progress))
  return { ...windows, index, share: progress - index, single: singles[index] ?? null, done: progress >= counts.length }
}

/** Return the gradient after none, one, two … and, last, all of its windows.
 * @param {Run} run
 * @param {number} n */
export function partialGradients(run, n) {
  const { order, counts } = windowsOf(run, n)
  const sums = [new Float64Array(run.K)], sum = new Float64Array(run.K)
  order.forEach((t, k) => {
    const slope = at(run, "gradOutput", n, t)
    for (let i = 0; i < run.K; i++) sum[i] += slope * sampleAt(run, t + run.offsets[i])
    if (counts.includes(k + 1)) sums.push(sum.slice())
  })
  sums[sums.length - 1] = Float64Array.from(row(run, "gradKernel", n))
  return sums
}

/** Return the sample over each element: those at an output or, while the windows of a whole signal are added up, of
 * each of these in turn.
 * @param {Run} run
 * @param {Adding | null} add
 * @param {number} position
 * @returns {(i: number) => number} */
export function samplesOver(run, add, position) {
  const many = run.scope === "signal" && add && !add.done
  const current = many ? add.single ?? position : position
  const previous = many && add.index > 0 ? add.singles[add.index - 1] ?? position : position
  const turned = many ? ease(clamp(add.share / 0.25)) : 1
  return (i) => mix(sampleAt(run, previous + run.offsets[i]), sampleAt(run, current + run.offsets[i]), turned)
}
