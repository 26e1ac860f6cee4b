// The section: input above, output below, on one axis of time; the kernel's window over the samples it sees.

import { ACCENT, COLOURS } from "../boot/constants.js"
import { axisLabel } from "../base/format.js"
import { element, set } from "../base/svg.js"
import { clamp } from "../base/view.js"
import { level, room, row, ticks } from "./axes.js"
import { outputAt, sampleAt, timeOf } from "./section_data.js"

/** @typedef {import("./section_data.js").Wave} Wave */

const LEFT = 52, RIGHT = 12, HEIGHT = 346
const INPUT = { top: 24, foot: 150 }, OUTPUT = { top: 182, foot: 304 }
/** A narrower window, in pixels, has no room for marks of taps. */
const MARKED = 40
/** Marks closer than this, in pixels, have no edges: these would be all that is seen. */
const DENSE = 1.5
const HINTED = 640
const MARKS = { "left wing": "m3.5 -3.5l-7 3.5l7 3.5Z", "right wing": "m-3.5 -3.5l7 3.5l-7 3.5Z", island: "m-3 -3h6v6h-6Z", gap: "" }

/** Prepare the plot in `svg`; `fit` draws what stays while the kernel moves, `draw` what moves. */
export function plot(/** @type {SVGSVGElement} */ svg) {
  const clip = element("rect", element("clipPath", svg, { id: "output-row" }), { x: LEFT, y: OUTPUT.top - 4, height: OUTPUT.foot - OUTPUT.top + 8 })
  const shade = element("g", svg), window = element("rect", svg, { class: "window" })
  const guide = element("path", svg, { class: "guide" }), hovered = element("path", svg, { class: "hover" })
  const rows = element("g", svg)
  const input = element("path", svg, { class: "line input", stroke: COLOURS.gap })
  const output = element("path", svg, { class: "line output", stroke: ACCENT, "clip-path": "url(#output-row)" })
  const marks = /** @type {const} */ (["left wing", "island", "right wing"]).map((part) => ({
    part, node: element("path", svg, { class: "mark", fill: COLOURS[part], "data-part": part }),
  }))
  const dot = (/** @type {string} */ kind, /** @type {string} */ fill, /** @type {number} */ r) =>
    element("circle", svg, { class: `dot ${kind}`, fill, r })
  const here = [dot("input", COLOURS.gap, 5), dot("output", ACCENT, 5)]
  const there = [dot("hovered", COLOURS.gap, 3.5), dot("hovered", ACCENT, 3.5)]
  /** @type {Wave} */
  let wave
  let width = 0, pixels = 1
  let above = { low: 0, high: 1 }, below = { low: 0, high: 1 }
  const inputBox = { left: LEFT, right: 0, ...INPUT }, outputBox = { left: LEFT, right: 0, ...OUTPUT }
  const place = (/** @type {number} */ i) => LEFT + (i - wave.data.first) * pixels
  const bounded = (/** @type {number} */ x) => clamp(x, LEFT, width - RIGHT)

  /** Take another section, kernel or width. */
  function fit(/** @type {Wave} */ given, /** @type {number} */ wide) {
    wave = given
    width = wide
    const { first, count, unit, outputUnit, timeUnit, rate, wholeFirst, wholeStop } = wave.data
    pixels = (width - LEFT - RIGHT) / Math.max(1, count - 1)
    inputBox.right = outputBox.right = width - RIGHT
    set(svg, { viewBox: `0 0 ${width} ${HEIGHT}`, height: HEIGHT })
    const low = clamp(wholeFirst - first, 0, count), high = clamp(wholeStop - first, low, count)
    const from = first - wave.data.samplesFirst
    const values = wave.samples.subarray(from, from + count)
    above = room(values)
    below = room(low < high ? wave.output.subarray(low, high) : wave.output)

    rows.replaceChildren()
    row(rows, inputBox, above, "input", unit, { colour: COLOURS.gap, apart: 30 })
    row(rows, outputBox, below, "output", outputUnit, { colour: ACCENT, apart: 30 })
    if (width >= HINTED) element("text", rows, { x: width - RIGHT, y: INPUT.top - 10, class: "hint" }).textContent = "drag the kernel along the signal"
    const times = { low: timeOf(wave, first), high: timeOf(wave, first + count - 1) }
    const seconds = timeUnit === "s"
    const found = ticks(times, width - LEFT - RIGHT, 64)
    for (const t of found.values) {
      const x = LEFT + (t - times.low) * rate * pixels
      element("path", rows, { d: `M${x.toFixed(1)} ${OUTPUT.foot}v4`, class: "zero" })
      element("text", rows, { x: Math.min(x, width - 14), y: OUTPUT.foot + 16, class: "tick time" }).textContent = axisLabel(t, found.step, seconds)
    }
    element("text", rows, { x: (LEFT + width - RIGHT) / 2, y: HEIGHT - 6, class: "axis" }).textContent =
      seconds ? "time in seconds" : "time in years"

    // Zeros stand in for samples there, and the axis makes no room for what comes of it.
    shade.replaceChildren()
    const ends = low < high ? [[0, low], [high, count]] : [[0, count]]
    for (const [start, stop] of ends.filter(([start, stop]) => start < stop)) {
      const x = bounded(LEFT + (start - 0.5) * pixels)
      element("rect", shade, { x, y: OUTPUT.top, width: bounded(LEFT + (stop - 0.5) * pixels) - x,
        height: OUTPUT.foot - OUTPUT.top, class: "shade", fill: COLOURS.gap, opacity: 0.2 })
    }
    set(input, { d: line(values, (v) => level(inputBox, above, v)) })
    set(output, { d: line(wave.output, (v) => level(outputBox, below, v)) })
    set(clip, { width: Math.max(0, width - LEFT - RIGHT) })
    for (const { node } of marks) set(node, { "stroke-width": pixels < DENSE ? 0 : 0.75 })
  }

  /** A line through values; of those that share a pixel the least and the largest, which is what would be seen. */
  function line(/** @type {Float32Array} */ values, /** @type {(v: number) => number} */ height) {
    let d = ""
    const put = (/** @type {number} */ i) => {
      d += `${d ? "L" : "M"}${(LEFT + i * pixels).toFixed(1)} ${height(values[i]).toFixed(1)}`
    }
    for (let i = 0; i < values.length;) {
      let low = i, high = i
      const pixel = Math.floor(i * pixels)
      for (; i < values.length && Math.floor(i * pixels) === pixel; i++) {
        if (values[i] < values[low]) low = i
        if (values[i] > values[high]) high = i
      }
      put(Math.min(low, high))
      if (low !== high) put(Math.max(low, high))
    }
    return d
  }

  /** Draw the kernel at a sample, and another sample that is read, or null. */
  function draw(/** @type {number} */ at, /** @type {number | null} */ read) {
    const from = bounded(place(at + wave.least - 0.5)), to = bounded(place(at + wave.least + wave.K - 0.5))
    set(window, { x: from, y: INPUT.top - 4, width: Math.max(2, to - from), height: INPUT.foot - INPUT.top + 8 })
    set(guide, { d: `M${place(at).toFixed(1)} ${INPUT.top - 4}V${OUTPUT.foot}` })
    dots(here, at)
    const other = read !== null && read !== at
    set(hovered, { d: other ? `M${place(read).toFixed(1)} ${INPUT.top}V${OUTPUT.foot}` : "" })
    for (const node of there) set(node, { visibility: other ? "visible" : "hidden" })
    if (other) dots(there, read)
    const marked = wave.K * pixels >= MARKED
    for (const { part, node } of marks) {
      let d = ""
      const { from = 0, to = 0 } = marked ? wave.parts.find((each) => each.part === part) ?? {} : {}
      for (let k = from; k < to; k++) {
        const i = at + wave.offsets[k]
        if (i < wave.data.first || i >= wave.data.first + wave.data.count) continue
        d += `M${place(i).toFixed(1)} ${level(inputBox, above, sampleAt(wave, i)).toFixed(1)}${MARKS[part]}`
      }
      set(node, { d })
    }
  }

  /** Put the points of a sample and its output where they belong. */
  function dots(/** @type {Element[]} */ [upper, lower], /** @type {number} */ i) {
    set(upper, { cx: place(i).toFixed(2), cy: level(inputBox, above, sampleAt(wave, i)).toFixed(2) })
    set(lower, { cx: place(i).toFixed(2), cy: clamp(level(outputBox, below, outputAt(wave, i)), OUTPUT.top, OUTPUT.foot).toFixed(2) })
  }

  return {
    fit, draw,
    /** The sample at a place, not a whole one. */
    sampleUnder: (/** @type {number} */ x) => wave.data.first + (x - LEFT) / pixels,
    /** How wide the kernel's window is, in pixels. */
    span: () => wave.K * pixels,
    width: () => width - LEFT - RIGHT,
  }
}
