// What one tap of one layer adds to what a stack sees: the stack counted with it and without.

import { counted, relative, signed, whole } from "../base/format.js"
import { stackFields } from "../model/receptive_field.js"
import { kernelAt } from "../model/pattern.js"

/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../model/receptive_field.js").Field} Field */
/** A tap: its layer, 0 at the input, and its number in the kernel.
 * @typedef {{ layer: number, tap: number }} Tap */
/** Of the paths through a tap the fields below it, from the row `row` on; the inputs that they reach, and those of them
 * that no other path reaches; how many the stack would reach without it.
 * @typedef {{ row: number, through: Field[], reached: number[], alone: number[], left: number }} Added */

const MOST_NAMED = 8

/** What a tap adds; null where the stack is too wide to count.
 * @returns {Added | null} */
export function added(/** @type {Stack} */ { layers, fields }, /** @type {Tap} */ { layer, tap }) {
  if (!fields) return null
  const depth = layers.length - 1 - layer
  const above = depth === 0 ? { first: 0, paths: Float64Array.of(1) } : fields[depth - 1]
  const { kernel: { offsets }, stride } = layers[layer]
  const below = (/** @type {number[]} */ taps) => stackFields([...layers.slice(0, layer), { kernel: kernelAt(taps), stride }], above)
  const through = below([offsets[tap]])
  const others = offsets.filter((_, i) => i !== tap)
  const without = others.length ? below(others)[layer] : { first: 0, paths: new Float64Array(0) }
  const { first, paths } = through[layer]
  const reached = positions(first, paths)
  const alone = reached.filter((offset) => !without.paths[offset - without.first])
  return { row: depth + 1, through, reached, alone, left: positions(without.first, without.paths).length }
}

function positions(/** @type {number} */ first, /** @type {Float64Array} */ paths) {
  const found = []
  for (let i = 0; i < paths.length; i++) if (paths[i] > 0) found.push(first + i)
  return found
}

/** What a tap adds, in sentences; `extent` is the whole stack's. */
export function addedSays(/** @type {Stack} */ { layers, reach }, /** @type {Tap} */ { layer, tap }, /** @type {Added | null} */ found) {
  const { first, last } = reach[reach.length - 1]
  const name = `Tap ${signed(layers[layer].kernel.offsets[tap])} of layer ${layer + 1}`
  if (!found) return `${name}: this stack is too wide to count under the hand.`
  const { reached, alone, left } = found, extent = whole(last - first + 1)
  const leads = `${name} leads to ${counted(reached.length, "input")}`
  if (!alone.length) return `${leads}, all of them reached by other taps too: without it the stack would still reach ${whole(left)} of ${extent}.`
  const named = alone.slice(0, MOST_NAMED).map(relative).join(", ") + (alone.length > MOST_NAMED ? " …" : "")
  const rest = left ? `Without it the stack would reach ${whole(left)} of ${extent}.` : "Without it the stack would reach nothing."
  return `${leads}; ${whole(alone.length)} of them by no other tap: ${named}. ${rest}`
}
