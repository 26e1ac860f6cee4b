// Paths of a stack, from one output down to the inputs, and the sentences about them.

import { counted, percent, scientific, signed, whole } from "../base/format.js"
import { describeHoles, endsOf, fieldNumbers, stackFields } from "./receptive_field.js"
import { runsOf } from "./pattern.js"

/** @typedef {import("./receptive_field.js").Layer} Layer */
/** @typedef {import("./receptive_field.js").Field} Field */
/** @typedef {import("./receptive_field.js").Ends} Ends */

/** A position in a stack: its row (0 is the output's) and its place there.
 * @typedef {{ row: number, offset: number }} Probe */

/** A stack: its layers from the input to the output; of each row, the output's first, the inputs from one position to
 * the next and the first and last position reached; of each row but the output's the paths, null where there are too
 * many positions to count.
 * @typedef {{ layers: Layer[], jumps: number[], ends: Ends[], fields: Field[] | null, weights: number }} Stack */

/** Positions, in all rows, up to which a stack is counted while it is edited. */
const MAX_POSITIONS = 2 ** 19
/** Additions up to which a stack is counted while it is edited. */
const MAX_ADDITIONS = 2 ** 24
/** Taps that are named in a sentence before the rest are only counted. */
const MAX_NAMED = 9
/** Below this, a JavaScript number holds every count exactly. */
const EXACT = 2 ** 53

/** Count the paths of a stack.
 * @param {Layer[]} layers
 * @returns {Stack} */
export function stackOf(layers) {
  const ends = [{ first: 0, last: 0 }, ...endsOf(layers)], jumps = [1]
  for (const { stride } of layers) jumps.unshift(jumps[0] * stride)
  const { positions, additions } = workOf(layers, ends)
  const fields = positions <= MAX_POSITIONS && additions <= MAX_ADDITIONS ? stackFields(layers) : null
  return { layers, jumps, ends, fields, weights: weightsOf(layers) }
}

/** Count the weights of layers.
 * @param {Layer[]} layers */
export const weightsOf = (layers) => layers.reduce((sum, { kernel }) => sum + kernel.offsets.length, 0)

/** Estimate what it takes to count the paths of layers.
 * @param {Layer[]} layers
 * @param {Ends[]} ends of their rows, the output's first */
export function workOf(layers, ends) {
  let positions = 0, additions = 0
  ends.slice(1).forEach(({ first, last }, depth) => {
    positions += last - first + 1
    additions += (last - first + 1) * additionsPerPosition(layers[layers.length - 1 - depth])
  })
  return { positions, additions }
}

/** Estimate how many additions a position of this layer's input takes: long runs share theirs.
 * @param {Layer} layer */
const additionsPerPosition = ({ kernel }) => runsOf(kernel).reduce((sum, { count }) => sum + Math.min(count, 12), 0)

/** Return the layer above a row.
 * @param {Stack} stack
 * @param {number} row */
export const layerAbove = ({ layers }, row) => layers[layers.length - row]

/** The fields below position 0 of each row, by stack, where they have been counted.
 * @type {WeakMap<Stack, Map<number, Field[]>>} */
const FIELDS_BELOW = new WeakMap()

/** Return the fields below position 0 of a row.
 * @param {Stack} stack
 * @param {number} row
 * @returns {Field[]} */
export function fieldsFrom(stack, row) {
  const cached = FIELDS_BELOW.get(stack) ?? new Map()
  FIELDS_BELOW.set(stack, cached)
  if (!cached.has(row)) cached.set(row, stackFields(stack.layers.slice(0, stack.layers.length - row)))
  return cached.get(row)
}

/** Count the paths that lead from the output to a position.
 * @param {Stack} stack
 * @param {number} row
 * @param {number} offset */
export function pathsTo({ fields }, row, offset) {
  if (row === 0) return offset === 0 ? 1 : 0
  if (!fields) return 0
  const { first, paths } = fields[row - 1]
  return paths[offset - first] ?? 0
}

/** Summarise what a stack reaches; `numbers` are those that need the paths, null where they are too many to count.
 * @param {Stack} stack */
export function stackNumbers({ fields, ends }) {
  const { first, last } = ends[ends.length - 1]
  const numbers = fields && fieldNumbers(fields[fields.length - 1])
  return { first, last, extent: last - first + 1, numbers }
}

/** Summarise in words what a stack reaches.
 * @param {Stack} stack */
export function summary(stack) {
  const { extent, numbers } = stackNumbers(stack)
  if (!numbers) return `a receptive field of ${whole(extent)} inputs, too wide to count in this drawing`
  const { support, coverage, longestHole } = numbers
  const share = Math.round(coverage * 1000) / 10
  const holes = longestHole === 0 ? "no holes" : `longest hole ${whole(longestHole)}`
  return `reaches ${whole(support)} of ${whole(extent)} inputs, ${share}%, ${holes}`
}

/** Describe the inputs that a stack does not reach, or say where they are counted.
 * @param {Stack} stack */
export const describeUnreached = ({ fields }) => fields ? describeHoles(fields[fields.length - 1])
  : "Which inputs are not reached is counted on the page Receptive field."

/** Return the stretch of inputs that holds the rows of these stacks.
 * @param {Stack[]} stacks
 * @returns {import("../base/view.js").View} */
export function rangeOf(stacks) {
  let lo = 0, hi = 0
  for (const { ends, jumps } of stacks)
    ends.forEach(({ first, last }, row) => {
      lo = Math.min(lo, first * jumps[row])
      hi = Math.max(hi, last * jumps[row])
    })
  return { lo: lo - 0.5, hi: hi + 0.5 }
}

/** Positions of a row that are marked, from the first on.
 * @typedef {{ first: number, marks: Uint8Array }} Marks */

/** Mark the positions above a probe that a path through it comes from, for each row from the output's on; return null
 * where no path leads to the probe.
 * @param {Stack} stack
 * @param {Probe} probe
 * @returns {Marks[] | null} */
export function ancestors(stack, { row, offset }) {
  if (pathsTo(stack, row, offset) === 0) return null
  /** @type {Marks[]} */
  const rows = [{ first: offset, marks: Uint8Array.of(1) }]
  for (let r = row; r > 0; r--) {
    const { first, marks } = rows[0], { kernel: { offsets }, stride } = layerAbove(stack, r)
    const from = Math.max(stack.ends[r - 1].first, Math.ceil((first - offsets[offsets.length - 1]) / stride))
    const to = Math.min(stack.ends[r - 1].last, Math.floor((first + marks.length - 1 - offsets[0]) / stride))
    const above = new Uint8Array(Math.max(0, to - from + 1))
    for (let i = 0; i < above.length; i++) {
      if (pathsTo(stack, r - 1, from + i) === 0) continue
      above[i] = Number(offsets.some((o) => marks[(from + i) * stride + o - first]))
    }
    rows.unshift({ first: from, marks: above })
  }
  return rows
}

/** Describe in a sentence what a probe shows.
 * @param {Stack} stack
 * @param {Probe} probe */
export function reading(stack, probe) {
  const { row, offset } = probe, position = signed(offset)
  if (row === 0) return describeOutput(stack, offset)
  const { length } = stack.layers
  const name = row === length ? `Input ${position}` : `Position ${position}, ${counted(row, "layer")} below the output`
  if (!stack.fields) return `${name}: this stack is too wide to count in this drawing.`
  const count = pathsTo(stack, row, offset)
  if (count === 0) return `${name}: no path leads here from the output.`
  const all = stack.layers.slice(length - row).reduce((product, { kernel }) => product * kernel.offsets.length, 1)
  const paths = `${writeCount(count)} ${count === 1 ? "path" : "paths"} of ${writeCount(all)} (${percent(count / all)})`
  return `${name}: ${paths}, through ${nameTaps(tapsInto(stack, probe))} of the layer above.`
}

/** Describe in a sentence what another output of the stack reaches.
 * @param {Stack} stack
 * @param {number} offset */
function describeOutput(stack, offset) {
  const { first, last, numbers } = stackNumbers(stack), shift = offset * stack.jumps[0]
  const inputs = numbers ? counted(numbers.support, "input") : "inputs"
  return `Output ${signed(offset)} sees ${inputs}, from ${signed(first + shift)} to ${signed(last + shift)}.`
}

/** List the taps of the layer above through which paths lead to a probe.
 * @param {Stack} stack
 * @param {Probe} probe */
function tapsInto(stack, { row, offset }) {
  const { kernel, stride } = layerAbove(stack, row)
  return kernel.offsets.filter((tap) =>
    (offset - tap) % stride === 0 && pathsTo(stack, row - 1, (offset - tap) / stride) > 0)
}

/** Name taps by their offsets: "tap +3", "taps −2, 0, +2".
 * @param {number[]} taps */
function nameTaps(taps) {
  const rest = taps.length > MAX_NAMED ? ` and ${taps.length - MAX_NAMED} more` : ""
  return `${taps.length === 1 ? "tap" : "taps"} ${taps.slice(0, MAX_NAMED).map(signed).join(", ")}${rest}`
}

/** Write a count of paths: exactly, or as a power of ten where it is not known exactly.
 * @param {number} n */
const writeCount = (n) => (n < EXACT ? whole(n) : `about ${scientific(n, 3)}`)
