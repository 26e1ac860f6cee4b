// What moves between the parameters and what they are written into: values up to the kernel as it is assembled,
// gradients up from its gradient as they are gathered. A thread joins each parameter to its element in both.

import { COLOURS } from "../../../boot/constants.js"
import { element } from "../../../base/svg.js"
import { clamp, mix } from "../../../base/view.js"
import { row } from "../../run/run.js"
import { inTurn } from "../../run/timeline.js"
import { SvgNode } from "../svg_node.js"

/** @typedef {import("../../run/clip.js").Clip} Clip */
/** @typedef {import("./columns.js").Setting} Setting */
/** @typedef {import("./columns.js").Frame} Frame */
/** @typedef {import("./layout.js").Places} Places */

/** In columns: where the bars beside each other of a parameter are, from its middle, and how thick they are. */
export const VALUE = { shift: -0.2, thick: 0.6 }, CHANGE = { shift: 0.36, thick: 0.27 }

const FAINT = 0.3, BRIGHT = 0.9

/** Return how far a parameter has risen to its element: row by row, and in a row one after another.
 * @param {Clip} run
 * @param {Places} places
 * @param {number} assemble
 * @param {number} p */
export const riseOf = (run, { order, inRow }, assemble, p) =>
  inTurn(clamp(assemble * run.rows.length - run.params.row[p]), order[p], inRow(p))

/** Return how far a parameter's gradient has come to it.
 * @param {Places} places
 * @param {number} gather
 * @param {number} p */
export const returnOf = ({ order, inRow }, gather, p) => inTurn(gather, order[p], inRow(p))

/** The bars that move, and the lines that they follow. */
export class Transfers {
  /** @param {Setting} setting */
  constructor({ run, places, layers, createBars }) {
    this.run = run
    this.places = places
    this.bars = createBars(layers.motion, "flying", run.params.element)
    const createThreads = (/** @type {string} */ kind, /** @type {(p: number) => string} */ pathOf) =>
      run.params.element.map((i, p) => new SvgNode("path", layers.links, {
        class: `link ${kind}`, d: pathOf(p), stroke: COLOURS[run.parts[i]], "data-parameter": p, opacity: 0,
      }))
    this.risers = createThreads("riser", (p) => this.#thread(p, places.axis + 4, places.parameters.top))
    this.returns = createThreads("return", (p) =>
      this.#thread(p, places.gradient.top, places.under))
    drawEnds(layers.links, run, places)
  }

  /** @param {Frame} frame */
  draw({ progress: { n, assemble, gather }, tops }) {
    const { run, places } = this, slopes = row(run, "gradKernel", n)
    run.params.element.forEach((i, p) => {
      const share = gather > 0 ? returnOf(places, gather, p) : riseOf(run, places, assemble, p)
      const moves = share > 0 && share < 1
      this.bars.show(p, moves ? 1 : 0)
      this.risers[p].set({ opacity: moves && gather === 0 ? BRIGHT : FAINT })
      this.returns[p].set({ opacity: gather === 0 ? 0 : moves ? BRIGHT : FAINT })
      if (!moves) return
      if (gather > 0) this.#bringBack(p, share, slopes[i] / tops.gradient)
      else this.#raise(p, share, row(run, "params", n), assemble, tops.kernel)
    })
  }

  /** Move a value up to its element, onto what is there.
   * @param {number} p
   * @param {number} share
   * @param {ArrayLike<number>} params
   * @param {number} assemble
   * @param {number} top */
  #raise(p, share, params, assemble, top) {
    const { run, places } = this, { packed, place, thick, kernel, each, parameters: { zero, bar } } = places
    const i = run.params.element[p]
    const base = run.holders[i].reduce((sum, q) =>
      sum + (q !== p && riseOf(run, places, assemble, q) >= 1 ? params[q] : 0), 0)
    this.bars.put(p, mix(packed(p) + each * VALUE.shift, place(i), share),
      mix(zero, kernel.zero - (base / top) * kernel.bar, share),
      (params[p] / top) * mix(bar, kernel.bar, share), mix(each * VALUE.thick, thick, share))
  }

  /** Move a gradient to its parameter.
   * @param {number} p
   * @param {number} share
   * @param {number} height of the scale's end */
  #bringBack(p, share, height) {
    const { run, places: { packed, place, thick, each, gradient, parameters: { zero, bar } } } = this
    this.bars.put(p, mix(place(run.params.element[p]), packed(p) + each * CHANGE.shift, share),
      mix(gradient.zero, zero, share), height * mix(gradient.bar, bar, share), mix(thick, each * CHANGE.thick, share))
  }

  /** Return the path between a parameter and its element.
   * @param {number} p
   * @param {number} from the height at the element
   * @param {number} to the height at the parameter */
  #thread(p, from, to) {
    const a = this.places.place(this.run.params.element[p]), b = this.places.packed(p), half = (from + to) / 2
    return `M${a.toFixed(1)} ${from}C${a.toFixed(1)} ${half} ${b.toFixed(1)} ${half} ${b.toFixed(1)} ${to}`
  }
}

/** Mark where threads leave the stretch that is drawn: their elements lie beyond its edge.
 * @param {Element} parent
 * @param {Clip} run
 * @param {Places} places */
function drawEnds(parent, run, places) {
  for (const way of [-1, 1]) {
    const i = run.side.indexOf(way)
    if (i < 0) continue
    const x = places.place(i), y = places.axis + 7
    element("path", parent, { class: "beyond", d: `M${x} ${y - 5}l${5 * way} 5l${-5 * way} 5Z` })
  }
}
