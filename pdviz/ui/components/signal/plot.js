// The section: input above, output below, on one axis of time; the kernel's window over the samples that it reads.

import { ACCENT, COLOURS } from "../boot/constants.js"
import { axisLabel } from "../base/format.js"
import { element, resize, set } from "../base/svg.js"
import { clamp } from "../base/view.js"
import { chooseTicks, drawRow, heightOf, linePath, rangeOf } from "./axes.js"
import { outputAt, sampleAt, timeOf, wholeOutputs } from "./section_data.js"

/** @typedef {import("./axes.js").Row} Row */
/** @typedef {import("./section_data.js").Section} Section */
/** A section at a width: pixels from one sample to the next, and the rows.
 * @typedef {{ section: Section, width: number, pixels: number, input: Row, output: Row }} Scale */

const LEFT = 52, RIGHT = 12, HEIGHT = 346
const INPUT = { top: 24, foot: 150 }, OUTPUT = { top: 182, foot: 304 }
/** A narrower window, in pixels, has no room for marks of taps. */
const MIN_MARKED = 40
/** Marks closer than this, in pixels, have no edges: nothing else would be visible. */
const MIN_EDGED = 1.5
/** A narrower plot, in pixels, has no room for the hint. */
const MIN_HINT = 640
const SHADE_KEY = 94 // pixels of what explains a shade
const PARTS = /** @type {const} */ (["left wing", "island", "right wing"])
const MARKS = {
  "left wing": "m3.5 -3.5l-7 3.5l7 3.5Z", "right wing": "m-3.5 -3.5l7 3.5l-7 3.5Z", island: "m-3 -3h6v6h-6Z", gap: "",
}

/** Scale a section to a width; the rows hold every sample and every output of it, those that zeros take part in too.
 * @param {Section} section
 * @param {number} width
 * @returns {Scale} */
export function scaleOf(section, width) {
  const { samples, output, data: { first, count, samplesFirst } } = section
  const inside = samples.subarray(first - samplesFirst, first - samplesFirst + count)
  const ends = { left: LEFT, right: width - RIGHT }
  return {
    section, width,
    pixels: (width - LEFT - RIGHT) / Math.max(1, count - 1),
    input: { ...ends, ...INPUT, ...rangeOf(inside) },
    output: { ...ends, ...OUTPUT, ...rangeOf(output) },
  }
}

/** A drawing of a section: `fit` draws what stays while the kernel moves, `draw` what moves. */
export class Plot {
  /** @type {Scale} */
  #scale

  /**
   * @param {SVGSVGElement} svg
   * @param {Section} section */
  constructor(svg, section) {
    const dot = (/** @type {string} */ kind, /** @type {string} */ fill, /** @type {number} */ r) =>
      element("circle", svg, { class: `dot ${kind}`, fill, r })
    this.svg = svg
    this.#scale = scaleOf(section, 0)
    this.shades = element("g", svg)
    this.window = element("rect", svg, { class: "window" })
    this.guide = element("path", svg, { class: "guide" })
    this.hoverLine = element("path", svg, { class: "hover" })
    this.rows = element("g", svg)
    this.inputLine = element("path", svg, { class: "line input", stroke: COLOURS.gap })
    this.outputLine = element("path", svg, { class: "line output", stroke: ACCENT })
    this.marks = PARTS.map((part) =>
      element("path", svg, { class: "mark", fill: COLOURS[part], "data-part": part }))
    this.dots = [dot("input", COLOURS.gap, 5), dot("output", ACCENT, 5)]
    this.hoverDots = [dot("hovered", COLOURS.gap, 3.5), dot("hovered", ACCENT, 3.5)]
  }

  /** Width of the rows, in pixels. */
  get innerWidth() { return this.#scale.width - LEFT - RIGHT }

  /** Width of the kernel's window, in pixels. */
  get windowWidth() { return this.#scale.section.size * this.#scale.pixels }

  /** Return the sample at a place, not a whole number.
   * @param {number} x in pixels */
  sampleAt(x) { return this.#scale.section.data.first + (x - LEFT) / this.#scale.pixels }

  /** Fit another section or width.
   * @param {Section} section
   * @param {number} width */
  fit(section, width) {
    const scale = this.#scale = scaleOf(section, width), { rows } = this
    resize(this.svg, width, HEIGHT)
    rows.replaceChildren()
    drawRow(rows, scale.input, { name: "input", unit: section.data.unit, colour: COLOURS.gap, spacing: 30 })
    drawRow(rows, scale.output, { name: "output", unit: section.data.outputUnit, colour: ACCENT, spacing: 30 })
    if (width >= MIN_HINT) {
      const hint = element("text", rows, { x: width - RIGHT, y: INPUT.top - 10, class: "hint" })
      hint.textContent = "drag the kernel along the signal"
    }
    drawTimes(rows, scale)
    this.#drawShades()
    this.#drawLines()
  }

  /** Draw the kernel at a sample, and another sample that is read, or none.
   * @param {number} at
   * @param {number | null} sample */
  draw(at, sample) {
    const { least, size } = this.#scale.section, other = sample !== null && sample !== at
    const from = this.#inside(at + least - 0.5), to = this.#inside(at + least + size - 0.5)
    const box = { y: INPUT.top - 4, height: INPUT.foot - INPUT.top + 8 }
    set(this.window, { x: from, ...box, width: Math.max(2, to - from) })
    set(this.guide, { d: `M${this.#x(at).toFixed(1)} ${INPUT.top - 4}V${OUTPUT.foot}` })
    this.#placeDots(this.dots, at)
    set(this.hoverLine, { d: other ? `M${this.#x(sample).toFixed(1)} ${INPUT.top}V${OUTPUT.foot}` : "" })
    for (const node of this.hoverDots) set(node, { visibility: other ? "visible" : "hidden" })
    if (other) this.#placeDots(this.hoverDots, sample)
    this.#drawMarks(at)
  }

  /** Shade the outputs that zeros take part in, and say below what the shade means. */
  #drawShades() {
    const { section, width } = this.#scale, { first, count } = section.data
    const [low, high] = wholeOutputs(section), box = { y: OUTPUT.top, height: OUTPUT.foot - OUTPUT.top }
    const key = { fill: COLOURS.gap, opacity: 0.4, width: 12, height: 10, x: width - RIGHT - SHADE_KEY }
    this.shades.replaceChildren()
    for (const [start, stop] of low < high ? [[0, low], [high, count]] : [[0, count]]) {
      if (start === stop) continue
      const x = this.#inside(first + start - 0.5), width = this.#inside(first + stop - 0.5) - x
      element("rect", this.shades, { x, ...box, width, class: "shade", fill: COLOURS.gap, opacity: 0.2 })
    }
    if (high - low === count) return
    element("rect", this.shades, { ...key, y: HEIGHT - 15 })
    const words = element("text", this.shades, { x: key.x + 17, y: HEIGHT - 6, class: "key" })
    words.textContent = "reads padding"
  }

  /** Draw input and output. */
  #drawLines() {
    const { section: { samples, output, data }, pixels, ...rows } = this.#scale, from = data.first - data.samplesFirst
    set(this.inputLine, { d: linePath(rows.input, samples.subarray(from, from + data.count), pixels) })
    set(this.outputLine, { d: linePath(rows.output, output, pixels) })
    for (const node of this.marks) set(node, { "stroke-width": pixels < MIN_EDGED ? 0 : 0.75 })
  }

  /** Mark the samples under the taps of a kernel, where there is room.
   * @param {number} at */
  #drawMarks(at) {
    const { section, input } = this.#scale, { data: { first, count }, offsets, parts } = section
    const marked = this.windowWidth >= MIN_MARKED
    parts.forEach(({ part, from, to }, p) => {
      let d = ""
      const end = marked ? to : from
      for (let tap = from; tap < end; tap++) {
        const i = at + offsets[tap]
        if (i < first || i >= first + count) continue
        d += `M${this.#x(i).toFixed(1)} ${heightOf(input, sampleAt(section, i)).toFixed(1)}${MARKS[part]}`
      }
      set(this.marks[p], { d })
    })
  }

  /** Place the dots of a sample and its output.
   * @param {Element[]} dots
   * @param {number} i */
  #placeDots([inputDot, outputDot], i) {
    const { section, input, output } = this.#scale, cx = this.#x(i).toFixed(2)
    set(inputDot, { cx, cy: heightOf(input, sampleAt(section, i)).toFixed(2) })
    set(outputDot, { cx, cy: heightOf(output, outputAt(section, i)).toFixed(2) })
  }

  /** Return the place of a sample, in pixels.
   * @param {number} i */
  #x(i) { return LEFT + (i - this.#scale.section.data.first) * this.#scale.pixels }

  /** Return the place of a sample, or the nearest one in the rows.
   * @param {number} i */
  #inside(i) { return clamp(this.#x(i), LEFT, this.#scale.width - RIGHT) }
}

/** Draw the axis of time.
 * @param {Element} parent
 * @param {Scale} scale */
function drawTimes(parent, { section, width, pixels, output: { left, right } }) {
  const { first, count, timeUnit, rate } = section.data, seconds = timeUnit === "s"
  const times = { low: timeOf(section, first), high: timeOf(section, first + count - 1) }
  const { values, step } = chooseTicks(times, right - left, 64)
  for (const time of values) {
    const x = left + (time - times.low) * rate * pixels
    const label = { x: Math.min(x, width - 14), y: OUTPUT.foot + 16, class: "tick time" }
    element("path", parent, { d: `M${x.toFixed(1)} ${OUTPUT.foot}v4`, class: "zero" })
    element("text", parent, label).textContent = axisLabel(time, step, seconds)
  }
  const title = element("text", parent, { x: (left + right) / 2, y: HEIGHT - 6, class: "axis" })
  title.textContent = seconds ? "time in seconds" : "time in years"
}
