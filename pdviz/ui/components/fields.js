// The one copy of `pdviz.analysis.receptive_field` outside Python: which positions the output of a
// stack sees at each depth, and by how many paths. A test holds it to the original.

import { runsOf } from "./geometry.js"

/** @typedef {import("./geometry.js").Kernel} Kernel */

/** A layer, y[t] = Σ w[o] · x[t · stride + o]; a stack is an array of them, from the input to the output.
 * @typedef {{ kernel: Kernel, stride: number }} Layer */

/** The paths from one output to a row of positions below it: the first, and how many reach each.
 * @typedef {{ first: number, paths: Float64Array }} Field */

/** Several adds of this many taps are quicker than sums that are shared. */
const FEW = 8

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
  for (const run of runsOf(kernel)) {
    const add = run.count > FEW ? slidingSum : addEach
    add(apart, run.count, run.step, below, run.first - head)
  }
  return { first: first * stride + head, paths: below }
}

/** Σ_{k < count} values[i − k · step], tap by tap. */
function addEach(/** @type {Float64Array} */ values, /** @type {number} */ count, /** @type {number} */ step, /** @type {Float64Array} */ into, /** @type {number} */ at) {
  for (let k = 0; k < count; k++, at += step)
    for (let i = 0; i < values.length; i++) into[at + i] += values[i]
}

/** Σ_{k < count} values[i − k · step]: every sum is made of at most two others, nothing is taken
 * away again, so that small numbers survive beside large ones. */
function slidingSum(/** @type {Float64Array} */ values, /** @type {number} */ count, /** @type {number} */ step, /** @type {Float64Array} */ into, /** @type {number} */ at) {
  const length = values.length
  const most = Math.ceil(length / step) + count
  const suffix = new Float64Array(most), prefix = new Float64Array(most)
  for (let residue = 0; residue < Math.min(step, length); residue++) {
    const n = Math.ceil((length - residue) / step), end = n + count
    for (let i = 0; i < end; i++)
      prefix[i] = (i % count === 0 ? 0 : prefix[i - 1]) + (i < n ? values[residue + i * step] : 0)
    for (let i = end - 1; i >= 0; i--)
      suffix[i] = (i % count === count - 1 || i + 1 === end ? 0 : suffix[i + 1]) + (i < n ? values[residue + i * step] : 0)
    for (let i = 0; i < end - 1; i++) {
      const begin = i - count + 1 // the window begin … i holds the end of one block and the start of the next
      const sum = begin >= 0 && begin % count !== 0 ? suffix[begin] + prefix[i] : prefix[i]
      into[at + residue + i * step] += sum
    }
  }
}

/** What a field reaches: first and last position, how many, the share, and the longest gap. */
export function fieldNumbers(/** @type {Field} */ { first, paths }) {
  let support = 0, gap = 0, run = 0
  for (const count of paths) {
    if (count > 0) { support++; gap = Math.max(gap, run); run = 0 } else run++
  }
  return { first, last: first + paths.length - 1, extent: paths.length, support, coverage: support / paths.length, gap }
}
