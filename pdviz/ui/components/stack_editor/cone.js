// The receptive field of a stack, drawn: every row one layer further down, over one axis of inputs;
// shade for the number of paths, empty where none leads. A probe shows the paths through one place.

import { ACCENT } from "../boot/constants.js"
import { whole } from "../base/format.js"
import { clamp } from "../base/view.js"
import { ancestors, fieldsFrom, layerAbove } from "../model/paths.js"
import { tickStep } from "../editor/strip.js"

/** @typedef {import("../model/receptive_field.js").Field} Field */
/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../model/paths.js").Probe} Probe */
/** How a picture is laid out: pixels an input, where input 0 is, the tops of the rows and how tall they are.
 * @typedef {{ cell: number, zero: number, tops: number[], tall: number, width: number, height: number }} Layout */
/** What lies under a tap: in the rows from `row` on, the paths through it, and the inputs that are reached by no other.
 * @typedef {{ row: number, through: Field[], only: (offset: number) => boolean }} Lit */
/** @typedef {{ text: string, line: string, font: string }} Ink */

const AXIS = 20
export const MOST_CELL = 15
const MOST_EDGES = 900

/** Where an image is coloured before it is drawn. */
const brush = document.createElement("canvas")

/** How a picture of this width is laid out. @returns {Layout} */
export function layout(/** @type {{ lo: number, hi: number }} */ { lo, hi }, /** @type {number} */ width, /** @type {number} */ layers) {
  const cell = Math.min(MOST_CELL, width / (hi - lo))
  const row = layers > 5 ? 22 : layers > 3 ? 26 : 30
  const tops = Array.from({ length: layers + 1 }, (_, r) => r * row + 2)
  return { cell, zero: width / 2 - ((lo + hi) / 2) * cell, tops, tall: row - 11, width, height: row * (layers + 1) + AXIS }
}

/** The place of a row that is nearest to a point of the picture. */
export function placeAt(/** @type {Layout} */ { cell, zero }, /** @type {Stack} */ stack, /** @type {number} */ row, /** @type {number} */ x) {
  return { row, offset: Math.round((x - zero) / (cell * stack.jumps[row])) }
}

/** The place under a point of the picture, if there is one. */
export function probeAt(/** @type {Layout} */ place, /** @type {Stack} */ stack, /** @type {number} */ x, /** @type {number} */ y) {
  const { tops, tall } = place
  const row = tops.filter((top) => y >= top - 2).length - 1
  return row < 0 || y > tops[row] + tall + 9 ? null : placeAt(place, stack, row, x)
}

/** Draw the stack; `probe` shows the paths through it, or, in the first row, another output's cone; `lit` what a tap adds.
 * @param {HTMLCanvasElement} canvas
 * @param {Stack} stack
 * @param {Layout} place
 * @param {Probe | null} probe
 * @param {Ink} ink
 * @param {Lit | null} lit */
export function drawCone(canvas, stack, place, probe, ink, lit = null) {
  const { cell, zero, tops, tall, width, height } = place
  const { jumps, reach, fields } = stack
  const ratio = globalThis.devicePixelRatio || 1
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
    canvas.style.height = `${height}px`
  }
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  pen.setTransform(ratio, 0, 0, ratio, 0, 0)
  pen.clearRect(0, 0, width, height)
  const shift = probe?.row === 0 ? probe.offset * jumps[0] : 0 // in inputs
  const traced = probe && probe.row > 0 && fields ? ancestors(stack, probe) : null
  const dim = lit ? 0.3 : probe && probe.row > 0 && fields ? 0.35 : 1
  pen.fillStyle = ACCENT
  block(0, shift / jumps[0])
  for (let row = 1; row < tops.length; row++) {
    const { first, last } = reach[row]
    const shifted = shift / jumps[row], wide = cell * jumps[row]
    pen.fillStyle = ink.line
    pen.globalAlpha = 0.5
    pen.fillRect(x(row, first + shifted) - wide / 2, tops[row] + tall + 2, (last - first + 1) * wide, 0.5)
    pen.fillStyle = ACCENT
    if (fields) {
      cells(row, first + shifted, fields[row - 1].paths, (n, most) => dim * (0.15 + 0.85 * (most > 1 ? Math.log(n) / Math.log(most) : 1)))
    } else {
      pen.globalAlpha = 0.3
      pen.fillRect(x(row, first + shifted) - wide / 2, tops[row], Math.max(1, (last - first + 1) * wide), tall)
    }
  }
  if (traced && probe) trace(traced, probe)
  if (lit) shine(lit)
  if (probe && probe.row > 0) {
    pen.strokeStyle = ink.text
    pen.globalAlpha = 1
    pen.lineWidth = 1.5
    const wide = Math.max(cell * jumps[probe.row], 6)
    pen.strokeRect(x(probe.row, probe.offset) - wide / 2, tops[probe.row] - 1, wide, tall + 2)
  }

  function x(/** @type {number} */ row, /** @type {number} */ position) { return zero + position * jumps[row] * cell }

  /** One place, at full strength. */
  function block(/** @type {number} */ row, /** @type {number} */ offset) {
    const one = jumps[row] * cell, wide = Math.max(one - (one >= 4 ? 1 : 0), 2.5)
    pen.globalAlpha = 1
    pen.fillRect(x(row, offset) - wide / 2, tops[row], wide, tall)
  }

  /** Places of a row, from `first` on, with a number each: empty where it is 0, else as strong as it is beside the
   * largest. Where several share a pixel: by the mean of those that are not empty, less where they are few.
   * @type {(row: number, first: number, numbers: Float64Array, strength: (n: number, most: number) => number, top?: number, high?: number) => void} */
  function cells(row, first, numbers, strength, top = tops[row], high = tall) {
    const one = jumps[row] * cell, gap = one >= 4 ? 1 : 0, count = numbers.length
    if (one >= 2) {
      let most = 0
      for (let i = 0; i < count; i++) most = Math.max(most, numbers[i])
      for (let i = 0; i < count; i++) {
        if (!numbers[i]) continue
        pen.globalAlpha = strength(numbers[i], most)
        pen.fillRect(x(row, first + i) - one / 2 + gap / 2, top, one - gap, high)
      }
      return
    }
    const left = Math.max(0, Math.floor(x(row, first))), right = Math.min(width, Math.ceil(x(row, first + count)))
    if (left >= right) return
    const means = new Float64Array(right - left), shares = new Float64Array(right - left)
    let most = 0, from = clamp(Math.round((left - zero) / one - first), 0, count)
    for (let k = 0; k < means.length; k++) {
      const to = clamp(Math.round((left + k + 1 - zero) / one - first), 0, count)
      let sum = 0, reached = 0
      for (let i = from; i < to; i++) {
        sum += numbers[i]
        if (numbers[i]) reached++
      }
      if (reached) most = Math.max(most, (means[k] = sum / reached))
      shares[k] = reached / (to - from)
      from = to
    }
    columns(left, top, high, means.map((mean, k) => (mean ? strength(mean, most) * Math.sqrt(shares[k]) : 0)))
  }

  /** Columns of a pixel each, as strong as this: one image, since so many rectangles take a frame. */
  function columns(/** @type {number} */ left, /** @type {number} */ top, /** @type {number} */ high, /** @type {Float64Array} */ strengths) {
    const wide = strengths.length, image = new ImageData(wide, 1)
    strengths.forEach((strength, k) => { image.data[4 * k + 3] = 255 * strength })
    brush.width = wide // which also clears it
    brush.height = 1
    const ink = /** @type {CanvasRenderingContext2D} */ (brush.getContext("2d"))
    ink.putImageData(image, 0, 0)
    ink.globalCompositeOperation = "source-in"
    ink.fillStyle = pen.fillStyle
    ink.fillRect(0, 0, wide, 1)
    pen.globalAlpha = 1
    pen.imageSmoothingEnabled = false
    pen.drawImage(brush, left, top, wide, high)
  }

  /** The paths from the output to a probe, and what the probe sees below. */
  function trace(/** @type {import("../model/paths.js").Marks[]} */ rows, /** @type {Probe} */ { row: r, offset }) {
    let edges = 0
    rows.slice(0, -1).forEach(({ marks }, row) => {
      const taps = layerAbove(stack, row + 1).kernel.offsets.length
      for (const mark of marks) edges += mark * taps
    })
    if (edges <= MOST_EDGES) joins(rows)
    pen.fillStyle = ACCENT
    rows.forEach(({ first, marks }, row) => marks.forEach((mark, i) => { if (mark) block(row, first + i) }))
    let scale = 1
    fieldsFrom(stack, r).forEach((field, depth) => {
      const row = r + depth + 1
      scale *= layerAbove(stack, row).stride
      cells(row, field.first + offset * scale, field.paths, () => 0.9)
    })
  }

  /** Lines from place to place, where a path to the probe goes. */
  function joins(/** @type {import("../model/paths.js").Marks[]} */ rows) {
    pen.strokeStyle = ink.text
    pen.globalAlpha = 0.35
    pen.lineWidth = 1
    pen.beginPath()
    rows.slice(0, -1).forEach(({ first, marks }, above) => {
      const { kernel, stride } = layerAbove(stack, above + 1), below = rows[above + 1]
      marks.forEach((mark, i) => {
        if (!mark) return
        for (const tap of kernel.offsets) {
          const to = (first + i) * stride + tap
          if (!below.marks[to - below.first]) continue
          pen.moveTo(x(above, first + i), tops[above] + tall)
          pen.lineTo(x(above + 1, to), tops[above + 1])
        }
      })
    })
    pen.stroke()
  }

  /** The paths through a tap; the inputs that no other leads to stand out and have a bar below them. */
  function shine(/** @type {Lit} */ { row: from, through, only }) {
    pen.fillStyle = ACCENT
    through.forEach(({ first, paths }, i) => cells(from + i, first, paths, () => 0.85))
    const row = tops.length - 1, { first, paths } = through[through.length - 1]
    pen.fillStyle = ink.text
    const alone = paths.map((_, k) => Number(only(first + k)))
    cells(row, first, alone, () => 1)
    cells(row, first, alone, () => 1, tops[row] + tall + 2, 3)
  }
}

/** Numbers below the picture: inputs from the output on. */
export function drawAxis(/** @type {HTMLCanvasElement} */ canvas, /** @type {Layout} */ { cell, zero, width, height }, /** @type {Ink} */ ink) {
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  pen.fillStyle = ink.text
  pen.globalAlpha = 1
  pen.font = `10px ${ink.font}`
  pen.textAlign = "center"
  const step = tickStep(cell, 40)
  for (let o = Math.ceil((12 - zero) / cell / step) * step; zero + o * cell < width - 9; o += step)
    pen.fillText(whole(o), zero + o * cell, height - 6)
}

/** What the rows are, where there is room to say so. */
export function nameRows(/** @type {HTMLCanvasElement} */ canvas, /** @type {Stack} */ { reach, jumps }, /** @type {Layout} */ { cell, zero, tops, tall }, /** @type {Probe | null} */ probe, /** @type {Ink} */ ink) {
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  const shift = probe?.row === 0 ? probe.offset * jumps[0] : 0
  pen.fillStyle = ink.text
  pen.globalAlpha = 0.75
  pen.font = `11px ${ink.font}`
  pen.textAlign = "left"
  for (let row = 0; row < tops.length - 1; row++) {
    const start = row === 0 ? zero : zero + (reach[row].first * jumps[row] + shift) * cell
    const name = row === 0 ? "output" : `${row} ${row === 1 ? "layer" : "layers"} below`
    if (start > pen.measureText(name).width + 12) pen.fillText(name, 0, tops[row] + tall / 2 + 4)
  }
}
