// The picture of a stack: a row of positions a depth, the output's on top and the inputs below, and
// between two rows the taps of the layer that joins them, each over the sample it multiplies for the
// output at 0.

import { COLOURS } from "../boot/constants.js"
import { MOST_CELL, drawAxis, drawCone } from "./cone.js"
import { relative } from "../base/format.js"
import { element, fills, set } from "../base/svg.js"
import { clamp } from "../base/view.js"
import { partOf } from "../model/pattern.js"

/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../model/paths.js").Probe} Probe */
/** @typedef {import("./tap_effect.js").Tap} Tap */
/** @typedef {import("./cone.js").Layout} Layout */
/** A layout with, for every layer from the input on, the top of its taps and of its header.
 * @typedef {Layout & { taps: number[], headers: number[], tapTall: number, head: number, pitch: number, goal: number }} Floors */

const HEAD = 196 // pixels of the headers' column
const NARROW = 640 // narrower pictures have the headers above their rows
const HEADER = 30 // pixels of a header above its row
const TALL = 14, TAPS = 17, NEAR = 3
const BRACKET = 22, AXIS = 20
const MARGIN = 10
const THIN = 4 // pixels of a tap whose column is narrower, where its neighbours leave as much room
const LEAST_CELL = 3 // narrower columns, in pixels, and more taps than these are drawn as one shape for each part
const MOST_SINGLE = 200

/** How the picture of a stack is laid out: `lo` to `hi` are the inputs it shows.
 * @returns {Floors} */
export function floors(/** @type {{ lo: number, hi: number }} */ { lo, hi }, /** @type {number} */ width, /** @type {number} */ layers, /** @type {boolean} */ bracket) {
  const narrow = width < NARROW, head = narrow ? 0 : HEAD, room = width - head
  const cell = Math.min(1.4 * MOST_CELL, (room - 2 * MARGIN) / (hi - lo))
  const fan = narrow ? HEADER + 2 : layers > 8 ? 9 : layers > 5 ? 15 : layers > 3 ? 22 : 32
  const pitch = TALL + fan + TAPS + NEAR
  const tops = Array.from({ length: layers + 1 }, (_, row) => 2 + row * pitch)
  const taps = Array.from({ length: layers }, (_, l) => tops[layers - l] - NEAR - TAPS)
  const headers = taps.map((top, l) => narrow ? top - HEADER : tops[layers - 1 - l] + TALL / 2 + (pitch - Math.min(44, pitch - 3)) / 2)
  const goal = tops[layers] + TALL + 7
  const height = goal + (bracket ? BRACKET : 0) + AXIS
  return { cell, zero: room / 2 - ((lo + hi) / 2) * cell, tops, tall: TALL, width: room, height, taps, headers, tapTall: TAPS, head, pitch, goal }
}

/** Where a tap is drawn: its middle and how wide its column is. */
export function tapAt(/** @type {Floors} */ { cell, zero }, /** @type {Stack} */ { layers, jumps }, /** @type {Tap} */ { layer, tap }) {
  const column = cell * jumps[layers.length - layer]
  return { middle: zero + layers[layer].kernel.offsets[tap] * column, column }
}

/** The tap under a point of the picture, as near as `near` pixels; null if there is none. @returns {Tap | null} */
export function tapUnder(/** @type {Floors} */ place, /** @type {Stack} */ stack, /** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ near) {
  const layer = place.taps.findIndex((top) => y >= top - 2 && y < top + place.tapTall + 1)
  if (layer < 0) return null
  const { offsets } = stack.layers[layer].kernel
  let best = null, least = Infinity
  for (let tap = 0; tap < offsets.length; tap++) {
    const { middle, column } = tapAt(place, stack, { layer, tap })
    const far = Math.max(0, Math.abs(x - middle) - column / 2)
    if (far < least || (far === 0 && least === 0)) { least = far; best = { layer, tap } }
  }
  return least <= near ? best : null
}

/** Write what the top row is beside its one position; the bottom row is named by its axis. */
function nameOutput(/** @type {HTMLCanvasElement} */ canvas, /** @type {Floors} */ { cell, zero, tops, tall, width }, /** @type {Stack} */ { jumps },
  /** @type {Probe | null} */ probe, /** @type {import("./cone.js").Ink} */ ink) {
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  const shift = probe?.row === 0 ? probe.offset * jumps[0] : 0
  Object.assign(pen, { fillStyle: ink.text, globalAlpha: 0.75, font: `11px ${ink.font}` })
  const name = shift ? `output at ${relative(shift)}` : "output", wide = pen.measureText(name).width
  const left = zero + shift * cell - cell / 2, right = left + cell
  const beyond = right + 7 + wide > width
  pen.textAlign = beyond ? "right" : "left"
  pen.fillText(name, beyond ? left - 7 : right + 7, tops[0] + tall / 2 + 4)
  pen.globalAlpha = 1
}

/** The least distance between two taps. */
function closest(/** @type {number[]} */ offsets) {
  let least = Infinity
  for (let i = 1; i < offsets.length; i++) least = Math.min(least, offsets[i] - offsets[i - 1])
  return least
}

/** Prepare the picture in these elements; returns the function that draws a stack. */
export function picture(/** @type {HTMLCanvasElement} */ canvas, /** @type {SVGSVGElement} */ svg) {
  const fill = fills(svg, "stack")
  const shapes = element("g", svg)
  const bracket = element("path", svg, { class: "bracket" })

  return function draw(/** @type {Floors} */ place, /** @type {Stack} */ stack, /** @type {Probe | null} */ probe, /** @type {import("./cone.js").Ink} */ ink,
    /** @type {import("./cone.js").Lit | null} */ lit, /** @type {Tap | null} */ chosen, /** @type {{ from: number, to: number } | null} */ goal) {
    drawCone(canvas, stack, place, probe, ink, lit)
    drawAxis(canvas, place, ink)
    nameOutput(canvas, place, stack, probe, ink)
    set(svg, { width: place.width, height: place.height })
    svg.style.left = canvas.style.left = `${place.head}px`
    canvas.style.width = `${place.width}px`
    let used = 0
    const next = (/** @type {string} */ name, /** @type {Record<string, string | number>} */ attributes) => {
      let node = shapes.children[used++]
      if (node?.tagName !== name) {
        const made = element(name, shapes)
        if (node) node.replaceWith(made)
        node = made
      }
      set(node, attributes)
    }
    stack.layers.forEach((_, layer) => taps(layer, place, stack, chosen, next))
    while (shapes.children.length > used) shapes.lastChild.remove()
    if (!goal) return set(bracket, { d: "" })
    const from = place.zero + (goal.from - 0.5) * place.cell, to = place.zero + (goal.to + 0.5) * place.cell, y = place.goal
    // a goal wider than the picture has no ends
    const ends = [from < 0 ? `M0 ${y + 9}` : `M${from} ${y}V${y + 9}`, to > place.width ? `H${place.width}` : `H${to}V${y}`]
    set(bracket, { d: ends.join("") })
  }

  /** The taps of a layer, and lines from its output at 0 to each. */
  function taps(/** @type {number} */ layer, /** @type {Floors} */ place, /** @type {Stack} */ stack, /** @type {Tap | null} */ chosen,
    /** @type {(name: string, attributes: Record<string, string | number>) => void} */ next) {
    const { kernel } = stack.layers[layer], { offsets } = kernel
    const top = place.taps[layer], from = place.tops[stack.layers.length - 1 - layer] + place.tall
    const { column } = tapAt(place, stack, { layer, tap: 0 })
    const gap = column >= 6 ? 2 : column >= 4 ? 1 : 0, wide = Math.max(column - gap, clamp(closest(offsets) * column - 1, 1.5, THIN))
    const singly = offsets.length <= MOST_SINGLE && (column >= LEAST_CELL || offsets.length <= 32)
    const parts = /** @type {const} */ ({ "left wing": [0, kernel.start], island: [kernel.start, kernel.stop], "right wing": [kernel.stop, offsets.length] })
    const middle = (/** @type {number} */ tap) => tapAt(place, stack, { layer, tap }).middle
    for (const [part, [head, tail]] of /** @type {["left wing" | "island" | "right wing", readonly [number, number]][]} */ (Object.entries(parts))) {
      if (head === tail) continue
      if (place.head && place.pitch > 48) {
        const lines = singly ? Array.from({ length: tail - head }, (_, i) => `M${place.zero} ${from}L${middle(head + i)} ${top}`).join("")
          : `M${place.zero} ${from}L${middle(head)} ${top}H${middle(tail - 1)}Z`
        next("path", { class: "fan", d: lines, stroke: singly ? COLOURS[part] : "none", fill: singly ? "none" : COLOURS[part], opacity: chosen ? 0.3 : 1, "data-part": part })
      }
      if (singly) continue
      let d = ""
      for (let i = head; i < tail; i++) {
        const start = i
        while (i + 1 < tail && middle(i + 1) - middle(i) < wide + 0.5) i++
        d += `M${middle(start) - wide / 2} ${top}H${middle(i) + wide / 2}V${top + place.tapTall}H${middle(start) - wide / 2}Z`
      }
      next("path", { class: "taps", d, fill: COLOURS[part], stroke: "none", opacity: chosen ? 0.35 : 1, "data-layer": layer, "data-part": part })
    }
    if (chosen?.layer === layer)
      next("path", { class: "fan chosen", d: `M${place.zero} ${from}L${middle(chosen.tap)} ${top}`, stroke: "currentColor", fill: "none", opacity: 1, "data-part": "" })
    if (singly)
      offsets.forEach((offset, tap) => {
        const part = partOf(kernel, tap), dimmed = chosen && !(chosen.layer === layer && chosen.tap === tap)
        next("rect", {
          class: "stacktap", x: middle(tap) - wide / 2, y: top, width: wide, height: place.tapTall, rx: Math.min(3, wide * 0.18),
          fill: column >= 8 ? fill[part] : COLOURS[part], opacity: dimmed ? 0.35 : 1, "data-layer": layer, "data-offset": offset, "data-part": part,
        })
      })
  }
}
