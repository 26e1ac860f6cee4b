// A recorded training run as the server sends it, and what is looked up in it.
//
// Every number is the server's. What is worked out here is only where to look, products
// of two of its numbers, and the scales of the drawing.

import { bytes } from "../base/base64.js"

/** Little-endian numbers of so many bits, in base64.
 * @typedef {{ shape: number[], bits: 32 | 64, data: string }} Packed */
/** @typedef {{ ok: boolean, text: string, detail: string }} Check */
/** What `stage.py` sends.
 * @typedef {{ key: string, rev: number, seq: number, step: number, way: "compact" | "sum" | "mask" | "conv1d",
 *   wayTitle: string, offsets: number[], parts: import("../boot/constants.js").Part[],
 *   params: { element: number[], row: number[], kept: boolean[] }, rows: string[], doubled: number[],
 *   first: number, position: number, scope: "position" | "signal", inLoss: number,
 *   optimizer: { name: string, rate: number, momentum: number, decay: number },
 *   gaps: "zero" | "conv" | "pruned" | null, steps: number, diverged: boolean, along: number[],
 *   run: string, values: Record<string, Packed>, checks: Check[], unit: string }} StageData */
/** The same, unpacked: K elements, P held parameters, L samples; `holders[i]` are the parameters of element i.
 * @typedef {StageData & { K: number, P: number, L: number, holders: number[][],
 *   series: Record<string, Float32Array | Float64Array>, windows?: { n: number, list: Windows } }} Run */
/** @typedef {{ order: number[], counts: number[], alone: number[] }} Windows */
/** A moment of the run: step n, and how far it has come, 0 to 6, one unit a chapter.
 * @typedef {{ n: number, u: number }} Moment */

export const CHAPTERS = ["Assemble", "Correlate", "Loss", "Back", "Gather", "Step"]
/** The share of a chapter in which things move; the rest is for reading. */
export const MOTION = 0.6
/** To a gradient of the whole signal, so many windows are added one by one. */
const ALONE = 3

/** @returns {Run} */
export function decode(/** @type {StageData} */ data) {
  /** @type {Record<string, Float32Array | Float64Array>} */
  const series = {}
  for (const [name, { bits, data: text }] of Object.entries(data.values)) {
    series[name] = new (bits === 64 ? Float64Array : Float32Array)(bytes(text))
  }
  /** @type {number[][]} */
  const holders = data.offsets.map(() => [])
  data.params.element.forEach((i, p) => holders[i].push(p))
  return { ...data, series, holders, K: data.offsets.length, P: data.params.element.length, L: series.signal.length }
}

/** Whether two messages are of the same run, whatever is looked at in it; `run` stands for its numbers. */
export function sameRun(/** @type {StageData} */ a, /** @type {StageData} */ b) {
  const plain = (/** @type {StageData} */ data) => JSON.stringify({
    ...data, key: 0, rev: 0, seq: 0, step: 0, checks: 0, values: 0, ...(data.scope === "signal" ? { position: 0 } : {}),
  })
  return a.key === b.key || plain(a) === plain(b)
}

/** @returns {Moment} */
export function moment(/** @type {Run} */ run, /** @type {number} */ time) {
  const n = Math.min(run.steps - 1, Math.floor(time / 6))
  return { n, u: time - 6 * n }
}

/** The chapter of a moment, 0 to 5. */
export const chapterOf = (/** @type {Moment} */ { u }) => Math.min(5, Math.floor(u))

/** Row n of a series: what it was before step n. */
export function row(/** @type {Run} */ run, /** @type {string} */ name, /** @type {number} */ n) {
  const all = run.series[name]
  const width = run.values[name].shape[1] ?? 1
  return all.subarray(n * width, (n + 1) * width)
}

/** One number of a series. */
export function at(/** @type {Run} */ run, /** @type {string} */ name, /** @type {number} */ n, i = 0) {
  return run.series[name][n * (run.values[name].shape[1] ?? 1) + i]
}

/** x[position + o] for every element; 0 outside the section. */
export function windowAt(/** @type {Run} */ run, /** @type {number} */ position) {
  return Float64Array.from(run.offsets, (o) => run.series.signal[position + o] ?? 0)
}

/** Whether an element stays 0: no parameter is written into it. */
export const empty = (/** @type {Run} */ run, /** @type {number} */ i) => run.holders[i].length === 0

/** The largest size in a list; what is not finite does not count. */
export function largest(/** @type {ArrayLike<number>} */ list) {
  let top = 0
  for (let i = 0; i < list.length; i++) {
    const size = Math.abs(list[i])
    if (size > top && size < Infinity) top = size
  }
  return top
}

/** In what order the windows of a gradient are added up, and after how many of them one looks: the one in the loss;
 * or of the whole signal, where ∂L/∂y is largest: a few by themselves and apart from each other, then more.
 * @returns {Windows} */
export function windowsOf(/** @type {Run} */ run, /** @type {number} */ n) {
  if (run.windows?.n !== n) run.windows = { n, list: sorted(run, n) }
  return run.windows.list
}

/** @returns {Windows} */
function sorted(/** @type {Run} */ run, /** @type {number} */ n) {
  if (run.scope === "position") return { order: [run.position], counts: [1], alone: [run.position] }
  const slopes = row(run, "gradOutput", n)
  const order = [...slopes.keys()].sort((a, b) => Math.abs(slopes[b]) - Math.abs(slopes[a]))
  /** @type {number[]} */
  const alone = []
  for (const t of order) {
    if (alone.length === ALONE) break
    if (alone.every((other) => Math.abs(other - t) >= Math.min(12, run.L / 8))) alone.push(t)
  }
  const counts = [...alone.keys()].map((k) => k + 1)
  for (let count = 4 * ALONE; count < run.L; count *= 4) counts.push(count)
  if (counts[counts.length - 1] < run.L) counts.push(run.L)
  return { order: [...alone, ...order.filter((t) => !alone.includes(t))], counts, alone }
}

/** The largest gap weight of a dense kernel before step n, and its element, or null where gaps hold none. */
export function drift(/** @type {Run} */ run, /** @type {number} */ n) {
  let found = null
  const kernel = row(run, "kernel", n)
  for (let i = 0; i < run.K; i++) {
    if (run.parts[i] !== "gap" || empty(run, i)) continue
    if (!found || Math.abs(kernel[i]) > Math.abs(found.value)) found = { element: i, value: kernel[i] }
  }
  return found
}

/** In chapter "Back": which of the `counts` of windows is being reached, how far that has come, and the output whose
 * window is added by itself, if one is.
 * @typedef {Windows & { index: number, inside: number, now: number | null, done: boolean }} Adding */

/** @returns {Adding | null} */
export function adding(/** @type {Run} */ run, /** @type {Moment} */ { n, u }) {
  if (u < 3 || u >= 4) return null
  const windows = windowsOf(run, n), { counts, alone } = windows
  const come = Math.min(1, (u - 3) / MOTION) * counts.length
  const index = Math.min(counts.length - 1, Math.floor(come))
  return { ...windows, index, inside: come - index, now: alone[index] ?? null, done: come >= counts.length }
}

/** The gradient after none, one, two … and, last, all of its windows. */
export function partialGradients(/** @type {Run} */ run, /** @type {number} */ n) {
  const { order, counts } = windowsOf(run, n)
  const sums = [new Float64Array(run.K)], sum = new Float64Array(run.K)
  order.forEach((t, k) => {
    const slope = at(run, "gradOutput", n, t)
    for (let i = 0; i < run.K; i++) sum[i] += slope * (run.series.signal[t + run.offsets[i]] ?? 0)
    if (counts.includes(k + 1)) sums.push(sum.slice())
  })
  sums[sums.length - 1] = Float64Array.from(row(run, "gradKernel", n))
  return sums
}
