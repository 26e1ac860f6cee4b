// At the side of the columns: the output that the products add up to, its target, and what lies between.

import { ACCENT } from "../../../boot/constants.js"
import { brief, number } from "../../../base/format.js"
import { element } from "../../../base/svg.js"
import { clamp } from "../../../base/view.js"
import { SvgNode, label } from "../svg_node.js"

/** What it shows: the scale's end, the output, whether it is the whole of it, the target, how visible the output and
 * its distance to the target are, and whether the step is being taken.
 * @typedef {{ top: number, value: number, done: boolean, target: number, visible: number,
 *   apart: number, taken: boolean }} Reading */

const APART = 15 // pixels from one text to another

/** The gauge in its box. */
export class Gauge {
  /**
   * @param {Element} parent
   * @param {import("./layout.js").Box} box */
  constructor(parent, { left, top, height, wide }) {
    const foot = wide ? 22 : 18, middle = top + (height - foot) / 2 + 10, half = (height - foot) / 2 - 14
    const x = left + (wide ? 34 : 8), thick = wide ? 26 : 16, right = x + thick + (wide ? 18 : 13)
    this.wide = wide
    this.middle = middle
    this.half = half
    this.thick = thick
    /** Where its title and the numbers of its scale stand, at the left of the bar.
     * @type {import("../passage.js").Place[]} */
    this.written = [
      { x: left, y: top + 2, width: right - left + 90, height: 14 },
      ...[-1, 0, 1].map((sign) => ({ x: left, y: middle - sign * half - 6, width: x - 4 - left, height: 13 })),
    ]
    /** The middle of the bar. */
    this.x = x + 1 + thick / 2
    label(parent, wide ? "output y[t] and its target" : "output y[t]", { x: left, y: top + 13, class: "title" })
    element("line", parent, { x1: x, x2: x, y1: middle - half, y2: middle + half, class: "zero" })
    element("line", parent, { x1: x - 4, x2: x + thick + 26, y1: middle, y2: middle, class: "zero" })
    this.ticks = [-1, 1].map((sign) => ({
      sign, node: new SvgNode("text", parent, { x: x - 6, y: middle - sign * half + 4, class: "tick end" }),
    }))
    if (wide) label(parent, "0", { x: x - 6, y: middle + 4, class: "tick end" })
    this.distance = new SvgNode("rect", parent, {
      class: "apart", x: x + thick + 3, width: wide ? 8 : 5, fill: ACCENT, opacity: 0,
    })
    this.bar = new SvgNode("rect", parent, { class: "bar output", x: x + 1, width: thick, opacity: 0 })
    this.target = new SvgNode("line", parent, {
      class: "goal", x1: x - 5, x2: x + thick + (wide ? 14 : 10), "stroke-width": 2.5,
    })
    this.valueText = new SvgNode("text", parent, { x: right, class: "side" })
    this.targetText = new SvgNode("text", parent, { x: right, class: "side accent" })
    this.distanceText = new SvgNode("text", parent, { x: left, y: top + height - 4, class: "side" })
  }

  /** Return how high a value lies.
   * @param {number} v
   * @param {number} top the scale's end */
  level(v, top) { return this.middle - clamp(v / top, -1, 1) * this.half }

  /** Return the height between an output and its target.
   * @param {number} value
   * @param {number} target
   * @param {number} top */
  between(value, target, top) { return (this.level(value, top) + this.level(target, top)) / 2 }

  /** Draw a moment.
   * @param {Reading} reading */
  draw({ top, value, done, target, visible, apart, taken }) {
    const { wide } = this, y = this.level(value, top), zero = this.level(0, top), aim = this.level(target, top)
    if (wide) for (const { sign, node } of this.ticks) node.write(brief(sign * top))
    this.bar.set({ y: Math.min(y, zero), height: Math.max(Math.abs(y - zero), 0.75), opacity: visible })
    this.target.set({ y1: aim, y2: aim })
    this.distance.set({ y: Math.min(y, aim), height: Math.abs(y - aim), opacity: apart * 0.45 })
    const clash = visible > 0 ? Math.max(0, APART - Math.abs(y - aim)) / 2 : 0, upper = y <= aim ? -1 : 1
    this.valueText.set({ y: y + 4 + upper * clash, opacity: taken && !wide ? 0 : visible })
    const name = taken ? "" : done ? "y[t] = " : "so far "
    this.valueText.write(wide ? name + number(value) : "y[t]")
    this.targetText.set({ y: aim + 4 - upper * clash })
    this.targetText.write(wide ? `target ${number(target)}` : "target")
    this.distanceText.set({ opacity: wide || taken ? apart : 0 })
    const after = wide ? "output after the step" : "after it"
    this.distanceText.write(taken ? after : `y[t] − target = ${number(value - target)}`)
  }
}
