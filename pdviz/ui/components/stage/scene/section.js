// The strip at the top: the whole section, with the kernel's window over the output looked at.

import { ACCENT, COLOURS } from "../../boot/constants.js"
import { brief, withMinus } from "../../base/format.js"
import { element } from "../../base/svg.js"
import { mix } from "../../base/view.js"
import { at, empty, largest, row } from "../run/run.js"
import { adding } from "../run/windows.js"
import { SectionScale } from "./section_scale.js"
import { SvgNode, clear, label } from "./svg_node.js"

/** @typedef {import("../run/run.js").Run} Run */
/** @typedef {import("../run/timeline.js").Progress} Progress */
/** @typedef {import("../run/windows.js").Adding} Adding */

const NAMES = 14 // pixels from one name of a curve to the next

/** The strip; what is created first lies below. */
export class Section {
  #step = -1
  #take = -1

  /**
   * @param {SVGSVGElement} svg
   * @param {Run} run
   * @param {number} width */
  constructor(svg, run, width) {
    const scale = new SectionScale(run, width), { pixels, top, foot, left, slopes } = scale
    this.run = run
    this.scale = scale
    clear(svg, scale.width, scale.height)
    drawTitle(svg, scale)
    const box = { y: top - 4, height: foot - top + 8 }
    const createWindow = (/** @type {string} */ kind, opacity = 0) =>
      new SvgNode("rect", svg, { class: `window ${kind}`, ...box, opacity })
    this.whole = createWindow("all")
    this.whole.set({ x: left, width: scale.end - left })
    this.added = [0, 1, 2].map(() => createWindow("added"))
    this.window = createWindow("looked-at", 1)
    drawLevels(svg, scale)
    element("path", svg, { d: this.#curve((t) => run.series.signal[t]), class: "line signal" })
    element("path", svg, { d: this.#curve((t) => run.series.target[t]), class: "line target" })
    this.output = new SvgNode("path", svg, { class: "line output" })
    drawNames(svg, scale)
    this.taps = drawTaps(svg, scale)
    this.mark = new SvgNode("line", svg, { class: "now", y1: top - 4, y2: foot + 9 })
    this.knob = new SvgNode("circle", svg, { r: 4.5, class: "knob" })
    element("line", svg, { x1: left, x2: scale.end, y1: slopes, y2: slopes, class: "zero" })
    label(svg, "∂L/∂y[t]", { x: scale.end + 6, y: slopes + 4, class: "side" })
    this.slopes = new SvgNode("path", svg, { class: "slopes", opacity: 0 })
    this.addedSlopes = new SvgNode("path", svg, {
      class: "slopes", style: `stroke:${ACCENT}`, "stroke-width": Math.max(1.5, pixels * 0.9), opacity: 0,
    })
    drawRuler(svg, scale)
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
    const { run, scale } = this, list = row(run, "gradOutput", n), size = largest(list) || 1
    return outputs.filter((t) => list[t] !== 0)
      .map((t) => `M${scale.place(t).toFixed(1)} ${scale.slopes}v${((-list[t] / size) * scale.reach).toFixed(1)}`)
      .join("")
  }
}

/** Write what is drawn, and what a hand can do.
 * @param {SVGSVGElement} svg
 * @param {SectionScale} scale */
function drawTitle(svg, { run, wide, top }) {
  if (!wide) {
    const title = element("text", svg, { x: 0, y: 14, class: "title" })
    title.textContent = "input"
    return label(title, ": drag to look at another output", { class: "hint" }, "tspan")
  }
  label(svg, "input x", { x: 0, y: top + 8, class: "title" })
  for (const [k, text] of [run.unit, "drag to look at", "another output"].entries())
    label(svg, text, { x: 0, y: top + 26 + 14 * k, class: k ? "side hint" : "side" })
}

/** Draw the zero line, and the ends of the scale where they are apart from it.
 * @param {SVGSVGElement} svg
 * @param {SectionScale} scale */
function drawLevels(svg, scale) {
  const zero = scale.level(0), { left } = scale, top = Math.max(-scale.least, scale.most)
  element("line", svg, { x1: left, x2: scale.end, y1: zero, y2: zero, class: "zero" })
  for (const v of [scale.least, 0, scale.most]) {
    const y = scale.level(v)
    const beyond = v === 0 ? "" : v === scale.most ? scale.cut.above && "≥" : scale.cut.below && "≤"
    if (v === 0 || Math.abs(y - zero) > 12)
      label(svg, `${beyond || ""}${brief(v, top)}`, { x: left - 6, y: y + 4, class: "tick end" })
  }
}

/** Name the curves at their ends, one below the other.
 * @param {SVGSVGElement} svg
 * @param {SectionScale} scale */
function drawNames(svg, scale) {
  const { run } = scale, { signal, target } = run.series, last = row(run, "output", run.steps)
  const names = Object.entries({ signal, target, output: last })
    .map(([text, list]) => ({ text, y: scale.level(list[run.L - 1]) })).sort((a, b) => a.y - b.y)
  names.forEach((name, k) => { name.y = Math.max(name.y, k ? names[k - 1].y + NAMES : scale.top) })
  const over = Math.max(0, names[2].y - scale.foot)
  for (const { text, y } of names) label(svg, text, {
    x: scale.end + 6, y: y - over + 4, class: `side named-${text}${text === "target" ? " accent" : ""}`,
  })
}

/** Draw where the taps are below the window, as in the kernel.
 * @param {SVGSVGElement} svg
 * @param {SectionScale} scale */
function drawTaps(svg, { run, pixels, foot, left, end }) {
  const plot = element("clipPath", element("defs", svg), { id: "section-plot" })
  element("rect", plot, { x: left, y: foot, width: end - left, height: 12 })
  const group = new SvgNode("g", element("g", svg, { "clip-path": "url(#section-plot)" }))
  const width = Math.max(1, pixels * 0.8)
  /** @type {Partial<Record<import("../../boot/constants.js").Part, string>>} */
  const paths = {}
  run.offsets.forEach((o, i) => {
    if (!empty(run, i)) paths[run.parts[i]] = `${paths[run.parts[i]] ?? ""}M${(o * pixels).toFixed(2)} ${foot + 4}v5`
  })
  for (const [part, d] of Object.entries(paths)) element("path", group.node, {
    d, "stroke-width": width, stroke: COLOURS[/** @type {keyof typeof paths} */ (part)], "data-part": part,
  })
  return group
}

/** Write the numbers of the samples.
 * @param {SVGSVGElement} svg
 * @param {SectionScale} scale */
function drawRuler(svg, scale) {
  const { run, pixels, wide, left, height } = scale
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500].find((v) => v * pixels >= 52) ?? 1000
  for (let t = Math.ceil(run.first / step) * step - run.first; t < run.L; t += step)
    label(svg, withMinus(run.first + t), { x: scale.place(t), y: height - 2, class: "tick" })
  if (wide) label(svg, "sample t", { x: left - 8, y: height - 2, class: "tick end" })
}
