// The loss along one step, before it is taken.

import { ACCENT } from "../../../boot/constants.js"
import { number } from "../../../base/format.js"
import { element } from "../../../base/svg.js"
import { clamp, mix } from "../../../base/view.js"
import { at, row } from "../../run/run.js"
import { linePath } from "../line.js"
import { SvgNode, label } from "../svg_node.js"

/** @typedef {import("../../run/run.js").Run} Run */
/** @typedef {import("../../run/timeline.js").Progress} Progress */

const POINTS = 49
const HUGE = 3e38 // where a loss is not finite

/** Interpolate values over an axis by the parabola through three of them: along a line the loss is one.
 * @param {ArrayLike<number>} values
 * @param {number[]} axis
 * @param {number} x */
export function interpolate(values, axis, x) {
  if (axis.length < 3) return values[0]
  const k = clamp(axis.findIndex((v) => v >= x), 1, axis.length - 2), near = [k - 1, k, k + 1]
  return near.reduce((sum, i) => sum + values[i] * near.reduce((product, j) =>
    (i === j ? product : (product * (x - axis[j])) / (axis[i] - axis[j])), 1), 0)
}

/** The question what a step would do, and its answer. */
export class WhatIf {
  #step = -1
  /** @type {number[]} */
  #values = []
  #ceiling = 1

  /**
   * @param {Element} parent
   * @param {Run} run
   * @param {import("./layout.js").Box} box */
  constructor(parent, run, box) {
    const { left, top, width, height, wide } = box
    this.run = run
    this.wide = wide
    this.left = left + 6
    this.right = left + width - 12
    this.top = top + 36
    this.foot = top + height - 34
    /** The furthest fraction of the step. */
    this.far = run.along[run.along.length - 1] || 1
    this.group = new SvgNode("g", parent, { class: "whatif", opacity: 0 })
    this.#drawAxis(this.group.node, box)
    this.content = new SvgNode("g", this.group.node, { opacity: 0 })
    const { node } = this.content
    this.curve = new SvgNode("path", node, { class: "line", stroke: ACCENT })
    this.dot = new SvgNode("circle", node, { r: 5, fill: ACCENT, class: "dot" })
    this.before = new SvgNode("text", node, { class: "side", x: this.left + 2 })
    this.after = new SvgNode("text", node, { class: "side", "text-anchor": "middle" })
  }

  /** Draw a moment.
   * @param {Progress} progress */
  draw({ n, alive, question, trace, take }) {
    const { run, far, before, after } = this, visible = alive * question
    this.group.set({ opacity: Math.max(visible, this.wide ? 0 : 0.35) })
    this.content.set({ opacity: visible })
    if (visible === 0) return
    this.#load(n)
    const lossAt = (/** @type {number} */ f) => this.#level(interpolate(this.#values, run.along, f))
    const points = Array.from({ length: POINTS }, (_, k) => {
      const fraction = (far * trace * k) / (POINTS - 1)
      return /** @type {[number, number]} */ ([this.#place(fraction), lossAt(fraction)])
    })
    this.curve.set({ d: linePath(points) })
    this.dot.set({ cx: this.#place(take), cy: lossAt(take) })
    before.set({ y: this.#level(this.#values[0]) - 9 })
    before.write(number(this.#values[0]))
    after.set({ x: this.#place(1), y: lossAt(1) - 9, opacity: trace * far >= 1 ? 1 : 0 })
    after.write(number(at(run, "loss", n + 1)))
  }

  /** @param {number} fraction */
  #place(fraction) { return mix(this.left, this.right, fraction / this.far) }

  /** @param {number} loss */
  #level(loss) { return mix(this.foot, this.top, clamp(loss / this.#ceiling, 0, 1)) }

  /** Take the losses along another step.
   * @param {number} n */
  #load(n) {
    const { run } = this
    if (n === this.#step) return
    this.#step = n
    this.#values = [...row(run, "along", n)].map((v) => (Number.isFinite(v) ? v : HUGE))
    const start = at(run, "loss", n), end = Math.min(at(run, "loss", n + 1), HUGE)
    this.#ceiling = Math.max(start * 1.1, Math.min(Math.max(...this.#values), 4 * Math.max(start, end)), 1e-30)
  }

  /** @param {Element} parent
   * @param {import("./layout.js").Box} box */
  #drawAxis(parent, box) {
    const { left, right, top, foot, far } = this
    label(parent, "What if I take this step?", { x: box.left, y: box.top + 13, class: "title" })
    element("line", parent, { x1: left, x2: right, y1: foot, y2: foot, class: "zero" })
    for (const f of this.run.along.filter((v) => Number.isInteger(v))) {
      const x = this.#place(f), anchor = f === 0 ? "start" : f === far ? "end" : "middle"
      element("line", parent, { x1: x, x2: x, y1: top - 4, y2: foot + 4, class: "grid" })
      label(parent, f === 0 ? "before" : f === 1 ? "this step" : f === 2 ? "twice as far" : `${f} ×`,
        { x, y: foot + 16, class: `tick ${anchor}` })
    }
    label(parent, "how far", { x: right, y: foot + 30, class: "tick end" })
    label(parent, "loss, from 0", { x: box.left, y: foot + 30, class: "tick start" })
  }
}
