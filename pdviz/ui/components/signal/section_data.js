// A section of a signal, the kernel over it and the layer's output, as the server sends them, and what is
// looked up in them. A product of a weight and a sample is all that is worked out here, and their sum.

import { withMinus } from "../base/format.js"
import { bytes } from "../base/base64.js"

/** What `signal.py` sends; arrays are base64 of little-endian numbers.
 * @typedef {{ rev: number, seq: number, position: number, title: string, unit: string, outputUnit: string,
 *   timeUnit: string, timeStart: number, rate: number, first: number, count: number,
 *   wholeFirst: number, wholeStop: number, samplesFirst: number, samples: string, output: string,
 *   offsets: string, weights: string, left: number, island: number }} SignalData */
/** @typedef {{ part: import("../boot/constants.js").Part, from: number, to: number }} Taps */
/** The same, unpacked. Samples are numbered from the signal's first one; of K elements the kernel's first is at
 * the offset `least`. `parts` says which taps belong to which part; `element(o)` is the tap at an offset, or −1.
 * @typedef {{ data: SignalData, samples: Float32Array, output: Float32Array, offsets: Int32Array,
 *   weights: Float64Array, least: number, K: number, parts: Taps[], element: (o: number) => number }} Wave */

const MOVES = new Set(["rev", "seq", "position"])

/** What a message shows; the same object again if all that has changed is the kernel's place.
 * @returns {Wave} */
export function unpack(/** @type {SignalData} */ data, /** @type {Wave | null} */ before) {
  const named = /** @type {(keyof SignalData)[]} */ (Object.keys(data))
  if (before && named.every((name) => MOVES.has(name) || before.data[name] === data[name])) return before
  const offsets = new Int32Array(bytes(data.offsets))
  const taps = new Map(Array.from(offsets, (o, k) => [o, k]))
  const least = Math.min(0, offsets[0]), middle = data.left + data.island
  /** @type {Taps[]} */
  const parts = [
    { part: "left wing", from: 0, to: data.left },
    { part: "island", from: data.left, to: middle },
    { part: "right wing", from: middle, to: offsets.length },
  ]
  return {
    data, offsets, least, parts,
    samples: new Float32Array(bytes(data.samples)),
    output: new Float32Array(bytes(data.output)),
    weights: new Float64Array(bytes(data.weights)),
    K: Math.max(0, offsets[offsets.length - 1]) - least + 1,
    element: (o) => taps.get(o) ?? -1,
  }
}

/** The sample of this number; zero beyond the signal's ends. */
export const sampleAt = (/** @type {Wave} */ { samples, data }, /** @type {number} */ i) =>
  samples[i - data.samplesFirst] ?? 0

/** The output of this number: every tap's weight times the sample under it. */
export function outputAt(/** @type {Wave} */ wave, /** @type {number} */ i) {
  let sum = 0
  for (let k = 0; k < wave.offsets.length; k++) sum += wave.weights[k] * sampleAt(wave, i + wave.offsets[k])
  return sum
}

/** The part of the kernel at an offset. */
export function partAt(/** @type {Wave} */ wave, /** @type {number} */ offset) {
  const k = wave.element(offset)
  return wave.parts.find(({ from, to }) => k >= from && k < to)?.part ?? "gap"
}

/** The time of a sample. */
export const timeOf = (/** @type {Wave} */ { data }, /** @type {number} */ i) => data.timeStart + i / data.rate

/** The time of a sample in words, to a fraction that tells it from its neighbours. */
export function when(/** @type {Wave} */ wave, /** @type {number} */ i) {
  const { rate, timeUnit } = wave.data, years = timeUnit === "year"
  const written = timeOf(wave, i).toFixed(Math.max(0, Math.ceil(Math.log10(rate)) + (years ? 1 : 0)))
  return years ? `the year ${withMinus(written)}` : `${withMinus(written)} ${timeUnit}`
}
