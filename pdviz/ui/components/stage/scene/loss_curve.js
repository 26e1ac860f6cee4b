// The loss before every step of the run.

import { ACCENT } from "../../boot/constants.js"
import { brief, number, whole } from "../../base/format.js"
import { element } from "../../base/svg.js"
import { clamp, mix } from "../../base/view.js"
import { linePath, wholeTicks } from "./line.js"
import { SvgNode, clear, label } from "./svg_node.js"

/** @typedef {import("../run/run.js").Run} Run */

const LEFT = 40, RIGHT = 14, TOP = 28, FOOT = 20 // pixels
const ROOMY = 280 // pixels of width: then it is said what the lines are

/** Where the losses of a run lie between 0, the bottom, and 1; over powers of ten where they differ a lot. */
export class LossScale {
  /** @param {number[]} losses NaN where they are not finite */
  constructor(losses) {
    const finite = losses.filter((v) => !Number.isNaN(v))
    const most = Math.max(...finite, 1e-30), least = Math.min(...finite)
    this.tenfold = least > 0 && most / least > 30
    this.low = this.tenfold ? Math.floor(Math.log10(least)) : 0
    this.high = this.tenfold ? Math.ceil(Math.log10(most)) : most * 1.05
    /** Powers of ten from one level to the next. */
    this.skip = this.tenfold ? Math.ceil((this.high - this.low) / 4) : 0
    const count = Math.floor((this.high - this.low) / this.skip) + 1
    this.levels = this.tenfold
      ? Array.from({ length: count }, (_, i) => 10 ** (this.low + i * this.skip))
      : [0, most / 2, most]
  }

  /** Return where a loss lies.
   * @param {number} loss */
  shareOf(loss) {
    return clamp(((this.tenfold ? Math.log10(Math.max(loss, 1e-300)) : loss) - this.low) / (this.high - this.low))
  }
}

/** The curve, and the mark of a moment. */
export class LossCurve {
  /**
   * @param {SVGSVGElement} svg
   * @param {Run} run
   * @param {number} width
   * @param {number} height */
  constructor(svg, run, width, height) {
    this.width = width
    this.bottom = height - FOOT
    this.steps = run.steps
    this.losses = [...run.series.loss].map((v) => (Number.isFinite(v) ? v : NaN))
    this.scale = new LossScale(this.losses)
    clear(svg, width, height)
    this.#drawAxes(svg)
    const points = this.losses.map((v, n) => /** @type {[number, number]} */ ([this.#place(n), this.#level(v)]))
    element("path", svg, { d: linePath(points), class: "line", stroke: ACCENT })
    this.mark = new SvgNode("line", svg, { y1: TOP - 6, y2: this.bottom, class: "now" })
    this.dot = new SvgNode("circle", svg, { r: 5, fill: ACCENT, class: "dot" })
    this.text = new SvgNode("text", svg, { y: TOP - 10, class: "side" })
  }

  /** Mark how many steps have been taken.
   * @param {number} taken */
  draw(taken) {
    const { losses, steps, width } = this
    const n = Math.min(steps, Math.floor(taken)), next = Math.min(steps, n + 1), x = this.#place(taken)
    this.mark.set({ x1: x, x2: x })
    const y = mix(this.#level(losses[n]), this.#level(losses[next]), clamp(taken - n))
    if (Number.isFinite(y)) this.dot.set({ cx: x, cy: y })
    const atRight = x > width * 0.6
    this.text.set({ x: atRight ? x - 8 : x + 8, y: TOP + 6, "text-anchor": atRight ? "end" : "start" })
    this.text.write(`L = ${number(losses[n])}`)
  }

  /** Return the step at a place of the drawing.
   * @param {number} x */
  stepAt(x) { return Math.round(clamp((x - LEFT) / (this.width - LEFT - RIGHT), 0, 1) * this.steps) }

  /** @param {number} n */
  #place(n) { return LEFT + (n / this.steps) * (this.width - LEFT - RIGHT) }

  /** @param {number} loss */
  #level(loss) { return mix(this.bottom, TOP, this.scale.shareOf(loss)) }

  /** @param {SVGSVGElement} svg */
  #drawAxes(svg) {
    const right = this.width - RIGHT, { levels, tenfold, skip } = this.scale
    label(svg, "loss, by steps taken", { x: 0, y: 13, class: "title" })
    for (const v of levels) {
      const y = this.#level(v)
      element("line", svg, { x1: LEFT, x2: right, y1: y, y2: y, class: "grid" })
      label(svg, brief(v, Math.max(...levels)), { x: LEFT - 6, y: y + 4, class: "tick end" })
    }
    for (const n of wholeTicks(this.steps))
      label(svg, String(n), { x: this.#place(n), y: this.bottom + 15, class: "tick" })
    if (!tenfold || skip >= 4 || this.width < ROOMY) return
    const factor = skip > 1 ? whole(10 ** skip) : "ten"
    label(svg, `each line is ${factor} times the one below`, { x: right, y: 13, class: "tick end" })
  }
}
