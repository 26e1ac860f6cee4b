// The paths of a stack, from one output down to the inputs, and what they say in words.

import { counted, relative, signed, whole } from "../base/format.js"
import { fieldNumbers, reachOf, stackFields } from "./receptive_field.js"
import { runsOf } from "./pattern.js"

/** @typedef {import("./receptive_field.js").Layer} Layer */
/** @typedef {import("./receptive_field.js").Field} Field */

/** A place in a stack: its row (0 is the output's) and its position there.
 * @typedef {{ row: number, offset: number }} Probe */

/** A stack: its layers from the input to the output; of each row, the output's first, the inputs from one position to
 * the next and the first and last position seen; of each row but the output's the paths, null where there are too
 * many positions to count.
 * @typedef {{ layers: Layer[], jumps: number[], reach: { first: number, last: number }[], fields: Field[] | null,
 *   weights: number }} Stack */

/** The most positions, in all rows, that are counted under the hand, and the most additions that it may take. */
const MOST_COUNTED = 2 ** 19, MOST_ADDED = 2 ** 24

/** Count the paths of a stack.
 * @returns {Stack} */
export function stackOf(/** @type {Layer[]} */ layers) {
  const reach = [{ first: 0, last: 0 }, ...reachOf(layers)], jumps = [1]
  for (const { stride } of layers) jumps.unshift(jumps[0] * stride)
  const weights = layers.reduce((sum, { kernel }) => sum + kernel.offsets.length, 0)
  let counted = 0, added = 0
  reach.slice(1).forEach(({ first, last }, depth) => {
    counted += last - first + 1
    added += (last - first + 1) * work(layers[layers.length - 1 - depth])
  })
  const fields = counted <= MOST_COUNTED && added <= MOST_ADDED ? stackFields(layers) : null
  return { layers, jumps, reach, fields, weights }
}

/** How many additions a position of this layer's input takes, about: long runs share theirs. */
const work = (/** @type {Layer} */ { kernel }) => runsOf(kernel).reduce((sum, { count }) => sum + Math.min(count, 12), 0)

/** The layer above a row. */
export const layerAbove = (/** @type {Stack} */ { layers }, /** @type {number} */ row) => layers[layers.length - row]

/** What a place in each row sees, by stack: counted when it is first asked for.
 * @type {WeakMap<Stack, Map<number, Field[]>>} */
const SEEN = new WeakMap()

/** The fields below position 0 of a row. */
export function fieldsFrom(/** @type {Stack} */ stack, /** @type {number} */ row) {
  const seen = SEEN.get(stack) ?? new Map()
  SEEN.set(stack, seen)
  if (!seen.has(row)) seen.set(row, stackFields(stack.layers.slice(0, stack.layers.length - row)))
  return /** @type {Field[]} */ (seen.get(row))
}

/** How many paths lead from the output to a place. */
export function pathsTo(/** @type {Stack} */ { fields }, /** @type {number} */ row, /** @type {number} */ offset) {
  if (row === 0) return offset === 0 ? 1 : 0
  if (!fields) return 0
  const { first, paths } = fields[row - 1]
  return paths[offset - first] ?? 0
}

/** What a stack sees, in numbers; how many are reached, and in which rows, only where they are counted. */
export function stackNumbers(/** @type {Stack} */ { fields, reach }) {
  const { first, last } = reach[reach.length - 1]
  const counted = fields && fieldNumbers(fields[fields.length - 1])
  return { first, last, extent: last - first + 1, counted }
}

/** What the stack sees, in words. */
export function summary(/** @type {Stack} */ stack) {
  const { extent, counted: n } = stackNumbers(stack)
  if (!n) return `a receptive field of ${whole(extent)} inputs, too wide to count under the hand`
  const share = Math.round(n.coverage * 1000) / 10
  const holes = n.gap === 0 ? "no holes" : `longest hole ${whole(n.gap)}`
  return `reaches ${whole(n.support)} of ${whole(n.extent)} inputs, ${share}%, ${holes}`
}

/** The stretch of inputs that holds the rows of these stacks. */
export function rangeOf(/** @type {Stack[]} */ stacks) {
  let lo = 0, hi = 0
  for (const { reach, jumps } of stacks)
    reach.forEach(({ first, last }, row) => {
      lo = Math.min(lo, first * jumps[row])
      hi = Math.max(hi, last * jumps[row])
    })
  return { lo: lo - 0.5, hi: hi + 0.5 }
}

/** Which positions of a row are marked, from the first on.
 * @typedef {{ first: number, marks: Uint8Array }} Marks */

/** The places above a probe that a path through it comes from, for each row from the output's on; null where none leads there.
 * @returns {Marks[] | null} */
export function ancestors(/** @type {Stack} */ stack, /** @type {Probe} */ { row, offset }) {
  if (pathsTo(stack, row, offset) === 0) return null
  /** @type {Marks[]} */
  const rows = [{ first: offset, marks: Uint8Array.of(1) }]
  for (let r = row; r > 0; r--) {
    const { first, marks } = rows[0], { kernel: { offsets }, stride } = layerAbove(stack, r)
    const from = Math.max(stack.reach[r - 1].first, Math.ceil((first - offsets[offsets.length - 1]) / stride))
    const to = Math.min(stack.reach[r - 1].last, Math.floor((first + marks.length - 1 - offsets[0]) / stride))
    const above = new Uint8Array(Math.max(0, to - from + 1))
    for (let i = 0; i < above.length; i++)
      if (pathsTo(stack, r - 1, from + i) > 0) above[i] = Number(offsets.some((o) => marks[(from + i) * stride + o - first]))
    rows.unshift({ first: from, marks: above })
  }
  return rows
}

/** What a probe tells, in words. */
export function reading(/** @type {Stack} */ stack, /** @type {Probe} */ { row, offset }) {
  const { layers, jumps } = stack
  const at = relative(offset)
  if (row === 0) {
    const { first, last, counted: n } = stackNumbers(stack), shift = offset * jumps[0]
    return `Output ${at} sees ${n ? counted(n.support, "input") : "inputs"}, from ${relative(first + shift)} to ${relative(last + shift)}.`
  }
  const name = row === layers.length ? `Input ${at}` : `Position ${at}, ${counted(row, "layer")} below the output`
  if (!stack.fields) return `${name}: this stack is too wide to count under the hand.`
  const count = pathsTo(stack, row, offset)
  if (count === 0) return `${name}: no path leads here from the output.`
  const all = layers.slice(layers.length - row).reduce((product, { kernel }) => product * kernel.offsets.length, 1)
  const { kernel, stride } = layerAbove(stack, row)
  const taps = kernel.offsets.filter((tap) => (offset - tap) % stride === 0 && pathsTo(stack, row - 1, (offset - tap) / stride) > 0)
  const shown = taps.slice(0, 9).map(signed).join(", ") + (taps.length > 9 ? ` and ${taps.length - 9} more` : "")
  const written = (/** @type {number} */ n) => n < 2 ** 53 ? whole(n) : `about ${n.toExponential(2).replace("e+", " · 10^")}`
  const share = (100 * count) / all
  return `${name}: ${written(count)} ${count === 1 ? "path" : "paths"} of ${written(all)} ` +
    `(${share >= 0.01 ? share.toPrecision(2) : "under 0.01"}%), through ${taps.length === 1 ? "tap" : "taps"} ${shown} of the layer above.`
}
