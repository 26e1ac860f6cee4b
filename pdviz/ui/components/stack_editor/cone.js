// The receptive field of a stack on a canvas: every row one layer further down, over one axis of inputs; shade for the
// number of paths, empty where none leads. A probe shows the paths through one position.

import { ACCENT, COLOURS } from "../boot/constants.js"
import { whole } from "../base/format.js"
import { APART } from "../base/labels.js"
import { typeOf } from "../base/theme.js"
import { tickStep } from "../base/view.js"
import { ancestors, fieldsFrom, layerAbove } from "../model/paths.js"
import { shade } from "../model/shade.js"
import { RowBrush, even } from "./row_brush.js"

/** @typedef {import("../model/receptive_field.js").Field} Field */
/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../model/paths.js").Probe} Probe */
/** @typedef {import("../model/paths.js").Marks} Marks */
/** @typedef {import("../base/theme.js").Ink} Ink */
/** How a picture is laid out: pixels per input, where input 0 is, the tops of the rows, how tall they are, and the
 * pixels from `left` to `width` that they have.
 * @typedef {{ cell: number, zero: number, tops: number[], tall: number, left: number, width: number,
 *   height: number }} Layout */
/** What lies under a tap: in the rows from `row` on, the paths through it, and the inputs that no other tap reaches.
 * @typedef {{ row: number, through: Field[], isAlone: (offset: number) => boolean }} Highlight */
/** What a cone shows: a stack, a probe, whose paths stand out (in the first row it moves the output), and the
 * highlighted effect of a tap; `ratio` is of the canvas's pixels to those of the page, the screen's if there is none.
 * @typedef {{ stack: Stack, layout: Layout, probe: Probe | null, ink: Ink, highlight?: Highlight | null,
 *   ratio?: number }} Cone */
/** A text of a picture, at the foot of its letters.
 * @typedef {{ text: string, x: number, y: number, size: number, anchor: "start" | "middle", opacity: number }} Word */

/** Pixels under the rows for the axis. */
export const AXIS = 20
export const MAX_CELL = 15
const AXIS_TYPE = 10 // pixels
const NARROW = 640, NAMES_NARROW = 58, NAMES = 112 // pixels of the column of the rows' names, by the picture's width
const ARROW = 8 // pixels of the mark of a row that is cut
/** What is appended to a sentence about another output whose rows are cut. */
export const CUT = " Arrows mark the rows that go on beyond the picture."
const MAX_EDGES = 900 // more paths to a probe than these are not drawn as lines

/** Return how wide the column of the rows' names is.
 * @param {number} width of the picture */
const headOf = (width) => (width < NARROW ? NAMES_NARROW : NAMES)

/** Return half the width of a number on the axis, about, in pixels.
 * @param {number} v */
export const halfOf = (v) => 0.3 * typeOf(AXIS_TYPE) * whole(Math.round(v)).length

/** Lay out a picture of this width.
 * @param {import("../base/view.js").View} range of inputs
 * @param {number} width
 * @param {number} layers
 * @returns {Layout} */
export function layOut({ lo, hi }, width, layers) {
  const head = headOf(width), inner = width - head - halfOf(hi)
  const cell = Math.min(MAX_CELL, inner / (hi - lo)), zero = head + inner / 2 - ((lo + hi) / 2) * cell
  const row = layers > 5 ? 22 : layers > 3 ? 26 : 30
  const tops = Array.from({ length: layers + 1 }, (_, r) => r * row + 2)
  return { cell, zero, tops, tall: row - 11, left: head - APART, width, height: row * (layers + 1) + AXIS }
}

/** Return the position of a row that is nearest to a point of the picture.
 * @param {Layout} layout
 * @param {Stack} stack
 * @param {number} row
 * @param {number} x
 * @returns {Probe} */
export const positionNear = ({ cell, zero }, { jumps }, row, x) =>
  ({ row, offset: Math.round((x - zero) / (cell * jumps[row])) })

/** Return the position under a point of the picture, null if there is none.
 * @param {Layout} layout
 * @param {Stack} stack
 * @param {number} x
 * @param {number} y */
export function probeAt(layout, stack, x, y) {
  const { tops, tall } = layout
  const row = tops.filter((top) => y >= top - 2).length - 1
  return row < 0 || y > tops[row] + tall + 9 ? null : positionNear(layout, stack, row, x)
}

/** Return how many inputs the output is moved by a probe in its row.
 * @param {Stack} stack
 * @param {Probe | null} probe */
export const outputShift = ({ jumps }, probe) => (probe?.row === 0 ? probe.offset * jumps[0] : 0)

/** Draw a cone.
 * @param {HTMLCanvasElement} canvas
 * @param {Cone} cone */
export function drawCone(canvas, { stack, layout, probe, ink, highlight = null, ratio }) {
  const brush = new RowBrush(prepareCanvas(canvas, layout, ratio), layout, stack.jumps)
  const below = probe && probe.row > 0 ? probe : null
  const dim = highlight ? 0.3 : below && stack.fields ? 0.35 : 1
  drawRows(brush, stack, outputShift(stack, probe), dim, ink)
  const traced = below && stack.fields && ancestors(stack, below)
  if (traced && below) drawTrace(brush, stack, traced, below, ink)
  if (highlight) drawHighlight(brush, highlight, ink)
  if (below) brush.frame(below.row, below.offset, ink.text)
  for (const { row, right } of cutEnds(stack, layout, probe)) markCut(brush.pen, layout, { row, right, ink })
}

/** List the ends of rows that lie beyond the picture: another output's, since the picture does not move under a hand.
 * @param {Stack} stack
 * @param {Layout} layout
 * @param {Probe | null} probe
 * @returns {{ row: number, right: boolean }[]} */
export function cutEnds(stack, { cell, zero, left, width }, probe) {
  const shift = outputShift(stack, probe)
  if (!shift) return []
  return stack.ends.flatMap(({ first, last }, row) => {
    const jump = stack.jumps[row], from = zero + (first * jump + shift) * cell, to = zero + (last * jump + shift) * cell
    return [...(from < left ? [{ row, right: false }] : []), ...(to > width ? [{ row, right: true }] : [])]
  })
}

/** Mark a row that goes on beyond the picture, by an arrow at its edge.
 * @param {CanvasRenderingContext2D} pen
 * @param {Layout} layout
 * @param {{ row: number, right: boolean, ink: Ink }} mark */
function markCut(pen, { tops, tall, left, width }, { row, right, ink }) {
  const edge = right ? width : left, foot = right ? edge - ARROW : edge + ARROW, top = tops[row]
  pen.clearRect(Math.min(edge, foot) - 2, top - 2, ARROW + 4, tall + 6)
  pen.globalAlpha = 1
  pen.fillStyle = ink.text
  pen.beginPath()
  pen.moveTo(foot, top)
  pen.lineTo(edge, top + tall / 2)
  pen.lineTo(foot, top + tall)
  pen.fill()
}

/** Clear a canvas, and size it.
 * @param {HTMLCanvasElement} canvas
 * @param {Layout} layout
 * @param {number} ratio pixels for one of the page */
function prepareCanvas(canvas, { width, height }, ratio = globalThis.devicePixelRatio || 1) {
  const columns = Math.round(width * ratio), rows = Math.round(height * ratio)
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns
    canvas.height = rows
    canvas.style.height = `${height}px`
  }
  const pen = contextOf(canvas)
  pen.setTransform(ratio, 0, 0, ratio, 0, 0)
  pen.clearRect(0, 0, width, height)
  return pen
}

/** Draw the output and the rows below it: a thin line from end to end, and the positions that paths lead to.
 * @param {RowBrush} brush
 * @param {Stack} stack
 * @param {number} shift of the output, in inputs
 * @param {number} dim strength of the whole, from 0 to 1
 * @param {Ink} ink */
function drawRows(brush, { jumps, ends, fields }, shift, dim, ink) {
  brush.pen.fillStyle = ACCENT
  brush.block(0, shift / jumps[0])
  for (let row = 1; row < ends.length; row++) {
    const first = ends[row].first + shift / jumps[row], count = ends[row].last - ends[row].first + 1
    brush.pen.fillStyle = ink.line
    brush.underline(row, first, count, 0.5)
    brush.pen.fillStyle = ACCENT
    if (fields) brush.counts(row, first, fields[row - 1].paths, shade, ink.shades, dim)
    else brush.bar(row, first, count, 0.3)
  }
}

/** Draw the paths from the output to a probe, and what the probe reaches below.
 * @param {RowBrush} brush
 * @param {Stack} stack
 * @param {Marks[]} rows
 * @param {Probe} probe
 * @param {Ink} ink */
function drawTrace(brush, stack, rows, probe, ink) {
  let edges = 0
  rows.slice(0, -1).forEach(({ marks }, row) => {
    const taps = layerAbove(stack, row + 1).kernel.offsets.length
    for (const mark of marks) edges += mark * taps
  })
  if (edges <= MAX_EDGES) drawEdges(brush, stack, rows, ink)
  brush.pen.fillStyle = ACCENT
  rows.forEach(({ first, marks }, row) => marks.forEach((mark, i) => { if (mark) brush.block(row, first + i) }))
  let scale = 1
  fieldsFrom(stack, probe.row).forEach((field, depth) => {
    const row = probe.row + depth + 1
    scale *= layerAbove(stack, row).stride
    brush.cells(row, field.first + probe.offset * scale, field.paths, even(0.9))
  })
}

/** Draw a line from position to position, wherever a path to the probe goes.
 * @param {RowBrush} brush
 * @param {Stack} stack
 * @param {Marks[]} rows
 * @param {Ink} ink */
function drawEdges({ pen, layout: { tops, tall }, x }, stack, rows, ink) {
  pen.strokeStyle = ink.text
  pen.globalAlpha = 0.35
  pen.lineWidth = 1
  pen.beginPath()
  rows.slice(0, -1).forEach(({ first, marks }, above) => {
    const { kernel, stride } = layerAbove(stack, above + 1), below = rows[above + 1]
    marks.forEach((mark, i) => {
      if (!mark) return
      for (const tap of kernel.offsets) {
        const position = (first + i) * stride + tap
        if (!below.marks[position - below.first]) continue
        pen.moveTo(x(above, first + i), tops[above] + tall)
        pen.lineTo(x(above + 1, position), tops[above + 1])
      }
    })
  })
  pen.stroke()
}

/** Draw the paths through a tap; the inputs that no other tap reaches stand out and have a bar below them.
 * @param {RowBrush} brush
 * @param {Highlight} highlight
 * @param {Ink} ink */
function drawHighlight(brush, { row: from, through, isAlone }, ink) {
  const { layout: { tops, tall } } = brush
  brush.pen.fillStyle = ACCENT
  through.forEach(({ first, paths }, i) => brush.cells(from + i, first, paths, even(0.85)))
  const row = tops.length - 1, { first, paths } = through[through.length - 1]
  const alone = paths.map((_, k) => Number(isAlone(first + k)))
  brush.pen.fillStyle = ink.text
  brush.cells(row, first, alone, even(1))
  brush.cells(row, first, alone, even(1), { top: tops[row] + tall + 2, height: 3 })
}

/** Write numbers below the picture: inputs from the output on.
 * @param {HTMLCanvasElement} canvas
 * @param {Layout} layout
 * @param {Ink} ink */
export function drawAxis(canvas, layout, ink) { writeWords(contextOf(canvas), axisWords(layout), ink) }

/** Return the numbers below a picture: inputs from the output on.
 * @param {Layout} layout
 * @returns {Word[]} */
export function axisWords({ cell, zero, width, height }) {
  const size = typeOf(AXIS_TYPE), widthOf = (/** @type {string} */ text) => 0.6 * size * text.length
  const widest = widthOf(whole(-Math.floor(Math.max(zero, width - zero) / cell)))
  const step = tickStep(cell, Math.max(40, widest + APART))
  /** @type {Word[]} */
  const words = []
  for (let o = Math.ceil(-zero / cell / step) * step; zero + o * cell <= width; o += step) {
    const text = whole(o), x = zero + o * cell, half = widthOf(text) / 2
    if (x >= half && x + half <= width) words.push({ text, x, y: height - 6, size, anchor: "middle", opacity: 1 })
  }
  return words
}

/** Write words on a canvas; all are alike.
 * @param {CanvasRenderingContext2D} pen
 * @param {Word[]} words
 * @param {Ink} ink */
function writeWords(pen, words, ink) {
  if (!words.length) return
  const [{ size, anchor, opacity }] = words, textAlign = anchor === "middle" ? "center" : "left"
  Object.assign(pen, { fillStyle: ink.text, globalAlpha: opacity, font: `${size}px ${ink.font}`, textAlign })
  for (const { text, x, y } of words) pen.fillText(text, x, y)
}

/** Write what the rows are, in the column beside them.
 * @param {HTMLCanvasElement} canvas
 * @param {Cone} cone */
export function nameRows(canvas, { layout, ink }) {
  const { tops, tall, width } = layout, pen = contextOf(canvas)
  pen.clearRect(0, 0, headOf(width) - APART, tops[tops.length - 1] + tall + APART) // rows of another output reach here
  writeWords(pen, rowNames(layout), ink)
}

/** Return what the rows are, in the column beside them.
 * @param {Layout} layout
 * @returns {Word[]} */
export function rowNames({ tops, tall, width }) {
  const look = /** @type {const} */ ({ x: 0, size: typeOf(11), anchor: "start", opacity: 0.75 })
  return tops.map((top, row) =>
    ({ ...look, text: nameRow(row, tops.length - 1, width < NARROW), y: top + tall / 2 + 4 }))
}

/** Name a row of a picture.
 * @param {number} row
 * @param {number} layers
 * @param {boolean} narrow */
function nameRow(row, layers, narrow) {
  if (row === 0) return "output"
  if (row === layers) return "inputs"
  return narrow ? `${row} below` : `${row} ${row === 1 ? "layer" : "layers"} below`
}

/** Write below a picture what its shades and marks mean.
 * @param {HTMLElement} host
 * @param {Ink} ink */
export function writeKey(host, ink) {
  const marks = keyMarks(ink)
  while (host.children.length < marks.length) {
    const entry = document.createElement("span")
    entry.append(document.createElement("i"), marks[host.children.length][1])
    host.append(entry)
  }
  marks.forEach(([colour, , hole], k) => {
    const mark = /** @type {HTMLElement} */ (host.children[k].children[0])
    mark.className = hole ? "hole" : ""
    mark.style.background = colour
  })
}

/** Return the colours and marks of a picture with what they mean, and which is the mark of a hole.
 * @param {Ink} ink
 * @returns {[string, string, boolean][]} */
export const keyMarks = ({ shades: [faint, full] }) => [
  [faint, "one path", false], [full, "the most paths of a row", false], [COLOURS.gap, "a hole: no path", true],
]

/** Return the context that draws on a canvas.
 * @param {HTMLCanvasElement} canvas */
export const contextOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
