// A probe that the arrow keys move from place to place in a stack.

import { clamp } from "../base/view.js"

/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../model/paths.js").Probe} Probe */

/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

/** Where a key brings a probe, null if it means nothing to it; without a probe it begins at input 0.
 * @returns {Probe | null} */
export function moved(/** @type {Probe | null} */ probe, /** @type {string} */ key, /** @type {Stack} */ { layers, jumps }) {
  const move = MOVES[key]
  if (!move) return null
  if (!probe) return { row: layers.length, offset: 0 }
  const row = clamp(probe.row + move[0], 0, layers.length)
  // a place stays over the same input where strides lie between
  return { row, offset: Math.round((probe.offset * jumps[probe.row]) / jumps[row]) + move[1] }
}
