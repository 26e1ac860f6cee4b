// Positions of a stack's rows, drawn on a canvas: one by one, or in pixels that several of them share.

import { clamp } from "../base/view.js"

/** @typedef {import("./cone.js").Layout} Layout */
/** The strength, 0 to 1, of a number beside the largest of its row, where `share` of the positions in its pixel are
 * not empty.
 * @typedef {(number: number, most: number, share: number) => number} Strength */

const SINGLE = 2 // pixels from which on a position is drawn by itself
const SPACED = 4 // pixels from which on positions have a space between them

/** Where an image is coloured before it is drawn. */
const IMAGE = document.createElement("canvas")

/** Draw every number as strongly as this, less where few share a pixel.
 * @param {number} strength
 * @returns {Strength} */
export const even = (strength) => (_, __, share) => strength * Math.sqrt(share)

/** Draws positions of rows with a canvas's context, in its fill style. */
export class RowBrush {
  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {Layout} layout
   * @param {number[]} jumps inputs from one position to the next, by row */
  constructor(pen, layout, jumps) {
    this.pen = pen
    this.layout = layout
    this.jumps = jumps
  }

  /** Return where the middle of a position is, in pixels.
   * @param {number} row
   * @param {number} position */
  x = (row, position) => this.layout.zero + position * this.jumps[row] * this.layout.cell

  /** Return how wide a position is, in pixels.
   * @param {number} row */
  #cell(row) { return this.jumps[row] * this.layout.cell }

  /** Draw one position at full strength.
   * @param {number} row
   * @param {number} position */
  block(row, position) {
    const { tops, tall } = this.layout, cell = this.#cell(row)
    const width = Math.max(cell - (cell >= SPACED ? 1 : 0), 2.5)
    this.pen.globalAlpha = 1
    this.pen.fillRect(this.x(row, position) - width / 2, tops[row], width, tall)
  }

  /** Draw a frame around one position.
   * @param {number} row
   * @param {number} position
   * @param {string} colour */
  frame(row, position, colour) {
    const { pen, layout: { tops, tall } } = this, width = Math.max(this.#cell(row), 6)
    pen.strokeStyle = colour
    pen.globalAlpha = 1
    pen.lineWidth = 1.5
    pen.strokeRect(this.x(row, position) - width / 2, tops[row] - 1, width, tall + 2)
  }

  /** Draw a bar over a stretch of positions.
   * @param {number} row
   * @param {number} first
   * @param {number} count
   * @param {number} strength */
  bar(row, first, count, strength) {
    const { tops, tall } = this.layout, cell = this.#cell(row)
    this.pen.globalAlpha = strength
    this.pen.fillRect(this.x(row, first) - cell / 2, tops[row], Math.max(1, count * cell), tall)
  }

  /** Draw a thin line under a stretch of positions.
   * @param {number} row
   * @param {number} first
   * @param {number} count
   * @param {number} strength */
  underline(row, first, count, strength) {
    const { tops, tall } = this.layout, cell = this.#cell(row)
    this.pen.globalAlpha = strength
    this.pen.fillRect(this.x(row, first) - cell / 2, tops[row] + tall + 2, count * cell, 0.5)
  }

  /** Draw the positions of a row from `first` on, with a number each: empty where it is 0, else as strong as it is
   * beside the largest. Where several share a pixel: by the mean of those that are not empty.
   * @param {number} row
   * @param {number} first
   * @param {Float64Array} numbers
   * @param {Strength} strength
   * @param {{ top: number, height: number }} band where they are drawn, if not in the row */
  cells(row, first, numbers, strength, band = { top: this.layout.tops[row], height: this.layout.tall }) {
    if (this.#cell(row) >= SINGLE) this.#drawSingle(row, first, numbers, strength, band)
    else this.#drawPixels(row, first, numbers, strength, band)
  }

  /** Draw each position by itself.
   * @param {number} row
   * @param {number} first
   * @param {Float64Array} numbers
   * @param {Strength} strength
   * @param {{ top: number, height: number }} band */
  #drawSingle(row, first, numbers, strength, { top, height }) {
    const cell = this.#cell(row), space = cell >= SPACED ? 1 : 0
    let most = 0
    for (let i = 0; i < numbers.length; i++) most = Math.max(most, numbers[i])
    for (let i = 0; i < numbers.length; i++) {
      if (!numbers[i]) continue
      this.pen.globalAlpha = strength(numbers[i], most, 1)
      this.pen.fillRect(this.x(row, first + i) - cell / 2 + space / 2, top, cell - space, height)
    }
  }

  /** Draw pixels that several positions share.
   * @param {number} row
   * @param {number} first
   * @param {Float64Array} numbers
   * @param {Strength} strength
   * @param {{ top: number, height: number }} band */
  #drawPixels(row, first, numbers, strength, band) {
    const { zero, width } = this.layout, cell = this.#cell(row), count = numbers.length
    const start = Math.max(0, Math.floor(this.x(row, first)))
    const stop = Math.min(width, Math.ceil(this.x(row, first + count)))
    if (start >= stop) return
    const means = new Float64Array(stop - start), shares = new Float64Array(stop - start)
    const indexAt = (/** @type {number} */ pixel) => clamp(Math.round((pixel - zero) / cell - first), 0, count)
    let most = 0, from = indexAt(start)
    for (let k = 0; k < means.length; k++) {
      const to = indexAt(start + k + 1)
      let sum = 0, filled = 0
      for (let i = from; i < to; i++) {
        sum += numbers[i]
        if (numbers[i]) filled++
      }
      if (filled) most = Math.max(most, (means[k] = sum / filled))
      shares[k] = filled / (to - from)
      from = to
    }
    this.#drawImage(start, means.map((mean, k) => (mean ? strength(mean, most, shares[k]) : 0)), band)
  }

  /** Draw columns of one pixel each, as strong as this: as one image, since so many rectangles would take a frame.
   * @param {number} left
   * @param {Float64Array} strengths
   * @param {{ top: number, height: number }} band */
  #drawImage(left, strengths, { top, height }) {
    const { pen } = this, width = strengths.length, image = new ImageData(width, 1)
    strengths.forEach((strength, k) => { image.data[4 * k + 3] = 255 * strength })
    IMAGE.width = width // which also clears it
    IMAGE.height = 1
    const colour = /** @type {CanvasRenderingContext2D} */ (IMAGE.getContext("2d"))
    colour.putImageData(image, 0, 0)
    colour.globalCompositeOperation = "source-in"
    colour.fillStyle = pen.fillStyle
    colour.fillRect(0, 0, width, 1)
    pen.globalAlpha = 1
    pen.imageSmoothingEnabled = false
    pen.drawImage(IMAGE, left, top, width, height)
  }
}
