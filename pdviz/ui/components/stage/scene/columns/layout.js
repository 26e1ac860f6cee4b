// Where the columns of the stage stand: one for each element of the kernel; the parameters packed right below the
// kernel, between it and its gradient, so that every thread is short. Their bars are as high as one screen allows.

import { enlargement } from "../../../base/theme.js"
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
const EDGE = 14 // pixels at the left without titles: half a number, which may be wider than its column
const SPACE = 8
/** Pixels of the section and the columns down to the gradient, at most: so much is left of a laptop's screen and of a
 * phone's below what stands above them. */
const TALLEST = { wide: 420, narrow: 500 }
const ABOVE = 324, ENLARGED = 476 // pixels of the page above an enlarged drawing, and what that has at least
const BARS = { samples: 30, products: 32, kernel: 42, parameters: 42, gradient: 42 } // pixels, at most
const ALL_BARS = Object.values(BARS).reduce((sum, tall) => sum + tall)
const LEAST_SHARE = 0.6 // of these heights
/** Pixels of the curve of the loss at the top of the side of wide drawings, of the gauge below it, and of the question
 * what a step would do where that stands below the bands. */
export const LOSS = 110
const GAUGE = 128, WHAT_IF = 120
/** Pixels of the offsets under the kernel, and of the threads to what lies below them. */
const AXIS = 16, THREADS = 24, THREADS_UP = 10
const HEAD = 18 // pixels of a band's title where that is above its bars
/** How many lines numbers take. */
export const LINES = 2

/** Measure a drawing of some width: what stands beside its columns, and how much room these have.
 * @param {number} width */
export function frameOf(width) {
  const wide = width >= WIDE, side = wide ? clamp(width * 0.23, 172, 250) : 74, left = wide ? GUTTER : EDGE
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
 * @param {Extents} extents
 * @param {number} above pixels of what is drawn above the columns */
export function layout(run, width, extents, above = 0) {
  const frame = frameOf(width), { wide, left, area } = frame, middle = left + area / 2
  const start = run.side.indexOf(0), count = run.side.filter((v) => v === 0).length
  const times = enlargement(), usual = TALLEST[wide ? "wide" : "narrow"]
  const tallest = times > 1 ? Math.min(usual, Math.max(ENLARGED, innerHeight - ABOVE) / times) : usual
  const column = Math.min(area / count, WIDEST), room = tallest - above
  const highest = stack(run, wide, extents, 1), missing = Math.max(0, highest.foot - room)
  const bands = missing ? stack(run, wide, extents, Math.max(LEAST_SHARE / times, 1 - missing / ALL_BARS)) : highest
  const edge = (/** @type {number} */ way) => middle + way * ((count * column) / 2 + 5)
  return {
    ...packing(run, area, column, middle), ...bands, ...beside(bands, frame, width, above),
    width, left, area, column, middle, thick: column * 0.78, wide, right: left + area,
    place: (/** @type {number} */ i) =>
      run.side[i] ? edge(run.side[i]) : middle + (i - start - (count - 1) / 2) * column,
  }
}

/** Stack the bands, with bars of this share of their heights. Between them are the offsets of the kernel at `axis`,
 * those of the parameters at `own`, `values` and `names`, down to `under`, and the gradient's numbers at `slopes`.
 * @param {Clip} run
 * @param {boolean} wide
 * @param {Extents} extents
 * @param {number} share */
function stack(run, wide, extents, share) {
  const head = wide ? 0 : HEAD, even = { up: 1, down: 1 }
  const samples = band(0, head, share * BARS.samples, extents.samples)
  const products = band(samples.foot + SPACE, head, share * BARS.products, even)
  const kernel = band(products.foot + SPACE, head, share * BARS.kernel, extents.kernel)
  const parameters = band(kernel.foot + AXIS + THREADS, head, share * BARS.parameters, even)
  const own = parameters.foot + 12, values = own + LINE + 1
  const names = run.rows.length > 1 ? LINE + 2 : 0, under = values + (LINES - 1) * LINE + names + 4
  const gradient = band(under + THREADS_UP, head, share * BARS.gradient, extents.gradient)
  const slopes = gradient.foot + 12
  return {
    samples, products, kernel, axis: kernel.foot + 13, parameters, own, values, names: under - 5, under, gradient,
    slopes, foot: slopes + (LINES - 1) * LINE + 4,
  }
}

/** Arrange what stands beside the bands, or below them: the gauge, and the question what a step would do.
 * @param {ReturnType<typeof stack>} bands
 * @param {ReturnType<typeof frameOf>} frame
 * @param {number} width
 * @param {number} above pixels of what is drawn above the columns, where the curve of the loss begins */
function beside({ kernel, foot }, { wide, side }, width, above) {
  const left = width - side
  if (!wide) return {
    height: foot + SPACE + WHAT_IF, whatIf: { left: 0, top: foot + SPACE, width, height: WHAT_IF, wide },
    gauge: { left, top: 0, width: side, height: kernel.foot, wide },
  }
  const top = Math.max(0, LOSS + SPACE - above), below = top + GAUGE + SPACE
  return {
    height: foot, whatIf: { left, top: below, width: side, height: foot - below, wide },
    gauge: { left, top, width: side, height: GAUGE, wide },
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

/** List the places of what is written in lines and at the ends of the scales.
 * @param {Places} places
 * @returns {import("../passage.js").Place[]} */
export function writtenAt({ right, wide, axis, own, under, slopes, foot, ...places }) {
  const bands = [places.samples, places.products, places.kernel, places.parameters, places.gradient]
  const line = (/** @type {number} */ y, /** @type {number} */ end) => ({ x: 0, y, width: right + 4, height: end - y })
  return [
    line(axis - 10, axis + 4), line(own - 10, under - 1), line(slopes - 10, foot),
    ...(wide ? [] : bands.map(({ top }) => line(top, top + HEAD))),
    ...bands.map(({ zero, up, bar }) => ({
      x: right + 5, y: scaleEnd(zero - up * bar) - 10, width: wide ? 34 : 22, height: 13,
    })),
  ]
}

/** Return where the number at the end of a scale stands, which ends at a height.
 * @param {number} y */
export const scaleEnd = (y) => Math.max(10, y + 8)

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
