// Layout of the picture of a stack: where its rows are, and its taps between them.

import { enlargement } from "../base/theme.js"
import { AXIS, MAX_CELL, halfOf } from "./cone.js"

/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../base/view.js").View} View */
/** @typedef {import("./tap_effect.js").Tap} Tap */
/** The layout of a cone with, for every layer from the input on, the top of its taps and of its header; how tall taps
 * are, how wide the headers' column is (0 where they stand above the rows), the distance from one row to the next, and
 * the top of the goal's bracket.
 * @typedef {import("./cone.js").Layout & { taps: number[], headers: number[], tapTall: number, head: number,
 *   pitch: number, goal: number }} Floors */

const HEAD = 204 // pixels of the headers' column
const NARROW = 640 // narrower pictures have the headers above their rows
const HEADER = 30 // pixels of a header above its row
/** Pixels of a header beside its row, at most. */
export const MAX_HEADER = 44
const TALL = 14, TAPS = 17, GAP = 3 // pixels of a row, of its taps, and between them
const BRACKET = 22
const MARGIN = 10

/** Lay out the picture of a stack.
 * @param {View} range of inputs
 * @param {number} width
 * @param {number} layers
 * @param {boolean} bracket whether there is a goal
 * @returns {Floors} */
export function layOutFloors({ lo, hi }, width, layers, bracket) {
  const narrow = width < NARROW, head = narrow ? 0 : Math.round(HEAD * enlargement()), inner = width - head
  const cell = Math.min(1.4 * MAX_CELL, (inner - 2 * Math.max(MARGIN, halfOf(lo), halfOf(hi))) / (hi - lo))
  const fan = narrow ? HEADER + 2 : layers > 8 ? 9 : layers > 5 ? 15 : layers > 3 ? 22 : 32
  const pitch = TALL + fan + TAPS + GAP
  const tops = Array.from({ length: layers + 1 }, (_, row) => 2 + row * pitch)
  const taps = Array.from({ length: layers }, (_, l) => tops[layers - l] - GAP - TAPS)
  const beside = TALL / 2 + (pitch - Math.min(MAX_HEADER, pitch - 3)) / 2
  const headers = taps.map((top, l) => (narrow ? top - HEADER : tops[layers - 1 - l] + beside))
  const goal = tops[layers] + TALL + 7
  const height = goal + (bracket ? BRACKET : 0) + AXIS, zero = inner / 2 - ((lo + hi) / 2) * cell
  return { cell, zero, tops, tall: TALL, left: 0, width: inner, height, taps, headers, tapTall: TAPS, head, pitch,
    goal }
}

/** Return where a tap is drawn: its middle and how wide its column is.
 * @param {Floors} layout
 * @param {Stack} stack
 * @param {Tap} tap */
export function tapAt({ cell, zero }, { layers, jumps }, { layer, tap }) {
  const column = cell * jumps[layers.length - layer]
  return { middle: zero + layers[layer].kernel.offsets[tap] * column, column }
}

/** Return the tap under a point of the picture, null if there is none within `slack` pixels.
 * @param {Floors} layout
 * @param {Stack} stack
 * @param {{ x: number, y: number }} point
 * @param {number} slack
 * @returns {Tap | null} */
export function tapUnder(layout, stack, { x, y }, slack) {
  const layer = layout.taps.findIndex((top) => y >= top - 2 && y < top + layout.tapTall + 1)
  if (layer < 0) return null
  const { offsets } = stack.layers[layer].kernel
  let best = null, least = Infinity
  for (let tap = 0; tap < offsets.length; tap++) {
    const { middle, column } = tapAt(layout, stack, { layer, tap })
    const distance = Math.max(0, Math.abs(x - middle) - column / 2)
    if (distance < least || (distance === 0 && least === 0)) {
      least = distance
      best = { layer, tap }
    }
  }
  return least <= slack ? best : null
}
