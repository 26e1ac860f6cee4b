// Under the kernel: the weights over the samples they multiply over the products, column by column.

import { COLOURS } from "../boot/constants.js"
import { whole } from "../base/format.js"
import { element, fills, set } from "../base/svg.js"
import { tickStep } from "../base/view.js"
import { level, row } from "./axes.js"
import { sampleAt } from "./section_data.js"

/** @typedef {import("./section_data.js").Wave} Wave */
/** @typedef {import("./axes.js").Box} Box */
/** @typedef {import("./axes.js").Range} Range */

const LEFT = 52, RIGHT = 12, TALL = 76, APART = 112, HEIGHT = 362
const MOST = 52 // pixels of a column
const LEAST = 1.5 // pixels of a bar
const STRIPED = 4 // narrower bars, in pixels, are too narrow for stripes
const ROWS = /** @type {const} */ (["weight", "sample", "product"])
const PARTS = /** @type {const} */ (["left wing", "island", "right wing"])

/** Prepare the rows in `svg`; `fit` draws what stays while the kernel moves, `draw` what moves. */
export function products(/** @type {SVGSVGElement} */ svg) {
  const fill = fills(svg, "products")
  const lit = element("rect", svg, { class: "lit" }), rows = element("g", svg)
  const bars = ROWS.map((kind) => {
    const gap = element("path", svg, { class: `bar ${kind} gap`, fill: COLOURS.gap, "data-part": "gap" })
    const taps = PARTS.map((part) => element("path", svg, { class: `bar ${kind}`, "data-part": part }))
    return { gap, taps, zero: element("path", svg, { class: "zero" }), kind }
  })
  /** @type {Wave} */
  let wave
  let column = 1, thick = 1, middle = 0, end = 0
  /** @type {Box[]} */
  let boxes = []
  /** @type {Range[]} */
  let ranges = []
  const place = (/** @type {number} */ o) => middle + (o - wave.least - (wave.K - 1) / 2) * column

  /** Take another section, kernel or width. */
  function fit(/** @type {Wave} */ given, /** @type {number} */ width) {
    wave = given
    end = width - RIGHT
    column = Math.min((end - LEFT) / (wave.K + 0.2), MOST)
    thick = Math.max(LEAST, 0.7 * column)
    middle = (LEFT + end) / 2
    boxes = ROWS.map((_, r) => ({ left: LEFT, right: end, top: 22 + r * APART, foot: 22 + r * APART + TALL }))
    // The scales stay while the kernel moves: no product is larger than its weight on the largest sample.
    const samples = about(wave.samples), weights = about(wave.weights)
    const reach = Array.from(wave.weights, (w) => [w * samples.low, w * samples.high]).flat()
    ranges = [weights, samples, about(reach)]
    for (const { taps } of bars) taps.forEach((node, p) => set(node, { fill: (thick < STRIPED ? COLOURS : fill)[PARTS[p]] }))
    set(svg, { viewBox: `0 0 ${width} ${HEIGHT}`, height: HEIGHT })
    rows.replaceChildren()
    const { unit, outputUnit } = wave.data
    const titles = [["weights w[o]", ""], ["samples x[t + o]", unit], ["products w[o] · x[t + o]", outputUnit]]
    titles.forEach(([name, of], r) => row(rows, boxes[r], ranges[r], name, of))
    bars.forEach(({ zero }, r) => set(zero, { d: `M${LEFT} ${level(boxes[r], ranges[r], 0)}H${end}` }))
    const step = tickStep(column, 44), foot = boxes[2].foot
    for (let o = Math.ceil(wave.least / step) * step; o < wave.least + wave.K; o += step) {
      element("path", rows, { d: `M${place(o).toFixed(1)} ${foot}v4`, class: "zero" })
      element("text", rows, { x: place(o), y: foot + 16, class: "tick offset" }).textContent = whole(o)
    }
    element("text", rows, { x: middle, y: HEIGHT - 6, class: "axis" }).textContent = "offset from the output's position, in samples"
  }

  /** Draw what lies under the kernel at a sample, and the column of an offset that is read, or null. */
  function draw(/** @type {number} */ at, /** @type {number | null} */ read) {
    const sample = (/** @type {number} */ o) => sampleAt(wave, at + o)
    const values = [
      (/** @type {number} */ k) => wave.weights[k],
      (/** @type {number} */ k) => sample(wave.offsets[k]),
      (/** @type {number} */ k) => wave.weights[k] * sample(wave.offsets[k]),
    ]
    bars.forEach(({ taps }, r) => {
      wave.parts.forEach(({ from, to }, p) => {
        let d = ""
        for (let k = from; k < to; k++) d += bar(r, place(wave.offsets[k]), thick, values[r](k), 0)
        set(taps[p], { d })
      })
    })
    set(bars[1].gap, { d: gaps(sample) })
    const shown = read !== null
    set(lit, { x: shown ? place(read) - Math.max(3, column / 2) : 0, width: shown ? Math.max(6, column) : 0,
      y: boxes[0].top, height: boxes[2].foot - boxes[0].top })
  }

  /** A bar between two values of a row. */
  function bar(/** @type {number} */ r, /** @type {number} */ x, /** @type {number} */ wide, /** @type {number} */ v, /** @type {number} */ base) {
    const from = level(boxes[r], ranges[r], base).toFixed(2), to = level(boxes[r], ranges[r], v).toFixed(2)
    return `M${(x - wide / 2).toFixed(2)} ${from}V${to}h${wide.toFixed(2)}V${from}Z`
  }

  /** The samples that nothing multiplies: a bar each, or, where they are narrower than a pixel, one for each pixel. */
  function gaps(/** @type {(o: number) => number} */ sample) {
    let d = ""
    const last = wave.least + wave.K
    if (column >= 1) {
      for (let o = wave.least; o < last; o++) if (wave.element(o) < 0) d += bar(1, place(o), thick, sample(o), 0)
      return d
    }
    let pixel = NaN, low = 0, high = 0
    const flush = () => { if (low < high) d += bar(1, pixel + 0.5, 1, low, high) }
    for (let o = wave.least; o < last; o++) {
      if (wave.element(o) >= 0) continue
      const now = Math.floor(place(o)), v = sample(o)
      if (now !== pixel) {
        flush()
        low = high = 0
        pixel = now
      }
      low = Math.min(low, v)
      high = Math.max(high, v)
    }
    flush()
    return d
  }

  return {
    fit, draw,
    /** The offset at a place. */
    offsetUnder: (/** @type {number} */ x) =>
      Math.min(wave.least + wave.K - 1, Math.max(wave.least, Math.round((x - middle) / column + (wave.K - 1) / 2) + wave.least)),
  }
}

/** The range of bars that stand on zero.
 * @returns {Range} */
function about(/** @type {Iterable<number>} */ values) {
  let low = 0, high = 0
  for (const v of values) {
    if (v < low) low = v
    if (v > high) high = v
  }
  return low === high ? { low: 0, high: 1 } : { low: low * 1.05, high: high * 1.05 }
}
