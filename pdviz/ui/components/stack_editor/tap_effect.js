// Effect of one tap of one layer on what a stack reaches: the stack counted with it and without.

import { counted, signed, whole, withMinus } from "../base/format.js"
import { stackFields } from "../model/receptive_field.js"
import { kernelAt } from "../model/pattern.js"

/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../model/receptive_field.js").Field} Field */
/** A tap: its layer, 0 at the input, and its number in the kernel.
 * @typedef {{ layer: number, tap: number }} Tap */
/** Of the paths through a tap the fields below it, from the row `row` on; the inputs that they reach, and those of them
 * that no other path reaches; how many inputs the stack would reach without the tap.
 * @typedef {{ row: number, through: Field[], support: number[], alone: number[], remaining: number }} TapEffect */

const MAX_NAMED = 8 // inputs that are named in a sentence

/** Count the inputs that a tap adds; return null where the stack is too wide to count.
 * @param {Stack} stack
 * @param {Tap} tap
 * @returns {TapEffect | null} */
export function tapEffect({ layers, fields }, { layer, tap }) {
  if (!fields) return null
  const depth = layers.length - 1 - layer
  const above = depth === 0 ? { first: 0, paths: Float64Array.of(1) } : fields[depth - 1]
  const { kernel: { offsets }, stride } = layers[layer]
  const below = (/** @type {number[]} */ taps) =>
    stackFields([...layers.slice(0, layer), { kernel: kernelAt(taps), stride }], above)
  const through = below([offsets[tap]])
  const others = offsets.filter((_, i) => i !== tap)
  const without = others.length ? below(others)[layer] : { first: 0, paths: new Float64Array(0) }
  const support = supportOf(through[layer])
  const alone = support.filter((offset) => !without.paths[offset - without.first])
  return { row: depth + 1, through, support, alone, remaining: supportOf(without).length }
}

/** List the positions that any path reaches.
 * @param {Field} field */
function supportOf({ first, paths }) {
  const support = []
  for (let i = 0; i < paths.length; i++) if (paths[i] > 0) support.push(first + i)
  return support
}

/** Describe the effect of a tap in sentences.
 * @param {Stack} stack
 * @param {Tap} tap
 * @param {TapEffect | null} effect */
export function describeTapEffect({ layers, ends }, { layer, tap }, effect) {
  const { first, last } = ends[ends.length - 1]
  const name = `Tap ${withMinus(layers[layer].kernel.offsets[tap])} of layer ${layer + 1}`
  if (!effect) return `${name}: this stack is too wide to count in this drawing.`
  const { support, alone, remaining } = effect, extent = whole(last - first + 1)
  const leads = `${name} leads to ${counted(support.length, "input")}`
  const rest = remaining ? `${whole(remaining)} of ${extent}` : "nothing"
  if (!alone.length)
    return `${leads}, all of them reached by other taps too: without it the stack would still reach ${rest}.`
  const inputs = alone.slice(0, MAX_NAMED).map(signed).join(", ") + (alone.length > MAX_NAMED ? " …" : "")
  const only = `${whole(alone.length)} of them by no other tap: ${inputs}`
  return `${leads}; ${only}. Without it the stack would reach ${rest}.`
}
