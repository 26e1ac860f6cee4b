// What stands beside the columns: headings, the ends of the scales, zero lines, offsets and places of gaps.

import { number, withMinus } from "../../../base/format.js"
import { element } from "../../../base/svg.js"
import { at, empty, largest, movesOf } from "../../run/run.js"
import { chapterOf } from "../../run/timeline.js"
import { widthOf } from "../number_lines.js"
import { SvgNode, label } from "../svg_node.js"
import { scaleEnd } from "./layout.js"

/** @typedef {import("../../run/run.js").Run} Run */
/** @typedef {import("../../run/clip.js").Clip} Clip */
/** @typedef {import("../../run/timeline.js").Moment} Moment */
/** @typedef {import("../../run/windows.js").Adding} Adding */
/** @typedef {import("./layout.js").Places} Places */
/** A band's title, and what is written under it: a formula, and a remark.
 * @typedef {[string, string, string]} Heading */

const LINE = 14 // pixels from one line of a heading to the next
const TWO_LINES = 20 // letters: a longer title at the left of a band takes two lines

/** The headings of all bands. */
export class Headings {
  /**
   * @param {Element} parent
   * @param {Clip} run
   * @param {Places} places */
  constructor(parent, run, places) {
    const { left, area, right, wide, samples, products, kernel, gradient, parameters } = places
    this.run = run
    this.wide = wide
    this.heads = [samples, products, kernel, gradient, parameters].map(({ top, zero, bar, up, foot }) => {
      const y = zero - up * bar, middle = (top + foot) / 2, first = wide ? middle - 4 : top + 14
      element("line", parent, { x1: left, x2: right, y1: zero, y2: zero, class: "zero" })
      element("line", parent, { x1: right + 1, x2: right + 5, y1: y, y2: y, class: "mark" })
      const write = (/** @type {number} */ k, /** @type {string} */ kind) =>
        new SvgNode("text", parent, { x: 0, y: first + k * LINE, class: kind })
      return {
        lines: wide ? [write(0, "title"), write(1, "side"), write(2, "side")] : [write(0, "title")], first,
        end: new SvgNode("text", parent, { x: left + area + 7, y: scaleEnd(y), class: "tick start" }),
        up,
      }
    })
    drawOffsets(parent, run, places)
  }

  /** Write the ends of the scales.
   * @param {number[]} tops of the bands
   * @param {(v: number) => string} wordOf */
  writeScales(tops, wordOf) {
    tops.forEach((top, k) => this.heads[k].end.write(top ? wordOf(top * this.heads[k].up) : ""))
  }

  /** Write the titles at a moment.
   * @param {Moment} moment
   * @param {Adding | null} add
   * @param {number} output */
  writeTitles(moment, add, output) {
    headings(this.run, moment, add, output).forEach((heading, k) => {
      const { lines, first } = this.heads[k]
      const texts = this.wide ? wrapped(heading) : [heading.filter(Boolean).join(", ")]
      const count = texts.filter(Boolean).length
      lines.forEach((node, j) => {
        node.write(texts[j] ?? "")
        if (this.wide) node.set({ y: first + (j - (count - 1) / 2 + 0.6) * LINE, class: boldOf(heading, j) })
      })
    })
  }
}

/** Break a title that is too long for one line where there is a comma or a space.
 * @param {Heading} heading */
function wrapped([title, formula, remark]) {
  if (title.length <= TWO_LINES) return [title, formula, remark].filter(Boolean)
  const comma = title.indexOf(", ")
  return [...(comma > 0 ? [title.slice(0, comma), title.slice(comma + 2)] : [title]), formula || remark].filter(Boolean)
}

/** @param {Heading} heading
 * @param {number} j */
const boldOf = ([title], j) => (j === 0 || (j === 1 && title.length > TWO_LINES) ? "title" : "side")

/** Word the headings of all bands at a moment.
 * @param {Run} run
 * @param {Moment} moment
 * @param {Adding | null} add
 * @param {number} output
 * @returns {Heading[]} */
export function headings(run, moment, add, output) {
  const adds = run.scope === "signal" ? add : null
  const sample = run.first + (adds && !adds.done ? adds.single ?? output : output)
  const added = !adds ? "" : adds.single !== null ? `window ${adds.index + 1} of ${run.inLoss}`
    : `${adds.counts[adds.index]} of ${run.inLoss} windows`
  const name = run.way === "compact" || run.way === "sum" ? "assembled kernel" : "kernel"
  const slope = number(at(run, "gradOutput", moment.n, output))
  const rule = run.scope === "signal" ? "Σ ∂L/∂y[t] · x[t + o]" : chapterOf(moment) >= 3 ? `= ${slope} · x[t + o]` : ""
  return [
    ["samples", `x[t + o], t = ${sample}`, ""],
    ["products", "w[o] · x[t + o]", ""],
    [name, "w[o]", ""],
    ["its gradient", "∂L/∂w[o]", added || rule],
    [run.rows.length > 1 ? "parameters" : run.rows[0], thinBars(run, moment), ""],
  ]
}

/** Word what the thin bars beside the parameters are.
 * @param {Run} run
 * @param {Moment} moment */
function thinBars(run, moment) {
  const chapter = chapterOf(moment)
  if (chapter < 4) return ""
  return chapter === 4 ? "thin: gradient" : `thin: move, ≤ ${number(largest(movesOf(run, moment.n)))}`
}

/** Draw the offsets below the kernel, and the places of elements that stay 0.
 * @param {Element} parent
 * @param {Clip} run
 * @param {Places} places */
function drawOffsets(parent, run, { place, axis, column, thick, kernel, wide, left }) {
  const widest = Math.max(...run.offsets.map((o) => widthOf(withMinus(o)))) + 5
  const every = [1, 2, 5, 10, 20, 50].find((n) => n * column >= widest) ?? 100, roomy = column >= 9
  const height = roomy ? 18 : 6
  run.offsets.forEach((o, i) => {
    if (run.side[i]) return
    if (o % every === 0) label(parent, withMinus(o), { x: place(i), y: axis, class: "tick" })
    if (empty(run, i)) element("rect", parent, {
      class: roomy ? "place" : "place fine", x: place(i) - thick / 2, width: thick,
      y: kernel.zero - height / 2, height, rx: roomy ? 2 : 0,
    })
  })
  if (wide) label(parent, "offset o", { x: left - 12, y: axis, class: "tick end" })
}
