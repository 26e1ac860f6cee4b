// Where the columns of the stage stand: one for each element of the kernel, and the parameters packed below.

import { clamp } from "../../../base/view.js"

/** @typedef {import("../../run/run.js").Run} Run */
/** @typedef {{ zero: number, bar: number, top: number, foot: number }} Band */
/** @typedef {{ left: number, top: number, width: number, height: number, wide: boolean }} Box */
/** @typedef {ReturnType<typeof layout>} Places */

/** Below this many pixels a column is too narrow for numbers. */
const LABELLED = 11
const WIDEST = 52
const WIDE = 640 // pixels: on wider drawings what stands beside the columns has room
const HEADING = 20, SPACE = 4

/** Arrange everything, in pixels.
 * @param {Run} run
 * @param {number} width */
export function layout(run, width) {
  const wide = width >= WIDE, side = wide ? clamp(width * 0.25, 172, 250) : 78, left = wide ? 38 : 32
  const area = width - side - left - (wide ? 30 : 8), column = Math.min(area / run.K, WIDEST), middle = left + area / 2
  const labelled = column >= LABELLED, room = labelled ? 40 : 8
  const [samples, products, kernel, gradient] = stack([[28, 4], [28, 4], [34, 4], [36, room]], 0, SPACE)
  const axis = gradient.foot + SPACE + 8, bar = run.rows.length > 1 ? 26 : 36
  const parameters = stack(run.rows.map(() => [bar, room]), gradient.foot + SPACE + 22, 2)
  const foot = parameters[parameters.length - 1].foot + 2
  const rows = run.rows.map((_, r) => run.params.row.flatMap((v, p) => (v === r ? [p] : [])))
  /** @type {number[]} */
  const order = new Array(run.P)
  for (const list of rows) list.forEach((p, j) => { order[p] = j })
  const whatIf = wide
    ? { left: width - side, top: gradient.top, width: side, height: 178, wide }
    : { left: 0, top: foot + 6, width, height: 150, wide }
  const end = whatIf.top + whatIf.height
  return {
    width, height: wide ? Math.max(foot, end) : end, left, area, column, middle, thick: column * 0.78, labelled, wide,
    samples, products, kernel, gradient, axis, parameters, rows, order, whatIf,
    gauge: { left: width - side, top: 0, width: side, height: kernel.foot, wide },
    place: (/** @type {number} */ i) => middle + (i - (run.K - 1) / 2) * column,
    packed: (/** @type {number} */ p) => middle + (order[p] - (rows[run.params.row[p]].length - 1) / 2) * column,
    bandOf: (/** @type {number} */ p) => parameters[run.params.row[p]],
    inRow: (/** @type {number} */ p) => rows[run.params.row[p]].length,
  }
}

/** Stack bands from a top.
 * @param {number[][]} sizes of each band the height of its bars, and the room beyond them
 * @param {number} top
 * @param {number} space between two bands
 * @returns {Band[]} */
function stack(sizes, top, space) {
  return sizes.map(([bar, room]) => {
    const band = { top, zero: top + HEADING + room + bar, bar, foot: top + HEADING + 2 * (room + bar) }
    top = band.foot + space
    return band
  })
}

/** Return the element under a place of the drawing, or −1.
 * @param {Run} run
 * @param {Places} places
 * @param {number} x
 * @param {number} y */
export function elementAt(run, { middle, column, parameters, rows }, x, y) {
  const columns = (x - middle) / column, r = parameters.findIndex((band) => y >= band.top && y <= band.foot)
  if (r >= 0) {
    const p = rows[r][Math.round(columns + (rows[r].length - 1) / 2)]
    return p === undefined ? -1 : run.params.element[p]
  }
  const i = Math.round(columns + (run.K - 1) / 2)
  return y < parameters[0].top && i >= 0 && i < run.K ? i : -1
}
