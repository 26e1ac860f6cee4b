// Every parameter's path over the run: a cell each, or one field for many.

import { COLOURS } from "../../boot/constants.js"
import { brief, whole, withMinus } from "../../base/format.js"
import { element } from "../../base/svg.js"
import { at, largest } from "../run/run.js"
import { linePath } from "./line.js"
import { SvgNode, clear, label } from "./svg_node.js"

/** @typedef {import("../run/run.js").Run} Run */
/** @typedef {import("../run/clip.js").Clip} Clip */
/** Where a parameter's path is drawn.
 * @typedef {{ left: number, top: number, width: number, height: number }} Cell */

const MANY = 48 // more parameters share one field
const HEAD = 22, ROW_HEAD = 14, LINE = 14
const ONE_LINE = 560 // pixels of width: there all about the scale stands in one line

/** Arrange the cells of all parameters: for each row where it begins and, parameter by parameter, where its path is
 * drawn; the parameters of a field in the order in which they are drawn, taps over gaps.
 * @param {Run} run
 * @param {number} width */
export function arrangeCells(run, width) {
  const few = run.P <= MANY, rows = run.rows.map((_, r) => run.params.row.flatMap((v, p) => (v === r ? [p] : [])))
  const longest = Math.max(...rows.map((row) => row.length))
  const lines = Math.ceil(longest / Math.max(1, Math.floor(width / 52)))
  const columns = few ? Math.ceil(longest / lines) : 1
  const wide = few ? Math.min(width / columns, 84) : width, tall = few ? 44 : 146
  let top = HEAD
  const bands = rows.map((row, r) => {
    const title = run.rows.length > 1 ? run.rows[r] : "", head = top
    if (title) top += ROW_HEAD
    const cells = row.map((_, k) => few
      ? { left: (k % columns) * wide, top: top + Math.floor(k / columns) * tall, width: wide - 10, height: tall - 16 }
      : { left: 44, top, width: width - 50, height: tall - 20 }).map((cell, k) => ({ p: row[k], ...cell }))
    const isGap = (/** @type {number} */ p) => Number(run.parts[run.params.element[p]] === "gap")
    if (!few) cells.sort((a, b) => isGap(b.p) - isGap(a.p))
    top += few ? Math.ceil(row.length / columns) * tall : tall
    return { title, head, cells }
  })
  return { few, bands, foot: top }
}

/** Say whose paths are drawn: of a long kernel, those of the parameters in the columns above.
 * @param {Pick<Clip, "way" | "P" | "all">} run */
export function describeDrawn({ way, P, all }) {
  const name = way === "compact" ? "parameter" : "weight"
  if (P === all) return `path of every ${name} over the run`
  return `path of the ${whole(P)} of ${whole(all)} ${name}s drawn above`
}

/** The paths, and the marks of a moment. */
export class ParameterPaths {
  /** @type {{ cell: Cell, node: SvgNode }[]} */
  #marks = []

  /**
   * @param {SVGSVGElement} svg
   * @param {Clip} run
   * @param {number} width */
  constructor(svg, run, width) {
    const { few, bands, foot } = arrangeCells(run, width)
    this.run = run
    let least = 0, most = 0
    for (const v of run.series.params) if (Number.isFinite(v)) [least, most] = [Math.min(least, v), Math.max(most, v)]
    this.range = [least, most === least ? least + 1 : most]
    const words = this.#describeScale(), lines = width < ONE_LINE ? words : [words.join(" ")]
    clear(svg, width, foot + 2 + LINE * lines.length)
    for (const { title, head, cells } of bands) {
      if (title) label(svg, title, { x: 0, y: head + 9, class: "tick start" })
      cells.forEach(({ p, ...cell }, k) => this.#drawCell(svg, p, cell, few, few || k === 0))
    }
    label(svg, `${describeDrawn(run)}${few ? ", by offset" : ""}`, { x: 0, y: 13, class: "title" })
    lines.forEach((text, k) => label(svg, text, { x: 0, y: foot + 10 + LINE * k, class: "tick start" }))
    const places = bands.flatMap(({ cells }) => (few ? cells : cells.slice(0, 1)))
    this.#marks = places.map((cell) => {
      const ends = { y1: cell.top, y2: cell.top + cell.height }
      return { cell, node: new SvgNode("line", svg, { ...ends, class: "now" }) }
    })
  }

  /** Mark how many steps have been taken.
   * @param {number} taken */
  draw(taken) {
    for (const { cell, node } of this.#marks) {
      const x = this.#across(cell, taken)
      node.set({ x1: x, x2: x })
    }
  }

  /** @param {Cell} cell
   * @param {number} n */
  #across({ left, width }, n) { return left + (n / this.run.steps) * width }

  /** @param {Cell} cell
   * @param {number} v */
  #level({ top, height }, v) {
    const [least, most] = this.range
    return top + 2 + (1 - (v - least) / (most - least)) * (height - 4)
  }

  /** Draw the path of parameter `p`, with its axis where it is the first of its cell.
   * @param {SVGSVGElement} svg
   * @param {number} p
   * @param {Cell} cell
   * @param {boolean} few
   * @param {boolean} first */
  #drawCell(svg, p, cell, few, first) {
    const { run, range: [least, most] } = this, part = run.parts[run.params.element[p]], { left, width } = cell
    const zero = this.#level(cell, 0)
    if (first) element("line", svg, { x1: left, x2: left + width, y1: zero, y2: zero, class: "zero" })
    if (first && !few) for (const v of [least, 0, most])
      label(svg, brief(v, Math.max(-least, most)), { x: 38, y: this.#level(cell, v) + 4, class: "tick end" })
    const points = Array.from({ length: run.steps + 1 }, (_, n) =>
      /** @type {[number, number]} */ ([this.#across(cell, n), this.#level(cell, at(run, "params", n, p))]))
    element("path", svg, {
      d: linePath(points), class: `line path ${part === "gap" ? "gap" : "tap"} ${few ? "" : "fine"}`,
      stroke: COLOURS[part], "data-parameter": p,
    })
    const offset = withMinus(run.offsets[run.params.element[p]])
    if (few) label(svg, offset, { x: left, y: cell.top + cell.height + 10, class: "tick start" })
  }

  /** Say what the scale is and, in another line, how far gaps are from 0. */
  #describeScale() {
    const { run, range: [least, most] } = this, atGap = run.params.element.map((i) => run.parts[i] === "gap")
    const top = Math.max(-least, most)
    const far = largest(run.series.params.filter((_, k) => atGap[k % run.P]))
    const gaps = atGap.includes(true) ? [`Grey: gaps, up to ${brief(far, top)} away from 0.`] : []
    return [`All on one scale, ${brief(least, top)} to ${brief(most, top)}; the thin line is 0.`, ...gaps]
  }
}
