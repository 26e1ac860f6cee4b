// The taps of a stack's layers, and lines from the output at 0 of each layer to them.

import { COLOURS } from "../boot/constants.js"
import { fills } from "../base/svg.js"
import { clamp } from "../base/view.js"
import { partOf } from "../model/pattern.js"
import { tapAt } from "./floors.js"

/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../model/pattern.js").Kernel} Kernel */
/** @typedef {import("../base/svg.js").NodePool} NodePool */
/** @typedef {import("./tap_effect.js").Tap} Tap */
/** @typedef {import("./floors.js").Floors} Floors */
/** @typedef {import("../boot/constants.js").Part} Part */
/** A layer as it is drawn: the foot of the row above, the top of its taps, how wide a column and a tap are, where a tap
 * is, and whether taps are drawn one by one.
 * @typedef {{ layer: number, kernel: Kernel, layout: Floors, from: number, top: number, column: number, width: number,
 *   middle: (tap: number) => number, single: boolean }} Row */

const THIN = 4 // pixels of a tap whose column is narrower, where its neighbours leave as much space
const MIN_COLUMN = 3 // narrower columns, in pixels, are drawn as one shape for each part …
const MAX_SINGLE = 200 // … and so are more taps than these; …
const MAX_NARROW = 32 // … up to these are drawn one by one in any column
const MIN_PITCH = 48 // pixels between rows from which on there are lines to the taps

/** A drawing of the taps of all layers. */
export class LayerTaps {
  /**
   * @param {SVGSVGElement} svg
   * @param {NodePool} pool */
  constructor(svg, pool) {
    this.fill = fills(svg, "stack")
    this.pool = pool
  }

  /** Draw the taps of all layers; a chosen one stands out.
   * @param {Floors} layout
   * @param {Stack} stack
   * @param {Tap | null} chosen */
  draw(layout, stack, chosen) {
    this.pool.start()
    stack.layers.forEach((_, layer) => this.#drawLayer(rowOf(layer, layout, stack), chosen))
    this.pool.end()
  }

  /** @param {Row} row
   * @param {Tap | null} chosen */
  #drawLayer(row, chosen) {
    const { layer, kernel: { start, stop, offsets }, layout, from, top, middle, single } = row
    const fan = layout.head > 0 && layout.pitch > MIN_PITCH
    const parts = /** @type {const} */ ([["left wing", 0, start], ["island", start, stop],
      ["right wing", stop, offsets.length]])
    for (const [part, head, tail] of parts) {
      if (head === tail) continue
      if (fan) this.#drawFan(row, part, head, tail, chosen !== null)
      if (!single) this.#drawShape(row, part, head, tail, chosen !== null)
    }
    if (chosen?.layer === layer) {
      const d = `M${layout.zero} ${from}L${middle(chosen.tap)} ${top}`
      const style = { stroke: "currentColor", fill: "none", opacity: 1 }
      this.pool.next("path", { class: "fan chosen", d, ...style, "data-part": "" })
    }
    if (single) this.#drawSingle(row, chosen)
  }

  /** Draw lines from the output at 0 to the taps of a part, or the area that they would fill.
   * @param {Row} row
   * @param {Part} part
   * @param {number} head
   * @param {number} tail
   * @param {boolean} dimmed */
  #drawFan({ layout: { zero }, from, top, middle, single }, part, head, tail, dimmed) {
    const line = (/** @type {number} */ tap) => `M${zero} ${from}L${middle(tap)} ${top}`
    const d = single ? Array.from({ length: tail - head }, (_, i) => line(head + i)).join("")
      : `M${zero} ${from}L${middle(head)} ${top}H${middle(tail - 1)}Z`
    const stroke = single ? COLOURS[part] : "none", fill = single ? "none" : COLOURS[part]
    this.pool.next("path", { class: "fan", d, stroke, fill, opacity: dimmed ? 0.3 : 1, "data-part": part })
  }

  /** Draw the taps of a part as one shape; taps that touch are one rectangle.
   * @param {Row} row
   * @param {Part} part
   * @param {number} head
   * @param {number} tail
   * @param {boolean} dimmed */
  #drawShape({ layer, layout, top, middle, width }, part, head, tail, dimmed) {
    let d = ""
    for (let i = head; i < tail; i++) {
      const first = i
      while (i + 1 < tail && middle(i + 1) - middle(i) < width + 0.5) i++
      const left = middle(first) - width / 2
      d += `M${left} ${top}H${middle(i) + width / 2}V${top + layout.tapTall}H${left}Z`
    }
    const style = { fill: COLOURS[part], stroke: "none", opacity: dimmed ? 0.35 : 1 }
    this.pool.next("path", { class: "taps", d, ...style, "data-layer": layer, "data-part": part })
  }

  /** Draw the taps of a layer one by one.
   * @param {Row} row
   * @param {Tap | null} chosen */
  #drawSingle({ layer, kernel, layout, top, column, width, middle }, chosen) {
    const size = { y: top, width, height: layout.tapTall, rx: Math.min(3, width * 0.18) }
    kernel.offsets.forEach((offset, tap) => {
      const part = partOf(kernel, tap), dimmed = chosen && !(chosen.layer === layer && chosen.tap === tap)
      const style = { fill: column >= 8 ? this.fill[part] : COLOURS[part], opacity: dimmed ? 0.35 : 1 }
      const data = { "data-layer": layer, "data-offset": offset, "data-part": part }
      this.pool.next("rect", { class: "stacktap", x: middle(tap) - width / 2, ...size, ...style, ...data })
    })
  }
}

/** Work out how a layer is drawn.
 * @param {number} layer
 * @param {Floors} layout
 * @param {Stack} stack
 * @returns {Row} */
function rowOf(layer, layout, stack) {
  const { kernel } = stack.layers[layer], { offsets } = kernel
  const { column } = tapAt(layout, stack, { layer, tap: 0 })
  const space = column >= 6 ? 2 : column >= 4 ? 1 : 0
  const width = Math.max(column - space, clamp(leastDistance(offsets) * column - 1, 1.5, THIN))
  const single = offsets.length <= MAX_SINGLE && (column >= MIN_COLUMN || offsets.length <= MAX_NARROW)
  const from = layout.tops[stack.layers.length - 1 - layer] + layout.tall
  const middle = (/** @type {number} */ tap) => tapAt(layout, stack, { layer, tap }).middle
  return { layer, kernel, layout, from, top: layout.taps[layer], column, width, middle, single }
}

/** Return the least distance between two taps.
 * @param {number[]} offsets */
function leastDistance(offsets) {
  let least = Infinity
  for (let i = 1; i < offsets.length; i++) least = Math.min(least, offsets[i] - offsets[i - 1])
  return least
}
