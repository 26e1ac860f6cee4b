// Receptive field of a stack: the one copy of `pdviz.analysis.receptive_field` outside Python. It has the positions
// that the output reaches at each depth, and by how many paths. A test compares it with the original.

import { stretches } from "../base/format.js"
import { runsOf } from "./pattern.js"

/** @typedef {import("./pattern.js").Kernel} Kernel */

/** A layer, y[t] = Σ w[o] · x[t · stride + o]; a stack is an array of them, from the input to the output.
 * @typedef {{ kernel: Kernel, stride: number }} Layer */

/** The paths from one output to a row of positions below it: the first position, and how many paths lead to each.
 * @typedef {{ first: number, paths: Float64Array }} Field */
/** A stretch of positions, both ends included. @typedef {[number, number]} Stretch */
/** The first and the last position of a row. @typedef {{ first: number, last: number }} Ends */

/** Up to this many taps, a run is summed tap by tap: that is quicker than sums that share their terms. */
const DIRECT_SUM_MAX_TAPS = 8

/** Buffers for the sums of a run and for those of one block: allocating them anew takes as long as the additions. */
const BUFFERS = { sums: new Float64Array(0), tails: new Float64Array(0) }

/** Count the paths from the output at 0 to the positions at each depth, the input of the last layer first. The input of
 * a layer that position p reads with the tap at o is p · stride + o.
 * @param {Layer[]} layers
 * @param {Field} from
 * @returns {Field[]} */
export function stackFields(layers, from = { first: 0, paths: Float64Array.of(1) }) {
  const fields = []
  for (let l = layers.length - 1; l >= 0; l--) fields.push(from = fieldBelow(from, layers[l]))
  return fields
}

/** Return the first and the last position reached at each depth, from the outermost taps alone.
 * @param {Layer[]} layers
 * @returns {Ends[]} */
export function endsOf(layers) {
  const ends = []
  let first = 0, last = 0
  for (let l = layers.length - 1; l >= 0; l--) {
    const { kernel: { offsets }, stride } = layers[l]
    first = first * stride + offsets[0]
    last = last * stride + offsets[offsets.length - 1]
    ends.push({ first, last })
  }
  return ends
}

/** Count the paths through one more layer: convolve the counts, spread by the stride, with the taps.
 * @param {Field} field
 * @param {Layer} layer
 * @returns {Field} */
function fieldBelow({ first, paths }, { kernel, stride }) {
  const head = kernel.offsets[0], span = kernel.offsets[kernel.offsets.length - 1] - head
  const spaced = stride === 1 ? paths : new Float64Array((paths.length - 1) * stride + 1)
  if (stride > 1) paths.forEach((n, i) => { spaced[i * stride] = n })
  const below = new Float64Array(spaced.length + span)
  const runs = runsOf(kernel)
  for (const run of runs) {
    const { count, step } = run, alike = runs.filter((other) => other.count === count && other.step === step)
    if (alike[0] !== run) continue // both wings have the same sums
    const direct = count <= DIRECT_SUM_MAX_TAPS
    const sums = direct ? spaced : slidingSums(spaced, count, step)
    for (const { first: from } of alike)
      for (let k = 0; k < (direct ? count : 1); k++) add(sums, below, from - head + k * step)
  }
  return { first: first * stride + head, paths: below }
}

/** Add values to a stretch of an array.
 * @param {Float64Array} values
 * @param {Float64Array} into
 * @param {number} at where the stretch begins */
function add(values, into, at) {
  for (let i = 0; i < values.length; i++) into[at + i] += values[i]
}

/** Compute Σ_{k < count} values[i − k · step]; the result is valid until the next call.
 *
 * The positions are cut into blocks of count · step. A sum reaches back less than one block, so it is the sum over its
 * own block up to it plus the sum over the tail of the block before. Nothing is subtracted: small numbers survive
 * beside large ones.
 * @param {Float64Array} values
 * @param {number} count
 * @param {number} step */
function slidingSums(values, count, step) {
  const { length } = values, block = count * step, end = length + block - step
  const sums = buffer("sums", end), tails = buffer("tails", block)
  for (let start = 0; start < end; start += block) {
    const stop = Math.min(start + block, end), filled = Math.min(stop, length), next = start + step
    // the sums within this block, up to each position
    for (let i = start; i < filled && i < next; i++) sums[i] = values[i]
    for (let i = Math.max(filled, start); i < stop && i < next; i++) sums[i] = 0
    for (let i = next; i < filled; i++) sums[i] = sums[i - step] + values[i]
    for (let i = Math.max(filled, next); i < stop; i++) sums[i] = sums[i - step]
    // the tail of the block before, from each position's distance on
    if (start) for (let i = next; i < stop + step && i < start + block; i++) sums[i - step] += tails[i - start]
    tails.fill(0, Math.max(0, filled - start))
    for (let i = filled - 1; i >= start && i >= filled - step; i--) tails[i - start] = values[i]
    for (let i = filled - step - 1; i >= start; i--) tails[i - start] = values[i] + tails[i + step - start]
  }
  return sums
}

/** Return a buffer of this length, with whatever it held before.
 * @param {"sums" | "tails"} name
 * @param {number} length */
function buffer(name, length) {
  if (BUFFERS[name].length < length) BUFFERS[name] = new Float64Array(length)
  return BUFFERS[name].subarray(0, length)
}

/** Summarise a field: first and last position, how many are reached, their share, and the longest hole.
 * @param {Field} field */
export function fieldNumbers({ first, paths }) {
  const last = first + paths.length - 1, extent = paths.length
  let support = 0, longestHole = 0, hole = 0
  for (const count of paths) {
    if (count > 0) {
      support++
      longestHole = Math.max(longestHole, hole)
      hole = 0
    } else hole++
  }
  return { first, last, extent, support, coverage: support / extent, longestHole }
}

/** List the stretches that no path leads to, from the first position to the last.
 * @param {Field} field
 * @returns {Stretch[]} */
export function holesOf({ first, paths }) {
  /** @type {Stretch[]} */
  const holes = []
  for (let i = 0; i < paths.length; i++) {
    if (paths[i]) continue
    const last = holes[holes.length - 1]
    if (last && last[1] === first + i - 1) last[1]++
    else holes.push([first + i, first + i])
  }
  return holes
}

/** Describe the inputs that are not reached, as text to be copied: "−29, −27…−25, +29".
 * @param {Field} field */
export function describeHoles(field) {
  const holes = holesOf(field)
  if (!holes.length) return "Every input from the first to the last is reached."
  return `Not reached: ${stretches(holes, holes.length)}.`
}
