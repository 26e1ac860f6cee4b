// The strip at the top: the whole section, with the kernel's window over the output looked at.

import { ACCENT, COLOURS } from "../../boot/constants.js"
import { brief, withMinus } from "../../base/format.js"
import { element } from "../../base/svg.js"
import { mix } from "../../base/view.js"
import { at, empty, largest, row } from "../run/run.js"
import { adding } from "../run/windows.js"
import { FOOT, HEIGHT, LEFT, SLOPES, SectionScale, TOP } from "./section_scale.js"
import { SvgNode, clear, label } from "./svg_node.js"

/** @typedef {import("../run/run.js").Run} Run */
/** @typedef {import("../run/timeline.js").Progress} Progress */
/** @typedef {import("../run/windows.js").Adding} Adding */

const WIDE = 640 // pixels: narrower drawings have shorter texts

/** The strip; what is created first lies below. */
export class Section {
  #step = -1
  #take = -1

  /**
   * @param {SVGSVGElement} svg
   * @param {Run} run
   * @param {number} width */
  constructor(svg, run, width) {
    const scale = new SectionScale(run, width), { pixels } = scale
    this.run = run
    this.scale = scale
    clear(svg, width, HEIGHT)
    label(svg, (width >= WIDE ? `the section trained on, in ${run.unit}; ` : "") + "drag to look at another output",
      { x: 0, y: 13, class: "title" })
    const box = { y: TOP - 4, height: FOOT - TOP + 8 }
    const createWindow = (/** @type {string} */ kind, opacity = 0) =>
      new SvgNode("rect", svg, { class: `window ${kind}`, ...box, opacity })
    this.whole = createWindow("all")
    this.whole.set({ x: LEFT, width: scale.end - LEFT })
    this.added = [0, 1, 2].map(() => createWindow("added"))
    this.window = createWindow("looked-at", 1)
    drawLevels(svg, scale)
    element("path", svg, { d: this.#curve((t) => run.series.signal[t]), class: "line signal" })
    element("path", svg, { d: this.#curve((t) => run.series.target[t]), class: "line target", stroke: ACCENT })
    this.output = new SvgNode("path", svg, { class: "line output" })
    drawNames(svg, scale)
    this.taps = drawTaps(svg, scale)
    this.mark = new SvgNode("line", svg, { class: "now", y1: TOP - 4, y2: FOOT + 12 })
    this.knob = new SvgNode("circle", svg, { r: 4.5, class: "knob" })
    element("line", svg, { x1: LEFT, x2: scale.end, y1: SLOPES, y2: SLOPES, class: "zero" })
    label(svg, "∂L/∂y", { x: scale.end + 6, y: SLOPES + 4, class: "side" })
    this.slopes = new SvgNode("path", svg, { class: "slopes", opacity: 0 })
    this.addedSlopes = new SvgNode("path", svg, {
      class: "slopes", style: `stroke:${ACCENT}`, "stroke-width": Math.max(1.5, pixels * 0.9), opacity: 0,
    })
    drawRuler(svg, scale, width >= WIDE)
  }

  /** Return the output at a place of the drawing.
   * @param {number} x */
  positionAt(x) { return this.scale.sampleAt(x) }

  /** Draw a moment.
   * @param {Progress} progress
   * @param {number} position the output under the window */
  draw(progress, position) {
    const { run, scale } = this, { n, take } = progress
    if (n !== this.#step || take !== this.#take) {
      const before = row(run, "output", n), after = row(run, "output", n + 1)
      this.output.set({ d: this.#curve((t) => mix(before[t], after[t], take)) })
    }
    if (n !== this.#step) {
      const d = this.#slopesAt(n, [...Array(run.L).keys()])
      this.slopes.set({ d, "stroke-width": Math.max(1, scale.pixels * 0.7) })
    }
    this.#step = n
    this.#take = take
    this.slopes.set({ opacity: progress.apart * progress.alive })
    this.#drawWindows(run.scope === "signal" ? adding(run, progress) : null, n, position)
    const x = scale.place(position)
    this.taps.set({ transform: `translate(${x.toFixed(2)} 0)` })
    this.mark.set({ x1: x, x2: x })
    this.knob.set({ cx: x, cy: scale.level(at(run, "output", n, position)) })
  }

  /** Draw the window looked at and, while windows are added up, those.
   * @param {Adding | null} add
   * @param {number} n
   * @param {number} position */
  #drawWindows(add, n, position) {
    const { run, scale } = this, singles = add && !add.done ? add.singles : []
    this.added.forEach((node, k) => {
      const visible = add !== null && k < singles.length && k <= add.index
      const opacity = visible ? (k === add.index ? 1 : 0.4) : 0
      node.set({ ...(visible ? scale.windowOver(singles[k]) : {}), opacity })
    })
    const many = add && add.single === null && !add.done
    this.whole.set({ opacity: many ? add.counts[add.index] / run.L : 0 })
    if (add) this.addedSlopes.set({ d: this.#slopesAt(n, add.order.slice(0, add.counts[add.index])) })
    this.addedSlopes.set({ opacity: add && !add.done ? 1 : 0 })
    this.window.set({ ...scale.windowOver(position), opacity: add && !add.done ? 0.3 : 1 })
  }

  /** Return the path of a value of every sample.
   * @param {(t: number) => number} valueAt */
  #curve(valueAt) {
    const { scale, run } = this
    let d = ""
    for (let t = 0; t < run.L; t++)
      d += `${t ? "L" : "M"}${scale.place(t).toFixed(1)} ${scale.level(valueAt(t)).toFixed(1)}`
    return d
  }

  /** Return the path of ∂L/∂y at these outputs.
   * @param {number} n
   * @param {number[]} outputs */
  #slopesAt(n, outputs) {
    const list = row(this.run, "gradOutput", n), size = largest(list) || 1
    return outputs.filter((t) => list[t] !== 0)
      .map((t) => `M${this.scale.place(t).toFixed(1)} ${SLOPES}v${((-list[t] / size) * 11).toFixed(1)}`).join("")
  }
}

/** Draw the zero line, and the ends of the scale where they are apart from it.
 * @param {SVGSVGElement} svg
 * @param {SectionScale} scale */
function drawLevels(svg, scale) {
  const zero = scale.level(0)
  element("line", svg, { x1: LEFT, x2: scale.end, y1: zero, y2: zero, class: "zero" })
  for (const v of [scale.least, 0, scale.most]) {
    const y = scale.level(v)
    if (v === 0 || Math.abs(y - zero) > 12) label(svg, brief(v), { x: LEFT - 6, y: y + 4, class: "tick end" })
  }
}

/** Name the curves at their ends, one below the other.
 * @param {SVGSVGElement} svg
 * @param {SectionScale} scale */
function drawNames(svg, scale) {
  const { run } = scale, { signal, target } = run.series, last = row(run, "output", run.steps)
  const names = Object.entries({ signal, target, output: last })
    .map(([text, list]) => ({ text, y: scale.level(list[run.L - 1]) })).sort((a, b) => a.y - b.y)
  names.forEach((name, k) => { name.y = Math.max(name.y, k ? names[k - 1].y + 13 : TOP) })
  const over = Math.max(0, names[2].y - FOOT)
  for (const { text, y } of names) label(svg, text, {
    x: scale.end + 6, y: y - over + 4, class: `side named-${text}`, style: text === "target" ? `fill:${ACCENT}` : "",
  })
}

/** Draw where the taps are below the window, as in the kernel.
 * @param {SVGSVGElement} svg
 * @param {SectionScale} scale */
function drawTaps(svg, { run, pixels }) {
  const group = new SvgNode("g", svg), width = Math.max(1, pixels * 0.8)
  run.offsets.forEach((o, i) => {
    if (!empty(run, i)) element("rect", group.node, {
      x: o * pixels - width / 2, y: FOOT + 5, width, height: 5, fill: COLOURS[run.parts[i]],
    })
  })
  return group
}

/** Write the numbers of the samples.
 * @param {SVGSVGElement} svg
 * @param {SectionScale} scale
 * @param {boolean} wide */
function drawRuler(svg, scale, wide) {
  const { run, pixels } = scale
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500].find((v) => v * pixels >= 52) ?? 1000
  for (let t = Math.ceil(run.first / step) * step - run.first; t < run.L; t += step)
    label(svg, withMinus(run.first + t), { x: scale.place(t), y: HEIGHT - 2, class: "tick" })
  label(svg, wide ? "sample" : "", { x: 0, y: HEIGHT - 2, class: "tick start" })
}
