// The kernel as a strip of elements over a ruler of offsets. It is drawn for a stretch of offsets, the view, so that
// the same code draws overview and lens.

import { COLOURS } from "../boot/constants.js"
import { whole } from "../base/format.js"
import { APART } from "../base/labels.js"
import { NodePool, element, fills, set } from "../base/svg.js"
import { typeOf } from "../base/theme.js"
import { clamp, pixelOf, tickStep } from "../base/view.js"
import { partOf, runsOf } from "../model/pattern.js"
import { ParameterLinks } from "./parameter_links.js"

/** @typedef {import("../model/pattern.js").Kernel} Kernel */
/** @typedef {import("../model/pattern.js").Run} Run */
/** @typedef {import("../base/view.js").View} View */
/** @typedef {import("./viewport.js").Rows} Rows */

/** What is to be drawn: `linked` over how many pixels down to the foot of the compact parameters, 0 without them;
 * `marked` a stretch to mark.
 * @typedef {{ kernel: Kernel, view: View, rows: Rows, width: number, linked: number,
 *   hover: number | null, marked: View | null }} Scene */
/** A scene with pixels per offset, and where an offset lies.
 * @typedef {Scene & { cell: number, x: (offset: number) => number }} Scaled */

/** Narrower elements, in pixels, are not drawn one by one. */
const MIN_CELL = 4
const MAX_CELL = 34
const UNDER = 19 // pixels under the elements for the handles of the dilation and their text
const RULER_TYPE = 11, FOOT = 6 // pixels of the ruler's type, as in the styles, and below it
const DIGIT = 0.53 // of a digit on the ruler, as a share of its size, at most

/** Return the height of a strip without its compact parameters, in pixels.
 * @param {Rows} rows */
export const heightOf = ({ top, tall }) => top + tall + UNDER + typeOf(RULER_TYPE) + FOOT

/** Return the view that shows a whole kernel, with room at its ends for a drag.
 * @param {Kernel} kernel
 * @param {number} width
 * @returns {View} */
export function viewOf({ first, size }, width) {
  const margin = Math.max(4.5, size * 0.12)
  const middle = first + (size - 1) / 2
  const half = Math.max((size - 1) / 2 + margin, width / MAX_CELL / 2)
  return { lo: middle - half, hi: middle + half }
}

/** A drawing of the strip in an SVG element. */
export class Strip {
  /**
   * @param {SVGSVGElement} svg
   * @param {string} id distinguishes this drawing's fills from others' */
  constructor(svg, id) {
    this.svg = svg
    this.fill = fills(svg, id)
    this.marked = element("rect", svg, { class: "marked", rx: 4 })
    this.gaps = new NodePool(svg, "place")
    this.taps = new NodePool(svg, "tap")
    this.runs = new NodePool(svg, "run")
    this.links = new ParameterLinks(svg, this.fill)
    this.ticks = new NodePool(svg, "tick")
    this.origin = element("path", svg, { class: "origin" })
    this.hovered = element("rect", svg, { class: "hovered", rx: 3 })
  }

  /** Draw a scene.
   * @param {Scene} scene */
  draw(scene) {
    const { view, rows, width, kernel, linked } = scene, cell = width / (view.hi - view.lo)
    const scaled = { ...scene, cell, x: (/** @type {number} */ offset) => pixelOf(view, width, offset) }
    const end = heightOf(rows), foot = end + linked
    const pools = [this.gaps, this.taps, this.runs, this.ticks]
    for (const pool of pools) pool.start()
    if (cell >= MIN_CELL) this.#drawElements(scaled)
    else this.#drawRuns(scaled)
    this.#drawRuler(scaled, end - FOOT)
    this.#drawMarks(scaled)
    for (const pool of pools) pool.end()
    if (linked) this.links.draw(kernel, { ...scaled, middle: rows.top + rows.tall / 2 }, end, foot)
    set(this.svg, { viewBox: `0 0 ${width} ${foot}`, height: foot })
  }

  /** Draw the elements one by one.
   * @param {Scaled} scene */
  #drawElements({ kernel, view, rows: { top, tall }, cell, x }) {
    const space = Math.min(3, cell * 0.16)
    const tapNumbers = new Map(kernel.offsets.map((o, i) => [o, i]))
    const size = { y: top, width: cell - space, height: tall, rx: Math.min(4, cell * 0.18) }
    for (let o = Math.ceil(view.lo - 0.5); o <= view.hi + 0.5; o++) {
      const box = { x: x(o) - cell / 2 + space / 2, ...size, "data-offset": o }
      const i = tapNumbers.get(o)
      if (i === undefined) {
        const inside = o >= kernel.first && o < kernel.first + kernel.size
        this.gaps.next("rect", { ...box, opacity: inside ? 1 : 0.3 })
      } else {
        const part = partOf(kernel, i)
        this.taps.next("rect", { ...box, fill: this.fill[part], "data-part": part })
      }
    }
  }

  /** Draw elements too narrow to be seen one by one: a dashed line for each evenly spaced run of a part.
   * @param {Scaled} scene */
  #drawRuns({ kernel, rows: { top, tall }, cell, x }) {
    const middle = top + tall / 2
    const [from, to] = [kernel.first - 0.5, kernel.first + kernel.size - 0.5].map(x)
    const thin = { stroke: COLOURS.gap, "stroke-width": 1, "stroke-dasharray": "none" }
    this.runs.next("path", { d: `M${from} ${middle}H${to}`, ...thin, "data-part": "span" })
    for (const { part, first, count, step } of partRuns(kernel)) {
      const dash = Math.max(cell, Math.min(0.7, 0.6 * step * cell))
      this.runs.next("path", {
        d: `M${x(first) - dash / 2} ${middle}H${x(first + (count - 1) * step) + dash / 2}`,
        stroke: COLOURS[part], "stroke-width": tall, "data-part": part,
        "stroke-dasharray": step === 1 ? "none" : `${dash} ${step * cell - dash}`,
      })
    }
  }

  /** Draw the numbers of the ruler, and the mark of the origin.
   * @param {Scaled} scene
   * @param {number} y */
  #drawRuler({ view, rows: { top, tall }, width, cell, x }, y) {
    const longest = Math.max(whole(Math.floor(view.lo)).length, whole(Math.ceil(view.hi)).length)
    const wide = DIGIT * typeOf(RULER_TYPE) * longest
    const step = tickStep(cell, Math.max(34, wide + APART)), tip = top + tall + 5, foot = tip + 9
    for (let o = Math.ceil(view.lo / step) * step; o <= view.hi; o += step) {
      const at = x(o), half = Math.max(12, wide / 2)
      if (at > half && at < width - half) this.ticks.next("text", { x: at, y }).textContent = whole(o)
    }
    set(this.origin, { d: `M${x(0) - 6} ${foot}L${x(0)} ${tip}L${x(0) + 6} ${foot}Z` })
  }

  /** Draw what is pointed at, and the stretch that the lens shows.
   * @param {Scaled} scene */
  #drawMarks({ rows: { top, tall }, hover, marked, width, cell, x }) {
    if (hover === null || cell < MIN_CELL) set(this.hovered, { width: 0, height: 0 })
    else set(this.hovered, { x: x(hover) - cell / 2 - 0.5, y: top - 2, width: cell + 1, height: tall + 4 })
    if (!marked) return set(this.marked, { width: 0, height: 0 })
    const from = clamp(x(marked.lo), 1, width - 9), to = clamp(x(marked.hi), from + 8, width - 1)
    set(this.marked, { x: from, y: top - 4, width: to - from, height: tall + 8 })
  }
}

/** Split the evenly spaced runs of a kernel where parts meet: one run may hold all three.
 * @param {Kernel} kernel */
function* partRuns(kernel) {
  let tap = 0
  for (const { first, count, step } of runsOf(kernel)) {
    for (let from = 0; from < count; ) {
      const part = partOf(kernel, tap + from)
      const end = part === "left wing" ? kernel.start : part === "island" ? kernel.stop : kernel.offsets.length
      const to = Math.min(count, end - tap)
      yield { part, first: first + from * step, count: to - from, step }
      from = to
    }
    tap += count
  }
}
