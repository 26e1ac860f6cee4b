// The whole of a kernel too long to be drawn: its taps in a strip, and the stretch of it that is drawn below.

import { COLOURS } from "../../boot/constants.js"
import { whole } from "../../base/format.js"
import { element } from "../../base/svg.js"
import { tickStep } from "../../base/view.js"
import { frameOf } from "./columns/layout.js"
import { widthOf } from "./number_lines.js"
import { SvgNode, clear, label } from "./svg_node.js"

/** @typedef {import("../run/run.js").Run} Run */

export const HEIGHT = 32 // pixels
const TOP = 3, TALL = 12

/** The strip. */
export class Overview {
  /**
   * @param {SVGSVGElement} svg
   * @param {Run} run
   * @param {number} width */
  constructor(svg, run, width) {
    const { wide, left, area } = frameOf(width)
    this.run = run
    this.left = left
    this.cell = area / run.K
    clear(svg, width, HEIGHT)
    if (wide) label(svg, "whole kernel", { x: 0, y: TOP + 10, class: "title" })
    if (wide) label(svg, "drag the window", { x: 0, y: TOP + 24, class: "side hint" })
    element("line", svg, { x1: left, x2: left + area, y1: TOP + TALL / 2, y2: TOP + TALL / 2, class: "zero" })
    this.#drawTaps(svg)
    const step = tickStep(this.cell, 56)
    for (let o = Math.ceil(run.offsets[0] / step) * step; o <= run.offsets[run.K - 1]; o += step) {
      const x = this.#place(o - run.offsets[0])
      if (x > widthOf(whole(o)) / 2) label(svg, whole(o), { x, y: HEIGHT - 4, class: "tick" })
    }
    this.window = new SvgNode("rect", svg, { class: "window", y: TOP - 3, height: TALL + 6, rx: 3 })
  }

  /** Mark the stretch that is drawn.
   * @param {number} first
   * @param {number} count */
  draw(first, count) {
    const x = this.left + first * this.cell, least = Math.max(6, count * this.cell)
    this.window.set({ x: x - (least - count * this.cell) / 2, width: least })
  }

  /** Return the element at a place of the drawing.
   * @param {number} x */
  elementAt(x) { return (x - this.left) / this.cell - 0.5 }

  /** @param {number} i */
  #place(i) { return this.left + (i + 0.5) * this.cell }

  /** Draw all taps, one path for each part.
   * @param {SVGSVGElement} svg */
  #drawTaps(svg) {
    /** @type {Partial<Record<import("../../boot/constants.js").Part, string>>} */
    const paths = {}
    this.run.parts.forEach((part, i) => {
      if (part !== "gap") paths[part] = `${paths[part] ?? ""}M${this.#place(i).toFixed(2)} ${TOP}v${TALL}`
    })
    for (const [part, d] of Object.entries(paths)) element("path", svg, {
      d, stroke: COLOURS[/** @type {keyof typeof paths} */ (part)], "stroke-width": Math.max(0.9, this.cell * 0.8),
      "data-part": part,
    })
  }
}
