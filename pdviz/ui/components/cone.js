// The receptive field of a stack, from one output down to the inputs: every row one layer further,
// shade for the number of paths, empty where none leads. A probe shows the paths through one place.

import { ACCENT } from "./constants.js"
import { clamp, counted, relative, signed, whole } from "./drawing.js"
import { fieldNumbers, stackFields } from "./geometry.js"
import { tickStep } from "./strip.js"

/** @typedef {import("./geometry.js").Kernel} Kernel */
/** @typedef {import("./geometry.js").Field} Field */
/** A place in the picture: its row (0 is the output's) and its offset.
 * @typedef {{ row: number, offset: number }} Probe */
/** A stack of equal layers.
 * @typedef {{ kernel: Kernel, layers: number, fields: Field[] }} Stack */

const AXIS = 20
const MOST_CELL = 15
const MOST_EDGES = 900

/** Count the paths of a stack.
 * @returns {Stack} */
export function stackOf(/** @type {Kernel} */ kernel, /** @type {number} */ layers) {
  return { kernel, layers, fields: stackFields(kernel, layers) }
}

/** How many paths lead from the output (at `shift`) to a place. */
function paths(/** @type {Stack} */ { fields }, /** @type {number} */ row, /** @type {number} */ offset) {
  if (row === 0) return offset === 0 ? 1 : 0
  const { first, paths } = fields[row - 1]
  return paths[offset - first] ?? 0
}

/** What the stack sees, in words. */
export function summary(/** @type {Stack} */ stack) {
  const n = fieldNumbers(stack.fields[stack.layers - 1])
  const share = Math.round(n.coverage * 1000) / 10
  const holes = n.gap === 0 ? "no holes" : `longest hole ${whole(n.gap)}`
  return `reaches ${whole(n.support)} of ${whole(n.extent)} inputs, ${share}%, ${holes}`
}

/** The stretch of offsets that holds the fields of these stacks. */
export function rangeOf(/** @type {Stack[]} */ stacks) {
  const ends = stacks.map(({ fields, layers }) => fieldNumbers(fields[layers - 1]))
  return { lo: Math.min(0, ...ends.map((n) => n.first)) - 0.5, hi: Math.max(0, ...ends.map((n) => n.last)) + 0.5 }
}

/** How a picture of this width is laid out: pixels an offset, where offset 0 is, height of a row. */
export function layout(/** @type {{ lo: number, hi: number }} */ { lo, hi }, /** @type {number} */ width, /** @type {number} */ layers) {
  const cell = Math.min(MOST_CELL, width / (hi - lo))
  const row = layers > 5 ? 22 : layers > 3 ? 26 : 30
  return { cell, zero: width / 2 - ((lo + hi) / 2) * cell, row, width, height: row * (layers + 1) + AXIS }
}

/** @typedef {ReturnType<typeof layout>} Layout */

/** The place under a point of the picture, if there is one. */
export function probeAt(/** @type {Layout} */ { cell, zero, row }, /** @type {number} */ layers, /** @type {number} */ x, /** @type {number} */ y) {
  const at = Math.floor(y / row)
  return at < 0 || at > layers ? null : { row: at, offset: Math.round((x - zero) / cell) }
}

/** The places above a probe that a path through it comes from: a set of offsets for each row. */
function ancestors(/** @type {Stack} */ stack, /** @type {Probe} */ { row, offset }) {
  /** @type {Set<number>[]} */
  const rows = Array.from({ length: row + 1 }, () => new Set())
  if (paths(stack, row, offset) > 0) rows[row].add(offset)
  for (let r = row; r > 0; r--)
    for (const o of rows[r])
      for (const tap of stack.kernel.offsets) if (paths(stack, r - 1, o - tap) > 0) rows[r - 1].add(o - tap)
  return rows
}

/** What a probe tells, in words. */
export function reading(/** @type {Stack} */ stack, /** @type {Probe} */ { row, offset }) {
  const { layers, kernel } = stack
  const at = relative(offset)
  if (row === 0) {
    const n = fieldNumbers(stack.fields[layers - 1])
    return `Output ${at} sees ${counted(n.support, "input")}, from ${relative(n.first + offset)} to ${relative(n.last + offset)}.`
  }
  const name = row === layers ? `Input ${at}` : `Position ${at}, ${counted(row, "layer")} below the output`
  const count = paths(stack, row, offset)
  if (count === 0) return `${name}: no path leads here from the output.`
  const all = kernel.offsets.length ** row
  const taps = kernel.offsets.filter((tap) => paths(stack, row - 1, offset - tap) > 0)
  const shown = taps.slice(0, 9).map(signed).join(", ") + (taps.length > 9 ? ` and ${taps.length - 9} more` : "")
  const many = count < 2 ** 53 ? whole(count) : `about ${count.toExponential(2).replace("e+", " · 10^")}`
  const share = (100 * count) / all
  return `${name}: ${many} ${count === 1 ? "path" : "paths"} of ${all < 2 ** 53 ? whole(all) : all.toExponential(2).replace("e+", " · 10^")} ` +
    `(${share >= 0.01 ? share.toPrecision(2) : "under 0.01"}%), through ${taps.length === 1 ? "tap" : "taps"} ${shown} of the layer above.`
}

/** Draw the stack; `probe` shows the paths through it, or, in the first row, another output's cone.
 * @param {HTMLCanvasElement} canvas
 * @param {Stack} stack
 * @param {Layout} place
 * @param {Probe | null} probe
 * @param {{ text: string, line: string, font: string }} ink */
export function drawCone(canvas, stack, place, probe, ink) {
  const { cell, zero, row, width, height } = place
  const ratio = globalThis.devicePixelRatio || 1
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
    canvas.style.height = `${height}px`
  }
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  pen.setTransform(ratio, 0, 0, ratio, 0, 0)
  pen.clearRect(0, 0, width, height)
  const shift = probe?.row === 0 ? probe.offset : 0
  const traced = probe && probe.row > 0 ? ancestors(stack, probe) : null
  pen.fillStyle = ACCENT
  pen.globalAlpha = 1
  block(0, shift)
  stack.fields.forEach((field, depth) => {
    const top = (depth + 1) * row
    const most = field.paths.reduce((a, b) => Math.max(a, b), 1)
    const shade = (/** @type {number} */ n) => 0.15 + 0.85 * (most > 1 ? Math.log(n) / Math.log(most) : 1)
    pen.fillStyle = ink.line
    pen.globalAlpha = 0.5
    pen.fillRect(x(field.first + shift) - cell / 2, top + row - 9, field.paths.length * cell, 0.5)
    pen.fillStyle = ACCENT
    const dim = traced ? 0.35 : 1
    if (cell >= 2) {
      const gap = cell >= 4 ? 1 : 0
      field.paths.forEach((n, i) => {
        if (n === 0) return
        pen.globalAlpha = shade(n) * dim
        pen.fillRect(x(field.first + i + shift) - cell / 2 + gap / 2, top + 2, cell - gap, row - 11)
      })
    } else {
      columns(field, shift, top, shade, dim)
    }
  })
  if (traced && probe) trace(traced, probe)
  rowNames()
  pen.globalAlpha = 1
  axis()

  function x(/** @type {number} */ offset) { return zero + offset * cell }

  /** One place, at full strength. */
  function block(/** @type {number} */ r, /** @type {number} */ offset) {
    const wide = Math.max(cell - (cell >= 4 ? 1 : 0), 2.5)
    pen.fillRect(x(offset) - wide / 2, r * row + 2, wide, row - 11)
  }

  /** Several positions a pixel: the mean shade of those reached, less where they are few. */
  function columns(/** @type {Field} */ field, /** @type {number} */ shift, /** @type {number} */ top, /** @type {(n: number) => number} */ shade, /** @type {number} */ dim) {
    const length = field.paths.length
    const left = Math.floor(x(field.first + shift)), right = Math.ceil(x(field.first + length + shift))
    for (let at = Math.max(0, left); at < Math.min(width, right); at++) {
      const from = clamp(Math.round((at - zero) / cell - field.first - shift), 0, length)
      const to = clamp(Math.round((at + 1 - zero) / cell - field.first - shift), 0, length)
      let sum = 0, reached = 0
      for (let i = from; i < to; i++) if (field.paths[i] > 0) { sum += shade(field.paths[i]); reached++ }
      if (!reached) continue
      pen.globalAlpha = dim * (sum / reached) * Math.sqrt(reached / (to - from))
      pen.fillRect(at, top + 2, 1, row - 11)
    }
  }

  /** The paths from the output to a probe, and what the probe sees below. */
  function trace(/** @type {Set<number>[]} */ rows, /** @type {Probe} */ { row: r, offset }) {
    pen.strokeStyle = ink.text
    const edges = rows.slice(0, -1).reduce((n, row) => n + row.size, 0) * stack.kernel.offsets.length
    if (edges <= MOST_EDGES) {
      pen.globalAlpha = 0.35
      pen.lineWidth = 1
      pen.beginPath()
      rows.slice(0, -1).forEach((set, above) => {
        for (const o of set) for (const tap of stack.kernel.offsets) {
          if (!rows[above + 1].has(o + tap)) continue
          pen.moveTo(x(o), above * row + row - 9)
          pen.lineTo(x(o + tap), (above + 1) * row + 2)
        }
      })
      pen.stroke()
    }
    pen.fillStyle = ACCENT
    pen.globalAlpha = 1
    rows.forEach((set, at) => { for (const o of set) block(at, o) })
    const below = rows[r].has(offset) ? stack.layers - r : 0 // what is not reached sees nothing for the output
    pen.globalAlpha = 0.9
    for (let depth = 0; depth < below; depth++) {
      const { first, paths } = stack.fields[depth]
      if (cell >= 2) paths.forEach((n, i) => { if (n > 0) block(r + depth + 1, offset + first + i) })
      else pen.fillRect(x(offset + first), (r + depth + 1) * row + row / 2 - 1, paths.length * cell, 2)
    }
    pen.globalAlpha = 1
    pen.lineWidth = 1.5
    const wide = Math.max(cell, 6)
    pen.strokeRect(x(offset) - wide / 2, r * row + 1, wide, row - 9)
  }

  /** What the rows are, where there is room to say so. */
  function rowNames() {
    pen.fillStyle = ink.text
    pen.globalAlpha = 0.75
    pen.font = `11px ${ink.font}`
    pen.textAlign = "left"
    for (let r = 0; r < stack.layers; r++) {
      const start = r === 0 ? zero : x(stack.fields[r - 1].first + shift)
      const name = r === 0 ? "output" : `${r} ${r === 1 ? "layer" : "layers"} below`
      if (start > pen.measureText(name).width + 12) pen.fillText(name, 0, r * row + row / 2 + 1)
    }
    pen.globalAlpha = 1
  }

  function axis() {
    pen.fillStyle = ink.text
    pen.font = `10px ${ink.font}`
    pen.textAlign = "center"
    const step = tickStep(cell, 40)
    for (let o = Math.ceil((20 - zero) / cell / step) * step; x(o) < width - 18; o += step)
      pen.fillText(signed(o), x(o), height - 6)
  }
}
