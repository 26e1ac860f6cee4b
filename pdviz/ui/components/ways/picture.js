// The picture of one way at a step: weights, gradient and update of the kernel, one below the other.

import { brief, signed } from "../base/format.js"
import { element, fills, NodePool, set } from "../base/svg.js"
import { tickStep } from "../base/view.js"

/** @typedef {import("./way_run.js").WayRun} WayRun */
/** @typedef {import("./way_run.js").WaysData} WaysData */
/** @typedef {"weights" | "gradient" | "update"} RowName */
/** Where a row's baseline is, and how long a bar may be. @typedef {{ zero: number, half: number }} Band */

const LEFT = 44, RIGHT = 6
const HEAD = 17, BAND = 58, SPACE = 8, FOOT = 30
/** How wide an element is, in pixels, for the weights at gaps to have an outline. */
const OUTLINED = 6
/** The rows from top to bottom, with their titles. */
const ROWS = /** @type {[RowName, string][]} */ ([
  ["weights", "weight"], ["gradient", "gradient ∂L/∂w"], ["update", "update Δw"],
])
const HEIGHT = ROWS.length * (HEAD + BAND + SPACE) + FOOT

/** The picture of a run, for one width. */
export class Picture {
  /**
   * @param {SVGSVGElement} svg
   * @param {WaysData} data
   * @param {WayRun} run
   * @param {number} width in pixels */
  constructor(svg, data, run, width) {
    svg.replaceChildren()
    set(svg, { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` })
    this.run = run
    this.parts = data.parts
    this.cell = (width - LEFT - RIGHT) / data.offsets.length
    this.fill = fills(svg, `way-${run.data.way}`)
    this.doubled = new Set(run.data.doubled)
    this.#drawGaps(svg, data)
    this.rows = ROWS.map(([name, title], k) => createRow(svg, name, title, k, width))
    drawOffsets(svg, data.offsets, this.cell)
  }

  /** Draw a step, each row on the scale that it shares with the other ways'.
   * @param {number} n
   * @param {Record<RowName, number>} scale
   * @param {Record<RowName, string>} words */
  draw(n, scale, words) {
    const step = this.run.step(n)
    for (const { name, band, bars, top, word } of this.rows) {
      top.textContent = scale[name] ? brief(scale[name]) : ""
      word.textContent = words[name]
      bars.start()
      for (let i = 0; i < this.parts.length; i++) this.#drawBar(bars, band, name, i, step[name][i] / (scale[name] || 1))
      bars.end()
    }
  }

  /** Draw the bar of an element, which is `share` of the longest.
   * @param {NodePool} bars
   * @param {Band} band
   * @param {RowName} name
   * @param {number} i
   * @param {number} share */
  #drawBar(bars, band, name, i, share) {
    if (share === 0) return
    const gap = this.parts[i] === "gap", { role } = this.run.data
    const unused = gap && name === "gradient" && role !== "trained"
    const width = Math.max(1, Math.min(this.cell * 0.72, 22)), x = this.#middle(i) - width / 2
    const end = band.zero - share * band.half, y = Math.min(end, band.zero), height = Math.abs(end - band.zero)
    const kind = unused ? "unused" : gap && this.cell >= OUTLINED ? "held" : "tap"
    bars.next("rect", { class: `bar ${kind}`, x, y, width, height, fill: unused ? "none" : this.fill[this.parts[i]] })
    if (unused && role === "masked") {
      const middle = (end + band.zero) / 2, reach = Math.max(2, Math.min(width, height) / 2 + 1)
      bars.next("path", { class: "strike", d: `M${x - 1} ${middle + reach}L${x + width + 1} ${middle - reach}` })
    }
    if (name === "update" && this.doubled.has(i)) {
      const middle = (end + band.zero) / 2
      bars.next("path", { class: "seam", d: `M${x - 1} ${middle}H${x + width + 1}` })
    }
  }

  /** @param {number} i */
  #middle(i) { return LEFT + (i + 0.5) * this.cell }

  /** Shade the columns of gaps, through all rows.
   * @param {SVGSVGElement} svg
   * @param {WaysData} data */
  #drawGaps(svg, { parts }) {
    const group = element("g", svg, { class: "gaps" })
    parts.forEach((part, i) => {
      if (part !== "gap") return
      for (let k = 0; k < ROWS.length; k++) {
        element("rect", group, { x: LEFT + i * this.cell, y: topOf(k), width: this.cell, height: BAND })
      }
    })
  }
}

/** @param {number} k */
const topOf = (k) => k * (HEAD + BAND + SPACE) + HEAD

/** Create a row: its title, the word beside it, its baseline and the end of its scale.
 * @param {SVGSVGElement} svg
 * @param {RowName} name
 * @param {string} title
 * @param {number} k
 * @param {number} width */
function createRow(svg, name, title, k, width) {
  const y = topOf(k), band = { zero: y + BAND / 2, half: BAND / 2 - 1 }
  element("text", svg, { class: "row", x: LEFT, y: y - 5 }).textContent = title
  const word = element("text", svg, { class: "word", x: width - RIGHT, y: y - 5 })
  const bars = new NodePool(svg)
  element("path", svg, { class: "zero", d: `M${LEFT} ${band.zero}H${width - RIGHT}` })
  element("text", svg, { class: "tick side", x: LEFT - 5, y: band.zero + 4 }).textContent = "0"
  const top = element("text", svg, { class: "tick side", x: LEFT - 5, y: y + 8 })
  return { name, band, bars, top, word }
}

/** Write offsets below the last row.
 * @param {SVGSVGElement} svg
 * @param {number[]} offsets
 * @param {number} cell */
function drawOffsets(svg, offsets, cell) {
  const step = tickStep(cell, 30), y = topOf(ROWS.length - 1) + BAND + 13
  offsets.forEach((o, i) => {
    if (o % step === 0) element("text", svg, { class: "tick", x: LEFT + (i + 0.5) * cell, y }).textContent = o ? signed(o) : "0"
  })
  element("text", svg, { class: "tick", x: LEFT + (offsets.length / 2) * cell, y: y + 13 }).textContent = "offset"
}
