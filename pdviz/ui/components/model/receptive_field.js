// The one copy of `pdviz.analysis.receptive_field` outside Python: which positions the output of a
// stack sees at each depth, and by how many paths. A test holds it to the original.

import { runsOf } from "./pattern.js"

/** @typedef {import("./pattern.js").Kernel} Kernel */

/** A layer, y[t] = Σ w[o] · x[t · stride + o]; a stack is an array of them, from the input to the output.
 * @typedef {{ kernel: Kernel, stride: number }} Layer */

/** The paths from one output to a row of positions below it: the first, and how many reach each.
 * @typedef {{ first: number, paths: Float64Array }} Field */

/** Several adds of this many taps are quicker than sums that are shared. */
const FEW = 8

/** Room for sums and for what is left of a block: to make it anew takes as long as they do. */
const ROOM = { sums: new Float64Array(0), left: new Float64Array(0) }

/** What the output at 0 sees at each depth, below its own layer first; of position p, p · stride + o is below.
 * @returns {Field[]} */
export function stackFields(/** @type {Layer[]} */ layers, /** @type {Field} */ from = { first: 0, paths: Float64Array.of(1) }) {
  const fields = []
  for (let l = layers.length - 1; l >= 0; l--) fields.push(from = fieldBelow(from, layers[l]))
  return fields
}

/** The first and the last position seen at each depth, from the outermost taps alone. */
export function reachOf(/** @type {Layer[]} */ layers) {
  const reach = []
  let first = 0, last = 0
  for (let l = layers.length - 1; l >= 0; l--) {
    const { kernel: { offsets }, stride } = layers[l]
    first = first * stride + offsets[0]
    last = last * stride + offsets[offsets.length - 1]
    reach.push({ first, last })
  }
  return reach
}

/** What is seen through one more layer. */
function fieldBelow(/** @type {Field} */ { first, paths }, /** @type {Layer} */ { kernel, stride }) {
  const head = kernel.offsets[0], span = kernel.offsets[kernel.offsets.length - 1] - head
  const apart = stride === 1 ? paths : new Float64Array((paths.length - 1) * stride + 1)
  if (stride > 1) paths.forEach((n, i) => { apart[i * stride] = n })
  const below = new Float64Array(apart.length + span)
  const runs = runsOf(kernel)
  for (const run of runs) {
    const { count, step } = run, alike = runs.filter((other) => other.count === count && other.step === step)
    if (alike[0] !== run) continue // the sums of one wing are the other's
    const sums = count > FEW ? slidingSums(apart, count, step) : apart
    for (const { first: from } of alike)
      for (let k = 0; k < (count > FEW ? 1 : count); k++) add(sums, below, from - head + k * step)
  }
  return { first: first * stride + head, paths: below }
}

function add(/** @type {Float64Array} */ values, /** @type {Float64Array} */ into, /** @type {number} */ at) {
  for (let i = 0; i < values.length; i++) into[at + i] += values[i]
}

/** Σ_{k < count} values[i − k · step], which holds until the next are asked for. Every sum is made of at most two
 * others, nothing is taken away again, so that small numbers survive beside large ones: of blocks of count · step
 * positions, a sum has what its own block holds up to it and what is left of the block before. */
function slidingSums(/** @type {Float64Array} */ values, /** @type {number} */ count, /** @type {number} */ step) {
  const { length } = values, block = count * step, end = length + block - step
  const sums = room("sums", end), left = room("left", block)
  for (let start = 0; start < end; start += block) {
    const stop = Math.min(start + block, end), given = Math.min(stop, length), next = start + step
    for (let i = start; i < given && i < next; i++) sums[i] = values[i]
    for (let i = Math.max(given, start); i < stop && i < next; i++) sums[i] = 0
    for (let i = next; i < given; i++) sums[i] = sums[i - step] + values[i]
    for (let i = Math.max(given, next); i < stop; i++) sums[i] = sums[i - step]
    if (start) for (let i = next; i < stop + step && i < start + block; i++) sums[i - step] += left[i - start]
    left.fill(0, Math.max(0, given - start))
    for (let i = given - 1; i >= start && i >= given - step; i--) left[i - start] = values[i]
    for (let i = given - step - 1; i >= start; i--) left[i - start] = values[i] + left[i + step - start]
  }
  return sums
}

function room(/** @type {"sums" | "left"} */ name, /** @type {number} */ length) {
  if (ROOM[name].length < length) ROOM[name] = new Float64Array(length)
  return ROOM[name].subarray(0, length)
}

/** What a field reaches: first and last position, how many, the share, and the longest gap. */
export function fieldNumbers(/** @type {Field} */ { first, paths }) {
  let support = 0, gap = 0, run = 0
  for (const count of paths) {
    if (count > 0) { support++; gap = Math.max(gap, run); run = 0 } else run++
  }
  return { first, last: first + paths.length - 1, extent: paths.length, support, coverage: support / paths.length, gap }
}
