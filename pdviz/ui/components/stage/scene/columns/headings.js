// What stands beside the columns: headings, the ends of the scales, zero lines, offsets and places of gaps.

import { number, withMinus } from "../../../base/format.js"
import { element } from "../../../base/svg.js"
import { empty, largest, movesOf } from "../../run/run.js"
import { chapterOf } from "../../run/timeline.js"
import { SvgNode, label } from "../svg_node.js"

/** @typedef {import("../../run/run.js").Run} Run */
/** @typedef {import("../../run/timeline.js").Moment} Moment */
/** @typedef {import("../../run/windows.js").Adding} Adding */
/** @typedef {import("./layout.js").Places} Places */

const OFFSET = 26 // pixels from one written offset to the next, at least

/** The headings of all bands. */
export class Headings {
  /**
   * @param {Element} parent
   * @param {Run} run
   * @param {Places} places */
  constructor(parent, run, places) {
    const { left, area, samples, products, kernel, gradient, parameters } = places
    this.run = run
    this.wide = places.wide
    this.heads = [samples, products, kernel, gradient, ...parameters].map(({ top, zero, bar }) => {
      element("line", parent, { x1: left, x2: left + area, y1: zero, y2: zero, class: "zero" })
      element("line", parent, { x1: left - 5, x2: left - 1, y1: zero - bar, y2: zero - bar, class: "mark" })
      return {
        title: new SvgNode("text", parent, { x: 0, y: top + 13, class: "title" }),
        end: new SvgNode("text", parent, { x: left - 7, y: zero - bar + 4, class: "tick end" }),
      }
    })
    drawOffsets(parent, run, places)
  }

  /** Write the ends of the scales.
   * @param {string[]} ends */
  writeScales(ends) { ends.forEach((text, k) => this.heads[k].end.write(text === "0" ? "" : text)) }

  /** Write the titles at a moment.
   * @param {Moment} moment
   * @param {Adding | null} add
   * @param {number} output */
  writeTitles(moment, add, output) {
    titles(this.run, moment, add, output, this.wide).forEach((text, k) => this.heads[k].title.write(text))
  }
}

/** Word the titles of all bands at a moment.
 * @param {Run} run
 * @param {Moment} moment
 * @param {Adding | null} add
 * @param {number} output
 * @param {boolean} wide
 * @returns {string[]} */
export function titles(run, moment, add, output, wide) {
  const adds = run.scope === "signal" ? add : null
  const sample = run.first + (adds && !adds.done ? adds.single ?? output : output)
  const added = !adds ? "" : adds.single !== null ? ` · window ${adds.index + 1} of ${run.inLoss}`
    : ` · ${adds.counts[adds.index]} of ${run.inLoss} windows`
  const name = run.way === "compact" || run.way === "sum" ? "assembled kernel" : "kernel"
  return [
    `samples under the kernel at sample ${sample}${wide ? `, x[t + o], in ${run.unit}` : ""}`,
    "products, w[o] · x[t + o]",
    `${name}, w[o]`,
    `gradient of the ${wide ? name : "kernel"}, ∂L/∂w[o]${added}`,
    ...run.rows.map((title, r) => title + (r === 0 ? thinBars(run, moment, wide) : "")),
  ]
}

/** Word what the thin bars beside the parameters are.
 * @param {Run} run
 * @param {Moment} moment
 * @param {boolean} wide */
function thinBars(run, moment, wide) {
  const chapter = chapterOf(moment)
  if (chapter < 4) return ""
  if (chapter === 4) return wide ? ", and what arrives there (thin)" : " · gradient (thin)"
  return wide ? `, and how they move (thin; at most ${number(largest(movesOf(run, moment.n)))})` : " · move (thin)"
}

/** Draw the offsets below the kernel, and the places of elements that stay 0.
 * @param {Element} parent
 * @param {Run} run
 * @param {Places} places */
function drawOffsets(parent, run, { place, axis, column, thick, kernel, labelled, wide }) {
  const every = [1, 2, 5, 10, 20, 50].find((n) => n * column >= OFFSET) ?? 100
  const height = labelled ? 18 : 6, rx = labelled ? 2 : 0
  run.offsets.forEach((o, i) => {
    if (o % every === 0) label(parent, withMinus(o), { x: place(i), y: axis, class: "tick" })
    if (empty(run, i)) element("rect", parent, {
      class: labelled ? "place" : "place fine", x: place(i) - thick / 2, width: thick,
      y: kernel.zero - height / 2, height, rx,
    })
  })
  label(parent, wide ? "offset" : "o", { x: 0, y: axis, class: "tick start" })
}
