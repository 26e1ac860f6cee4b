// A recorded training run as the server sends it, and what is looked up in it.
//
// Every number is the server's. What is worked out here is only where to look, products of two of its numbers, and
// the scales of the drawing.

import { bytes } from "../../base/base64.js"

/** Little-endian numbers of so many bits, in base64.
 * @typedef {{ shape: number[], bits: 32 | 64, data: string }} Packed */
/** @typedef {{ ok: boolean, text: string, detail: string, methods: [string, string][] }} Check */
/** What `stage.py` sends; `title` and `file` are of saved pictures.
 * @typedef {{ key: string, rev: number, seq: number, step: number, way: "compact" | "sum" | "mask" | "conv1d",
 *   title: string, file: string, wayTitle: string, offsets: number[], parts: import("../../boot/constants.js").Part[],
 *   params: { element: number[], row: number[], kept: boolean[] }, rows: string[], doubled: number[],
 *   first: number, position: number, scope: "position" | "signal", inLoss: number,
 *   optimizer: { name: string, rate: number, momentum: number, decay: number },
 *   gaps: "zero" | "conv" | "pruned" | null, steps: number, diverged: boolean, along: number[],
 *   run: string, values: Record<string, Packed>, checks: Check[], unit: string }} StageData */
/** The same, unpacked: K elements, P parameters, L samples; `holders[i]` are the parameters of element i.
 * @typedef {StageData & { K: number, P: number, L: number, holders: number[][],
 *   series: Record<string, Float32Array | Float64Array> }} Run */

/** Unpack the numbers of a run.
 * @param {StageData} data
 * @returns {Run} */
export function decode(data) {
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

/** Whether two messages are of the same run, whatever is looked at in it; `run` stands for its numbers.
 * @param {StageData} a
 * @param {StageData} b */
export function sameRun(a, b) {
  const plain = (/** @type {StageData} */ data) => JSON.stringify({
    ...data, key: 0, rev: 0, seq: 0, step: 0, checks: 0, values: 0, ...(data.scope === "signal" ? { position: 0 } : {}),
  })
  return a.key === b.key || plain(a) === plain(b)
}

/** Return row n of a series: what it was before step n.
 * @param {Run} run
 * @param {string} name
 * @param {number} n */
export function row(run, name, n) {
  const width = run.values[name].shape[1] ?? 1
  return run.series[name].subarray(n * width, (n + 1) * width)
}

/** Return one number of a series.
 * @param {Run} run
 * @param {string} name
 * @param {number} n */
export function at(run, name, n, i = 0) {
  return run.series[name][n * (run.values[name].shape[1] ?? 1) + i]
}

/** Return a sample of the section; 0 outside it.
 * @param {Run} run
 * @param {number} t */
export const sampleAt = (run, t) => run.series.signal[t] ?? 0

/** Return x[position + o] for every element.
 * @param {Run} run
 * @param {number} position */
export const windowAt = (run, position) => Float64Array.from(run.offsets, (o) => sampleAt(run, position + o))

/** Whether an element stays 0: no parameter is written into it.
 * @param {Run} run
 * @param {number} i */
export const empty = (run, i) => run.holders[i].length === 0

/** Return how far every parameter moves in step n.
 * @param {Run} run
 * @param {number} n */
export function movesOf(run, n) {
  const from = row(run, "params", n)
  return row(run, "params", n + 1).map((v, p) => v - from[p])
}

/** Return the largest size in a list; what is not finite does not count.
 * @param {ArrayLike<number>} list */
export function largest(list) {
  let top = 0
  for (let i = 0; i < list.length; i++) {
    const size = Math.abs(list[i])
    if (size > top && size < Infinity) top = size
  }
  return top
}

/** Find the largest weight at a gap of the kernel before step n; null where gaps have none.
 * @param {Run} run
 * @param {number} n
 * @returns {{ element: number, value: number } | null} */
export function drift(run, n) {
  const kernel = row(run, "kernel", n)
  let far = null
  for (let i = 0; i < run.K; i++) {
    if (run.parts[i] !== "gap" || empty(run, i)) continue
    if (!far || Math.abs(kernel[i]) > Math.abs(far.value)) far = { element: i, value: kernel[i] }
  }
  return far
}
