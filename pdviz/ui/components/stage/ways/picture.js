// The picture of one way at a step: weights, gradient and update of the kernel, one below the other.

import { write } from "../../base/dom.js"
import { brief, signed } from "../../base/format.js"
import { element, fills, resize, set } from "../../base/svg.js"
import { tickStep } from "../../base/view.js"

/** @typedef {import("./way_run.js").WayRun} WayRun */
/** @typedef {import("./way_run.js").WaysData} WaysData */
/** @typedef {"weights" | "gradient" | "update"} RowName */
/** Where a row's baseline is, and how long a bar may be. @typedef {{ zero: number, half: number }} Band */

const LEFT = 44, RIGHT = 6
const HEAD = 17, BAND = 58, SPACE = 8, FOOT = 30
/** How wide an element is, in pixels, for the weights at gaps to have an outline. */
const OUTLINED = 6
/** What a row's bars are made of, a path each: those of a part, gradients that nobody receives, the strokes through
 * them, and the seam between what each of two weights adds. */
const KINDS = /** @type {const} */ (["left wing", "island", "right wing", "gap", "unused", "strike", "seam"])
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
    resize(svg, width, HEIGHT)
    this.run = run
    this.parts = data.parts
    this.cell = (width - LEFT - RIGHT) / data.offsets.length
    this.fill = fills(svg, `way-${run.data.way}`)
    this.doubled = new Set(run.data.doubled)
    this.#drawGaps(svg, data)
    this.rows = ROWS.map(([name, title], k) => this.#createRow(svg, name, title, k, width))
    drawOffsets(svg, data.offsets, this.cell)
  }

  /** Draw a step, each row on the scale that it shares with the other ways'.
   * @param {number} n
   * @param {Record<RowName, number>} scale
   * @param {Record<RowName, string>} words */
  draw(n, scale, words) {
    const step = this.run.step(n)
    for (const { name, band, paths, top, word } of this.rows) {
      write(top, scale[name] ? brief(scale[name]) : "")
      write(word, words[name])
      const shapes = this.#shapes(name, band, step[name], scale[name] || 1)
      for (const kind of KINDS) set(paths[kind], { d: shapes[kind].join("") })
    }
  }

  /** Draw the bars of a row: the path of each kind, piece by piece.
   * @param {RowName} name
   * @param {Band} band
   * @param {ArrayLike<number>} values
   * @param {number} longest the size of the longest bar */
  #shapes(name, band, values, longest) {
    const shapes = Object.fromEntries(KINDS.map((kind) => [kind, /** @type {string[]} */ ([])]))
    const { role } = this.run.data, width = Math.max(1, Math.min(this.cell * 0.72, 22))
    for (let i = 0; i < this.parts.length; i++) {
      if (values[i] === 0) continue
      const part = this.parts[i], unused = part === "gap" && name === "gradient" && role !== "trained"
      const left = LEFT + (i + 0.5) * this.cell - width / 2, height = round((-values[i] / longest) * band.half)
      const x = round(left), middle = round(band.zero + height / 2)
      shapes[unused ? "unused" : part].push(`M${x} ${band.zero}h${round(width)}v${height}h${-round(width)}z`)
      if (unused && role === "masked") {
        const reach = round(Math.max(2, Math.min(width, Math.abs(height)) / 2 + 1))
        shapes.strike.push(`M${x - 1} ${middle + reach}L${round(left + width) + 1} ${middle - reach}`)
      }
      if (name === "update" && this.doubled.has(i)) shapes.seam.push(`M${x - 1} ${middle}h${round(width) + 2}`)
    }
    return shapes
  }

  /** Create a row: its title, the word beside it, its bars, its baseline and the end of its scale.
   * @param {SVGSVGElement} svg
   * @param {RowName} name
   * @param {string} title
   * @param {number} k
   * @param {number} width */
  #createRow(svg, name, title, k, width) {
    const y = topOf(k), band = { zero: y + BAND / 2, half: BAND / 2 - 1 }
    element("text", svg, { class: "row", x: LEFT, y: y - 5 }).textContent = title
    const word = element("text", svg, { class: "word", x: width - RIGHT, y: y - 5 })
    /** @type {Record<string, string>} */
    const classes = {
      gap: this.cell >= OUTLINED ? "bar held" : "bar", unused: "bar unused", strike: "strike", seam: "seam",
    }
    const paths = Object.fromEntries(KINDS.map((kind) =>
      [kind, element("path", svg, { class: classes[kind] ?? "bar tap", fill: this.fill[kind] ?? "none" })]))
    element("path", svg, { class: "zero", d: `M${LEFT} ${band.zero}H${width - RIGHT}` })
    element("text", svg, { class: "tick side", x: LEFT - 5, y: band.zero + 4 }).textContent = "0"
    const top = element("text", svg, { class: "tick side", x: LEFT - 5, y: y + 8 })
    return { name, band, paths, top, word }
  }

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

/** Two decimals of a pixel are enough, and short.
 * @param {number} pixels */
const round = (pixels) => Math.round(pixels * 100) / 100

/** @param {number} k */
const topOf = (k) => k * (HEAD + BAND + SPACE) + HEAD

/** Write offsets below the last row.
 * @param {SVGSVGElement} svg
 * @param {number[]} offsets
 * @param {number} cell */
function drawOffsets(svg, offsets, cell) {
  const step = tickStep(cell, 30), y = topOf(ROWS.length - 1) + BAND + 13
  offsets.forEach((o, i) => {
    if (o % step !== 0) return
    element("text", svg, { class: "tick", x: LEFT + (i + 0.5) * cell, y }).textContent = o ? signed(o) : "0"
  })
  element("text", svg, { class: "tick", x: LEFT + (offsets.length / 2) * cell, y: y + 13 }).textContent = "offset"
}
