// The kernel as a strip of elements over a ruler of offsets and, under it, the compact parameters,
// each joined to the place it is written to. Drawn for a stretch of offsets, the view, so that the
// same code is overview and lens.

import { COLOURS } from "../boot/constants.js"
import { whole } from "../base/format.js"
import { element, fills, set } from "../base/svg.js"
import { clamp, mix } from "../base/view.js"
import { partOf, runsOf } from "../model/pattern.js"

/** @typedef {import("../model/pattern.js").Kernel} Kernel */

/** A stretch of offsets, from the left edge of the drawing to its right one.
 * @typedef {{ lo: number, hi: number }} View */

/** What is to be drawn: `linked` with the compact parameters, `marked` a stretch to mark.
 * @typedef {{ kernel: Kernel, view: View, width: number, linked: boolean,
 *   hover: number | null, marked: View | null }} Scene */

/** Narrower elements, in pixels, are not drawn one by one. */
const LEAST_CELL = 4
const MOST_CELL = 34
const TOP = 30
const LINKS = 46
const COMPACT = 24
/** More parameters than these are drawn as one block for each part. */
const MOST_LINKED = 129

/** The view that shows a whole kernel, with room at its ends for a hand. */
export function viewOf(/** @type {Kernel} */ { first, size }, /** @type {number} */ width) {
  const room = Math.max(4.5, size * 0.12)
  const middle = first + (size - 1) / 2
  const half = Math.max((size - 1) / 2 + room, width / MOST_CELL / 2)
  return { lo: middle - half, hi: middle + half }
}

/** Where an offset lies in a view, in pixels. */
export const place = (/** @type {View} */ { lo, hi }, /** @type {number} */ width, /** @type {number} */ offset) =>
  ((offset - lo) / (hi - lo)) * width

/** The offset, not a whole one, at a place in a view. */
export const offsetAt = (/** @type {View} */ { lo, hi }, /** @type {number} */ width, /** @type {number} */ x) =>
  lo + (x / width) * (hi - lo)

/** The distance between labels of a ruler. */
export function tickStep(/** @type {number} */ cell, apart = 34) {
  for (let power = 1; ; power *= 10)
    for (const step of [power, 2 * power, 5 * power]) if (step * cell >= apart) return step
}

/** Nodes of one kind that are kept from one drawing to the next. */
function pool(/** @type {Element} */ parent, /** @type {string} */ name, /** @type {string} */ kind) {
  const group = element("g", parent)
  let used = 0
  return {
    start() { used = 0 },
    next(/** @type {Record<string, string | number>} */ attributes) {
      const node = group.children[used++] ?? element(name, group, { class: kind })
      set(node, attributes)
      return node
    },
    end() { while (group.children.length > used) group.lastChild.remove() },
  }
}

/** Prepare a drawing in `svg`; returns the function that draws a scene into it.
 * @param {SVGSVGElement} svg
 * @param {string} id tells this drawing's fills from others'
 * @param {number} tall height of an element, in pixels */
export function strip(svg, id, tall) {
  const fill = fills(svg, id)
  const marked = element("rect", svg, { class: "marked", rx: 4 })
  const places = pool(svg, "rect", "place"), taps = pool(svg, "rect", "tap"), runs = pool(svg, "path", "run")
  const links = pool(svg, "path", "link"), compact = pool(svg, "rect", "compact"), names = pool(svg, "text", "name")
  const ticks = pool(svg, "text", "tick")
  const origin = element("path", svg, { class: "origin" })
  const hovered = element("rect", svg, { class: "hovered", rx: 3 })
  const bottom = TOP + tall

  return function draw(/** @type {Scene} */ { kernel, view, width, linked, hover, marked: stretch }) {
    const cell = width / (view.hi - view.lo)
    const x = (/** @type {number} */ o) => place(view, width, o)
    const rulerY = bottom + 30
    const compactY = rulerY + 8 + LINKS
    const height = linked ? compactY + COMPACT + 20 : rulerY + 6
    set(svg, { viewBox: `0 0 ${width} ${height}`, height })
    for (const nodes of [places, taps, runs, links, compact, names, ticks]) nodes.start()

    if (cell >= LEAST_CELL) {
      const gap = Math.min(3, cell * 0.16)
      const isTap = new Map(kernel.offsets.map((o, i) => [o, i]))
      const box = (/** @type {number} */ o) => ({ x: x(o) - cell / 2 + gap / 2, y: TOP, width: cell - gap, height: tall, rx: Math.min(4, cell * 0.18), "data-offset": o })
      for (let o = Math.ceil(view.lo - 0.5); o <= view.hi + 0.5; o++) {
        const i = isTap.get(o)
        const inside = o >= kernel.first && o < kernel.first + kernel.size
        if (i === undefined) places.next({ ...box(o), opacity: inside ? 1 : 0.3 })
        else taps.next({ ...box(o), fill: fill[partOf(kernel, i)], "data-part": partOf(kernel, i) })
      }
    } else {
      drawRuns(kernel, cell, x)
    }

    const step = tickStep(cell)
    for (let o = Math.ceil(view.lo / step) * step; o <= view.hi; o += step) {
      const at = x(o)
      if (at > 12 && at < width - 12) ticks.next({ x: at, y: rulerY }).textContent = whole(o)
    }
    set(origin, { d: `M${x(0) - 6} ${bottom + 14}L${x(0)} ${bottom + 5}L${x(0) + 6} ${bottom + 14}Z` })
    if (linked) drawLinks(kernel, cell, x, width, rulerY + 6, compactY)
    if (hover === null || cell < LEAST_CELL) set(hovered, { width: 0, height: 0 })
    else set(hovered, { x: x(hover) - cell / 2 - 0.5, y: TOP - 2, width: cell + 1, height: tall + 4 })
    if (!stretch) set(marked, { width: 0, height: 0 })
    else {
      const from = clamp(x(stretch.lo), 1, width - 9), to = clamp(x(stretch.hi), from + 8, width - 1)
      set(marked, { x: from, y: TOP - 4, width: to - from, height: tall + 8 })
    }
    for (const nodes of [places, taps, runs, links, compact, names, ticks]) nodes.end()
    return height
  }

  /** Elements too narrow to be seen one by one: a dashed line for each evenly spaced run. */
  function drawRuns(/** @type {Kernel} */ kernel, /** @type {number} */ cell, /** @type {(o: number) => number} */ x) {
    const middle = TOP + tall / 2
    const ends = [kernel.first - 0.5, kernel.first + kernel.size - 0.5].map(x)
    runs.next({ d: `M${ends[0]} ${middle}H${ends[1]}`, stroke: COLOURS.gap, "stroke-width": 1, "stroke-dasharray": "none", "data-part": "span" })
    let tap = 0
    for (const { first, count, step } of runsOf(kernel)) {
      // a run of all taps may hold three parts
      for (let from = 0; from < count; ) {
        const part = partOf(kernel, tap + from)
        const end = part === "left wing" ? kernel.start : part === "island" ? kernel.stop : kernel.offsets.length
        const to = Math.min(count, end - tap)
        const dash = Math.max(cell, Math.min(0.7, 0.6 * step * cell))
        runs.next({
          d: `M${x(first + from * step) - dash / 2} ${middle}H${x(first + (to - 1) * step) + dash / 2}`,
          stroke: COLOURS[part], "stroke-width": tall, "data-part": part,
          "stroke-dasharray": step === 1 ? "none" : `${dash} ${step * cell - dash}`,
        })
        from = to
      }
      tap += count
    }
  }

  /** The compact parameters side by side, and where each one goes. */
  function drawLinks(/** @type {Kernel} */ kernel, /** @type {number} */ cell, /** @type {(o: number) => number} */ x, /** @type {number} */ width, /** @type {number} */ from, /** @type {number} */ to) {
    const { offsets, start, stop } = kernel
    const count = offsets.length
    const each = Math.min(26, Math.max(cell, 3), (width - 20) / count)
    const packed = (/** @type {number} */ j) => width / 2 + (j - count / 2) * each
    const parts = /** @type {const} */ ([["left wing", 0, start], ["island", start, stop], ["right wing", stop, count]])
    const singly = count <= MOST_LINKED && cell >= 2
    for (const [part, head, tail] of parts) {
      if (head === tail) continue
      if (singly) {
        for (let j = head; j < tail; j++) {
          const a = packed(j) + each / 2, b = x(offsets[j]), half = mix(from, to, 0.5)
          links.next({ d: `M${a} ${to}C${a} ${half} ${b} ${half} ${b} ${from}`, stroke: COLOURS[part], fill: "none", opacity: 0.55 })
          compact.next({ x: packed(j) + each * 0.06, y: to, width: each * 0.88, height: COMPACT, rx: Math.min(4, each * 0.18), fill: fill[part] })
        }
      } else {
        const [a, b] = [packed(head), packed(tail)], [c, d] = [x(offsets[head] - 0.5), x(offsets[tail - 1] + 0.5)]
        links.next({ d: `M${a} ${to}L${c} ${from}H${d}L${b} ${to}Z`, stroke: "none", fill: COLOURS[part], opacity: 0.16 })
        compact.next({ x: a + 0.5, y: to, width: b - a - 1, height: COMPACT, rx: 2, fill: fill[part] })
      }
    }
    /** @type {[number, string][]} */
    const labels = parts.map(([part, head, tail]) => [packed((head + tail) / 2), head === tail ? "" : `${part} ${tail - head}`])
    const apart = labels.every(([at, words], i) => !words || i === 0 || !labels[i - 1][1] || at - labels[i - 1][0] > 78)
    if (apart) for (const [at, words] of labels) names.next({ x: clamp(at, 40, width - 40), y: to + COMPACT + 14 }).textContent = words
    else names.next({ x: width / 2, y: to + COMPACT + 14 }).textContent =
      `left ${start} · island ${stop - start} · right ${count - stop}`
  }
}
