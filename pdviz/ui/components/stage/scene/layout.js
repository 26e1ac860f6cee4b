// Where the columns of the stage stand: one for each element of the kernel, and the parameters packed below.

import { clamp } from "../../base/view.js"

/** @typedef {import("../run.js").Run} Run */
/** @typedef {{ zero: number, bar: number, top: number, foot: number }} Band */

/** Below this many pixels a column is too narrow for numbers. */
const LABELLED = 11

/** Where everything stands, in pixels. */
export function layout(/** @type {Run} */ run, /** @type {number} */ width) {
  const wide = width >= 640
  const side = wide ? clamp(width * 0.25, 172, 250) : 78
  const left = wide ? 38 : 32
  const area = width - side - left - (wide ? 30 : 8)
  const column = Math.min(area / run.K, 52)
  const middle = left + area / 2
  const room = column >= LABELLED ? 40 : 8
  /** @type {Band[]} */
  const bands = []
  let y = 0
  for (const [bar, over] of [[28, 4], [28, 4], [34, 4], [36, room]]) {
    bands.push({ top: y, zero: y + 20 + over + bar, bar, foot: y + 20 + 2 * (over + bar) })
    y = bands[bands.length - 1].foot + 4
  }
  const axis = y + 8
  y += 22
  const held = run.rows.map(() => {
    const bar = run.rows.length > 1 ? 26 : 36
    const band = { top: y, zero: y + 20 + room + bar, bar, foot: y + 20 + 2 * (room + bar) }
    y = band.foot + 2
    return band
  })
  const rows = run.rows.map((_, r) => run.params.row.flatMap((v, p) => (v === r ? [p] : [])))
  /** @type {number[]} */
  const order = new Array(run.P)
  for (const list of rows) list.forEach((p, j) => { order[p] = j })
  const [samples, products, kernel, gradient] = bands
  const sideLeft = width - side
  const what = wide
    ? { left: sideLeft, top: gradient.top, width: side, height: 178, wide }
    : { left: 0, top: y + 6, width, height: 150, wide }
  return {
    width, height: wide ? Math.max(y, what.top + what.height) : what.top + what.height, left, area, column, middle,
    thick: column * 0.78, labelled: column >= LABELLED, wide,
    samples, products, kernel, gradient, axis, held, rows, order, what,
    side: { left: sideLeft, top: 0, width: side, height: kernel.foot, wide },
    place: (/** @type {number} */ i) => middle + (i - (run.K - 1) / 2) * column,
    packed: (/** @type {number} */ p) => middle + (order[p] - (rows[run.params.row[p]].length - 1) / 2) * column,
  }
}

/** The element under a place of the drawing, or −1. */
export function elementAt(/** @type {Run} */ run, /** @type {ReturnType<typeof layout>} */ places,
  /** @type {number} */ x, /** @type {number} */ y) {
  const columns = (x - places.middle) / places.column
  const r = places.held.findIndex((band) => y >= band.top && y <= band.foot)
  if (r >= 0) {
    const p = places.rows[r][Math.round(columns + (places.rows[r].length - 1) / 2)]
    return p === undefined ? -1 : run.params.element[p]
  }
  const i = Math.round(columns + (run.K - 1) / 2)
  return y < places.held[0].top && i >= 0 && i < run.K ? i : -1
}
