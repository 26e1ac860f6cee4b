// Under the kernel: the weights over the samples that they multiply over the products, column by column.

import { COLOURS } from "../boot/constants.js"
import { whole } from "../base/format.js"
import { element, fills, resize, set } from "../base/svg.js"
import { clamp, tickStep } from "../base/view.js"
import { drawRow, heightOf, rangeOfBars } from "./axes.js"
import { sampleAt } from "./section_data.js"

/** @typedef {import("./axes.js").Row} Row */
/** @typedef {import("./section_data.js").Section} Section */
/** A section at a width: pixels of a column and of a bar in it, the place of the kernel's middle, and the rows of
 * weights, samples and products.
 * @typedef {{ section: Section, column: number, bar: number, middle: number, rows: Row[] }} Scale */

const LEFT = 52, RIGHT = 12, TOP = 22, TALL = 76, PITCH = 112, HEIGHT = 362
const MAX_COLUMN = 52 // pixels of a column
const MIN_BAR = 1.5 // pixels of a bar
const MIN_STRIPED = 4 // narrower bars, in pixels, are too narrow for stripes
const MIN_LABELS = 44 // pixels from one label to the next
const KINDS = /** @type {const} */ (["weight", "sample", "product"])
const SAMPLES = 1 // the row of samples
const PARTS = /** @type {const} */ (["left wing", "island", "right wing"])

/** Scale a section to a width. The scale stays while the kernel moves: no product is larger than its weight on the
 * largest sample.
 * @param {Section} section
 * @param {number} width
 * @returns {Scale} */
export function scaleOf(section, width) {
  const right = width - RIGHT, column = Math.min((right - LEFT) / (section.size + 0.2), MAX_COLUMN)
  const weights = rangeOfBars(section.weights), samples = rangeOfBars(section.samples)
  const products = Array.from(section.weights, (weight) => [weight * samples.low, weight * samples.high]).flat()
  const rows = [weights, samples, rangeOfBars(products)].map((range, r) =>
    ({ left: LEFT, right, top: TOP + r * PITCH, foot: TOP + r * PITCH + TALL, ...range }))
  return { section, column, bar: Math.max(MIN_BAR, 0.7 * column), middle: (LEFT + right) / 2, rows }
}

/** A drawing of the rows: `fit` draws what stays while the kernel moves, `draw` what moves. */
export class Products {
  /** @type {Scale} */
  #scale

  /**
   * @param {SVGSVGElement} svg
   * @param {Section} section */
  constructor(svg, section) {
    this.svg = svg
    this.#scale = scaleOf(section, 0)
    this.fill = fills(svg, "products")
    this.highlight = element("rect", svg, { class: "lit" })
    this.axes = element("g", svg)
    this.bars = KINDS.map((kind) => ({
      gap: element("path", svg, { class: `bar ${kind} gap`, fill: COLOURS.gap, "data-part": "gap" }),
      taps: PARTS.map((part) => element("path", svg, { class: `bar ${kind}`, "data-part": part })),
      zero: element("path", svg, { class: "zero" }),
    }))
  }

  /** Return the offset at a place.
   * @param {number} x in pixels */
  offsetAt(x) {
    const { section: { least, size }, column, middle } = this.#scale
    return clamp(Math.round((x - middle) / column + (size - 1) / 2) + least, least, least + size - 1)
  }

  /** Fit another section or width.
   * @param {Section} section
   * @param {number} width */
  fit(section, width) {
    const { bar, rows } = this.#scale = scaleOf(section, width), { unit, outputUnit } = section.data
    const fill = bar < MIN_STRIPED ? COLOURS : this.fill
    const titles = [["weights w[o]", ""], ["samples x[t + o]", unit], ["products w[o] · x[t + o]", outputUnit]]
    resize(this.svg, width, HEIGHT)
    this.axes.replaceChildren()
    this.bars.forEach(({ taps, zero }, r) => {
      taps.forEach((node, p) => set(node, { fill: fill[PARTS[p]] }))
      set(zero, { d: `M${LEFT} ${heightOf(rows[r], 0)}H${rows[r].right}` })
      drawRow(this.axes, rows[r], { name: titles[r][0], unit: titles[r][1] })
    })
    this.#drawOffsets()
  }

  /** Draw what lies under the kernel at a sample, and highlight the column of an offset that is read, or none.
   * @param {number} at
   * @param {number | null} offset */
  draw(at, offset) {
    const { section, column, bar, rows } = this.#scale, { offsets, weights, parts } = section
    const sample = (/** @type {number} */ tap) => sampleAt(section, at + offsets[tap])
    const values = [
      (/** @type {number} */ tap) => weights[tap],
      sample,
      (/** @type {number} */ tap) => weights[tap] * sample(tap),
    ]
    this.bars.forEach(({ taps }, r) => parts.forEach(({ from, to }, p) => {
      let d = ""
      for (let tap = from; tap < to; tap++) d += barPath(rows[r], this.#x(offsets[tap]), bar, values[r](tap))
      set(taps[p], { d })
    }))
    set(this.bars[SAMPLES].gap, { d: column < 1 ? this.#denseGaps(at) : this.#gaps(at) })
    const box = { y: rows[0].top, height: rows[rows.length - 1].foot - rows[0].top }
    if (offset === null) set(this.highlight, { x: 0, width: 0, ...box })
    else set(this.highlight, { x: this.#x(offset) - Math.max(3, column / 2), width: Math.max(6, column), ...box })
  }

  /** Draw the axis of offsets. */
  #drawOffsets() {
    const { section: { least, size }, column, middle, rows } = this.#scale, { foot } = rows[rows.length - 1]
    const step = tickStep(column, MIN_LABELS)
    for (let offset = Math.ceil(least / step) * step; offset < least + size; offset += step) {
      const x = this.#x(offset)
      element("path", this.axes, { d: `M${x.toFixed(1)} ${foot}v4`, class: "zero" })
      element("text", this.axes, { x, y: foot + 16, class: "tick offset" }).textContent = whole(offset)
    }
    const title = element("text", this.axes, { x: middle, y: HEIGHT - 6, class: "axis" })
    title.textContent = "offset from the output's position, in samples"
  }

  /** Return the path of the samples that nothing multiplies, a bar each.
   * @param {number} at */
  #gaps(at) {
    const { section, bar, rows } = this.#scale, { least, size } = section
    let d = ""
    for (let offset = least; offset < least + size; offset++) {
      if (section.tapAt(offset) < 0) d += barPath(rows[SAMPLES], this.#x(offset), bar, sampleAt(section, at + offset))
    }
    return d
  }

  /** Return the same path where columns are narrower than a pixel: a bar for each pixel, from the least sample in it
   * to the largest.
   * @param {number} at */
  #denseGaps(at) {
    const { section, rows } = this.#scale, { least, size } = section
    let d = "", pixel = NaN, low = 0, high = 0
    const flush = () => { if (low < high) d += barPath(rows[SAMPLES], pixel + 0.5, 1, low, high) }
    for (let offset = least; offset < least + size; offset++) {
      if (section.tapAt(offset) >= 0) continue
      const next = Math.floor(this.#x(offset)), sample = sampleAt(section, at + offset)
      if (next !== pixel) {
        flush()
        low = high = 0
        pixel = next
      }
      low = Math.min(low, sample)
      high = Math.max(high, sample)
    }
    flush()
    return d
  }

  /** Return the place of an offset, in pixels.
   * @param {number} offset */
  #x(offset) {
    const { section: { least, size }, column, middle } = this.#scale
    return middle + (offset - least - (size - 1) / 2) * column
  }
}

/** Return the path of a bar of a row between two values.
 * @param {Row} row
 * @param {number} x its middle, in pixels
 * @param {number} width in pixels
 * @param {number} value
 * @param {number} base */
function barPath(row, x, width, value, base = 0) {
  const from = heightOf(row, base).toFixed(2), to = heightOf(row, value).toFixed(2)
  return `M${(x - width / 2).toFixed(2)} ${from}V${to}h${width.toFixed(2)}V${from}Z`
}
