// A section of a signal, the kernel over it and the layer's output, as the server sends them, and what is looked up in
// them. A product of a weight and a sample is all that is computed here, and their sum.

import { bytes } from "../base/base64.js"
import { clamp } from "../base/view.js"

/** A section as `reports/signal.py` makes it; arrays are base64 of little-endian numbers.
 * @typedef {{ kind: "signal", position: number, title: string, unit: string, outputUnit: string,
 *   timeUnit: string, timeStart: number, rate: number, first: number, count: number,
 *   wholeFirst: number, wholeStop: number, samplesFirst: number, samples: string, output: string,
 *   offsets: string, weights: string, left: number, island: number }} SectionData */
/** What `signal.py` sends: a section, the stamp of the drawing's own last edit, the last edit of the editor that the
 * section is of, and the link from which sections of later edits are requested.
 * @typedef {SectionData & { rev: number, seq: number, edited: import("../base/edit_stream.js").Stamp,
 *   query: string }} SignalData */
/** The taps of a part, from one to before another.
 * @typedef {{ part: import("../boot/constants.js").Part, from: number, to: number }} PartTaps */
/** The same, unpacked. Samples are numbered from the signal's first one; the first of the kernel's `size` elements is
 * at the offset `least`. `tapAt` returns the tap at an offset, or −1.
 * @typedef {{ data: SectionData, samples: Float32Array, output: Float32Array, offsets: Int32Array,
 *   weights: Float64Array, least: number, size: number, parts: PartTaps[],
 *   tapAt: (offset: number) => number }} Section */

/** What may differ between messages of one section. */
const OTHERS = new Set(["rev", "seq", "edited", "query", "position"])

/** Unpack a message; return the section before it if that is the same.
 * @param {SectionData} data
 * @param {Section | null} before
 * @returns {Section} */
export function unpack(data, before) {
  const names = /** @type {(keyof SectionData)[]} */ (Object.keys(data))
  if (before && names.every((name) => OTHERS.has(name) || before.data[name] === data[name])) return before
  const offsets = new Int32Array(bytes(data.offsets))
  const taps = new Map(Array.from(offsets, (offset, tap) => [offset, tap]))
  const least = Math.min(0, offsets[0]), right = data.left + data.island
  return {
    data, offsets, least,
    samples: new Float32Array(bytes(data.samples)),
    output: new Float32Array(bytes(data.output)),
    weights: new Float64Array(bytes(data.weights)),
    size: Math.max(0, offsets[offsets.length - 1]) - least + 1,
    parts: [
      { part: "left wing", from: 0, to: data.left },
      { part: "island", from: data.left, to: right },
      { part: "right wing", from: right, to: offsets.length },
    ],
    tapAt: (offset) => taps.get(offset) ?? -1,
  }
}

/** Return the sample of this number, zero beyond the signal's ends.
 * @param {Section} section
 * @param {number} i */
export const sampleAt = ({ samples, data }, i) => samples[i - data.samplesFirst] ?? 0

/** Return the output of this number: every tap's weight times the sample under it.
 * @param {Section} section
 * @param {number} i */
export function outputAt(section, i) {
  const { offsets, weights } = section
  let sum = 0
  for (let tap = 0; tap < offsets.length; tap++) sum += weights[tap] * sampleAt(section, i + offsets[tap])
  return sum
}

/** Return the part of the kernel at an offset.
 * @param {Section} section
 * @param {number} offset */
export function partAt({ tapAt, parts }, offset) {
  const tap = tapAt(offset)
  return parts.find(({ from, to }) => tap >= from && tap < to)?.part ?? "gap"
}

/** Return the positions in the section, from one to before another, of the outputs that no zero takes part in.
 * @param {Section} section
 * @returns {[number, number]} */
export function wholeOutputs({ data: { first, count, wholeFirst, wholeStop } }) {
  const low = clamp(wholeFirst - first, 0, count)
  return [low, clamp(wholeStop - first, low, count)]
}

/** Return the time of a sample.
 * @param {Section} section
 * @param {number} i */
export const timeOf = ({ data }, i) => data.timeStart + i / data.rate
