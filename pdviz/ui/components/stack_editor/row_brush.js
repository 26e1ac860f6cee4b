// Positions of a stack's rows, drawn on a canvas: one by one, or in pixels that several of them share.

import { shadeBetween } from "../base/theme.js"
import { clamp } from "../base/view.js"
import { COLOURS } from "../boot/constants.js"

/** @typedef {import("./cone.js").Layout} Layout */
/** The strength, 0 to 1, of a number beside the largest of its row, where `share` of the positions in its pixel are
 * not empty.
 * @typedef {(number: number, most: number, share: number) => number} Strength */
/** @typedef {{ colour: (strength: number) => number[], dim: number }} Shading */

const SINGLE = 2 // pixels from which on a position is drawn by itself
const SPACED = 4 // pixels from which on positions have a space between them

const HOLE = 1.5 // pixels: the height of the mark of a hole
const STEPS = 64 // shades of path counts

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

  /** Draw the positions of a row from `first` on by their counts of paths: in a shade each, or a thin line where there
   * is a hole.
   * @param {number} row
   * @param {number} first
   * @param {Float64Array} counts
   * @param {Strength} strength
   * @param {readonly string[]} shades of the fewest and of the most paths
   * @param {number} dim strength of the whole, from 0 to 1 */
  counts(row, first, counts, strength, shades, dim) {
    const { pen, layout: { tops, tall } } = this, band = { top: tops[row], height: tall }
    const middle = { top: tops[row] + (tall - HOLE) / 2, height: HOLE }
    const holes = counts.map((count) => Number(!count))
    pen.fillStyle = COLOURS.gap
    this.cells(row, first, holes, (_, __, share) => (share === 1 ? dim : 0), middle)
    const colours = Array.from({ length: STEPS + 1 }, (_, k) => shadeBetween(shades, k / STEPS))
    const colour = (/** @type {number} */ s) => colours[Math.round(s * STEPS)]
    if (this.#cell(row) >= SINGLE) {
      const styles = colours.map((channels) => `rgb(${channels})`)
      this.#drawSingle(row, first, counts, strength, band, (s) => {
        pen.globalAlpha = dim
        pen.fillStyle = styles[Math.round(s * STEPS)]
      })
    } else this.#drawPixels(row, first, counts, strength, band, { colour, dim })
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
   * @param {{ top: number, height: number }} band
   * @param {(strength: number) => void} dip prepares the pen for a strength */
  #drawSingle(row, first, numbers, strength, { top, height }, dip = (s) => { this.pen.globalAlpha = s }) {
    const cell = this.#cell(row), space = cell >= SPACED ? 1 : 0
    let most = 0
    for (let i = 0; i < numbers.length; i++) most = Math.max(most, numbers[i])
    for (let i = 0; i < numbers.length; i++) {
      if (!numbers[i]) continue
      dip(strength(numbers[i], most, 1))
      this.pen.fillRect(this.x(row, first + i) - cell / 2 + space / 2, top, cell - space, height)
    }
  }

  /** Draw pixels that several positions share.
   * @param {number} row
   * @param {number} first
   * @param {Float64Array} numbers
   * @param {Strength} strength
   * @param {{ top: number, height: number }} band
   * @param {Shading | null} shading */
  #drawPixels(row, first, numbers, strength, band, shading = null) {
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
    this.#drawImage(start, means.map((mean, k) => (mean ? strength(mean, most, shares[k]) : 0)), band, shading)
  }

  /** Draw columns of one pixel each, as strong as this: as one image, since so many rectangles would take a frame.
   * @param {number} left
   * @param {Float64Array} strengths
   * @param {{ top: number, height: number }} band
   * @param {Shading | null} shading the colour of a strength, and the strength of the whole; in the pen's if null */
  #drawImage(left, strengths, { top, height }, shading) {
    const { pen } = this, width = strengths.length, image = new ImageData(width, 1)
    strengths.forEach((strength, k) => {
      if (shading && strength) image.data.set([...shading.colour(strength), 255], 4 * k)
      else image.data[4 * k + 3] = 255 * strength
    })
    IMAGE.width = width // which also clears it
    IMAGE.height = 1
    const colour = /** @type {CanvasRenderingContext2D} */ (IMAGE.getContext("2d"))
    colour.putImageData(image, 0, 0)
    if (!shading) {
      colour.globalCompositeOperation = "source-in"
      colour.fillStyle = pen.fillStyle
      colour.fillRect(0, 0, width, 1)
    }
    pen.globalAlpha = shading ? shading.dim : 1
    pen.imageSmoothingEnabled = false
    pen.drawImage(IMAGE, left, top, width, height)
  }
}
