// The picture of a stack: a row of positions for each depth, the output's on top and the inputs below, and between two
// rows the taps of the layer that joins them, each over the sample it multiplies for the output at 0.

import { find } from "../base/dom.js"
import { signed } from "../base/format.js"
import { NodePool, element, set } from "../base/svg.js"
import { typeOf } from "../base/theme.js"
import { contextOf, drawAxis, drawCone, outputShift } from "./cone.js"
import { LayerTaps } from "./layer_taps.js"

/** @typedef {import("../model/goal.js").Stretch} Stretch */
/** @typedef {import("./tap_effect.js").Tap} Tap */
/** @typedef {import("./cone.js").Cone} Cone */
/** @typedef {import("./floors.js").Floors} Floors */
/** What a picture shows besides a cone: a chosen tap, and the stretch of the goal.
 * @typedef {Omit<Cone, "layout"> & { layout: Floors, tap: Tap | null, goal: Stretch | null }} Picture */

/** The drawing of a stack: its rows on a canvas, its taps and the goal in an SVG element over it. */
export class StackPicture {
  /** @param {Element} host */
  constructor(host) {
    this.canvas = /** @type {HTMLCanvasElement} */ (find(host, "canvas"))
    this.svg = /** @type {SVGSVGElement} */ (find(host, "svg"))
    this.taps = new LayerTaps(this.svg, new NodePool(this.svg))
    this.bracket = element("path", this.svg, { class: "bracket" })
  }

  /** Draw a stack.
   * @param {Picture} picture */
  draw(picture) {
    const { canvas, svg } = this, { stack, layout, ink, tap, goal } = picture
    drawCone(canvas, picture)
    drawAxis(canvas, layout, ink)
    nameOutput(canvas, picture)
    set(svg, { width: layout.width, height: layout.height })
    svg.style.left = canvas.style.left = `${layout.head}px`
    canvas.style.width = `${layout.width}px`
    this.taps.draw(layout, stack, tap)
    set(this.bracket, { d: goal ? bracketAround(goal, layout) : "" })
  }
}

/** Write what the top row is, beside its one position; the axis names the bottom row.
 * @param {HTMLCanvasElement} canvas
 * @param {Picture} picture */
function nameOutput(canvas, { stack, layout: { cell, zero, tops, tall, width }, probe, ink }) {
  const pen = contextOf(canvas), shift = outputShift(stack, probe)
  Object.assign(pen, { fillStyle: ink.text, globalAlpha: 0.75, font: `${typeOf(11)}px ${ink.font}` })
  const name = shift ? `output at ${signed(shift)}` : "output"
  const left = zero + shift * cell - cell / 2, right = left + cell
  const beyond = right + 7 + pen.measureText(name).width > width
  pen.textAlign = beyond ? "right" : "left"
  pen.fillText(name, beyond ? left - 7 : right + 7, tops[0] + tall / 2 + 4)
  pen.globalAlpha = 1
}

/** Return the path of a bracket around a goal; one that is wider than the picture has no ends.
 * @param {Stretch} goal
 * @param {Floors} layout */
function bracketAround(goal, { zero, cell, width, goal: y }) {
  const from = zero + (goal.from - 0.5) * cell, to = zero + (goal.to + 0.5) * cell
  return (from < 0 ? `M0 ${y + 9}` : `M${from} ${y}V${y + 9}`) + (to > width ? `H${width}` : `H${to}V${y}`)
}
