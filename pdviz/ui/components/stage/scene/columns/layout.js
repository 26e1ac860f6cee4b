// Where the columns of the stage stand: one for each element of the kernel; the parameters packed right below the
// kernel, between it and its gradient, so that every thread is short.

import { clamp } from "../../../base/view.js"
import { LINE } from "../number_lines.js"

/** @typedef {import("../../run/clip.js").Clip} Clip */
/** A band of bars: its zero line, how many pixels the end of its scale takes, and how far its bars go up and down, as
 * shares of that.
 * @typedef {{ zero: number, bar: number, top: number, foot: number, up: number, down: number }} Band */
/** @typedef {{ left: number, top: number, width: number, height: number, wide: boolean }} Box */
/** How far the bars of a band go up and down, as shares of the end of its scale.
 * @typedef {{ up: number, down: number }} Extent */
/** @typedef {{ samples: Extent, kernel: Extent, gradient: Extent }} Extents */
/** @typedef {ReturnType<typeof layout>} Places */

export const WIDE = 640 // pixels: wider drawings have the titles of the bands at their left, not above them
const WIDEST = 52, FEWEST = 7 // pixels of a column: with narrower ones the kernel would not be drawn whole
const STRETCH = 18 // pixels of a column where a stretch of the kernel is drawn
const PACKED = 24 // pixels of a parameter where there is room
const GUTTER = 122, SCALE = 34 // pixels at the left for titles, and at the right for the ends of the scales
const SPACE = 8
/** Pixels of the offsets under the kernel, and of the threads to what lies below them. */
const AXIS = 16, THREADS = 24, THREADS_UP = 10
/** How many lines numbers take. */
export const LINES = 2

/** Measure a drawing of some width: what stands beside its columns, and how much room these have.
 * @param {number} width */
export function frameOf(width) {
  const wide = width >= WIDE, side = wide ? clamp(width * 0.23, 172, 250) : 74, left = wide ? GUTTER : 6
  const area = width - side - left - (wide ? SCALE + 8 : 28)
  return { wide, side, left, area }
}

/** Return how many elements, and how many parameters, are drawn of a kernel.
 * @param {number} K elements of the kernel
 * @param {number} width */
export function roomFor(K, width) {
  const { area } = frameOf(width), whole = area / K >= FEWEST
  return { count: whole ? K : Math.floor(area / STRETCH), room: Math.floor(area / PACKED) }
}

/** Arrange everything, in pixels.
 * @param {Clip} run
 * @param {number} width
 * @param {Extents} extents */
export function layout(run, width, extents) {
  const { wide, side, left, area } = frameOf(width), head = wide ? 0 : 20, middle = left + area / 2
  const start = run.side.indexOf(0), count = run.side.filter((v) => v === 0).length
  const column = Math.min(area / count, WIDEST), even = { up: 1, down: 1 }
  const samples = band(0, head, 30, extents.samples)
  const products = band(samples.foot + SPACE, head, 32, even)
  const kernel = band(products.foot + SPACE, head, 42, extents.kernel)
  const axis = kernel.foot + 13
  const parameters = band(kernel.foot + AXIS + THREADS, head, 42, even)
  const own = parameters.foot + 12, values = own + LINE + 1
  const names = run.rows.length > 1 ? LINE : 0, under = values + (LINES - 1) * LINE + names + 4
  const gradient = band(under + THREADS_UP, head, 42, extents.gradient)
  const slopes = gradient.foot + 12, foot = slopes + (LINES - 1) * LINE + 4
  const whatIf = wide
    ? { left: width - side, top: parameters.top + 8, width: side, height: foot - parameters.top - 8, wide }
    : { left: 0, top: foot + 8, width, height: 150, wide }
  const edge = (/** @type {number} */ way) => middle + way * ((count * column) / 2 + 5)
  return {
    ...packing(run, area, column, middle),
    width, height: Math.max(foot, whatIf.top + whatIf.height), left, area, column, middle, thick: column * 0.78, wide,
    samples, products, kernel, gradient, axis, parameters, own, values, slopes, whatIf,
    names: under - 5, under, right: left + area,
    gauge: { left: width - side, top: 0, width: side, height: wide ? parameters.top - 4 : kernel.foot, wide },
    place: (/** @type {number} */ i) =>
      run.side[i] ? edge(run.side[i]) : middle + (i - start - (count - 1) / 2) * column,
  }
}

/** Pack the parameters side by side; those of two rows in two groups.
 * @param {Clip} run
 * @param {number} area
 * @param {number} column
 * @param {number} middle */
function packing(run, area, column, middle) {
  const rows = run.rows.map((_, r) => run.params.row.flatMap((v, p) => (v === r ? [p] : [])))
  const slots = run.P + 1.5 * (rows.length - 1), each = Math.min(Math.max(column, PACKED), area / Math.max(1, slots))
  /** The place of each parameter in its row. @type {number[]} */
  const order = new Array(run.P)
  /** @type {number[]} */
  const at = new Array(run.P)
  let slot = 0
  for (const list of rows) {
    list.forEach((p, j) => { order[p] = j; at[p] = slot + j })
    slot += list.length + 1.5
  }
  return {
    rows, order, each,
    packed: (/** @type {number} */ p) => middle + (at[p] - (slots - 1) / 2) * each,
    inRow: (/** @type {number} */ p) => rows[run.params.row[p]].length,
  }
}

/** Arrange a band at a top: the room of its title, then that of its bars.
 * @param {number} top
 * @param {number} head
 * @param {number} tall
 * @param {Extent} extent
 * @returns {Band} */
function band(top, head, tall, { up, down }) {
  const bar = tall / (up + down)
  return { top, zero: top + head + up * bar, bar, foot: top + head + tall, up, down }
}

/** Return the element under a place of the drawing, or −1.
 * @param {Clip} run
 * @param {Places} places
 * @param {number} x
 * @param {number} y */
export function elementAt(run, { middle, column, each, parameters, own, packed }, x, y) {
  if (y >= parameters.top && y <= own + LINE * LINES) {
    const p = run.params.element.findIndex((_, q) => Math.abs(packed(q) - x) <= each / 2)
    return p < 0 ? -1 : run.params.element[p]
  }
  const start = run.side.indexOf(0), count = run.side.filter((v) => v === 0).length
  const i = start + Math.round((x - middle) / column + (count - 1) / 2)
  return run.side[i] === 0 ? i : -1
}
