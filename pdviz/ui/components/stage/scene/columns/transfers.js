// What moves between the parameters and the kernel: values up as it is assembled, gradients down as they are gathered.

import { COLOURS } from "../../../boot/constants.js"
import { clamp, mix } from "../../../base/view.js"
import { row } from "../../run/run.js"
import { inTurn } from "../../run/timeline.js"
import { SvgNode } from "../svg_node.js"

/** @typedef {import("../../run/run.js").Run} Run */
/** @typedef {import("./columns.js").Setting} Setting */
/** @typedef {import("./columns.js").Frame} Frame */
/** @typedef {import("./layout.js").Places} Places */

/** In columns: where the bars beside each other of a parameter are, from its middle, and how thick they are. */
export const VALUE = { shift: -0.2, thick: 0.6 }, CHANGE = { shift: 0.36, thick: 0.27 }

/** Return how far a parameter has risen to its element: row by row, and in a row one after another.
 * @param {Run} run
 * @param {Places} places
 * @param {number} assemble
 * @param {number} p */
export const riseOf = (run, { order, parameters, inRow }, assemble, p) =>
  inTurn(clamp(assemble * parameters.length - run.params.row[p]), order[p], inRow(p))

/** Return how far a parameter's gradient has come down to it.
 * @param {Places} places
 * @param {number} gather
 * @param {number} p */
export const descentOf = ({ order, inRow }, gather, p) => inTurn(gather, order[p], inRow(p))

/** The bars that move, and the lines that they follow. */
export class Transfers {
  /** @param {Setting} setting */
  constructor({ run, places, layers, createBars }) {
    this.run = run
    this.places = places
    this.bars = createBars(layers.motion, "flying", run.params.element)
    this.links = (places.labelled ? run.params.element : []).map((i) =>
      new SvgNode("path", layers.links, { class: "link", stroke: COLOURS[run.parts[i]], opacity: 0 }))
  }

  /** @param {Frame} frame */
  draw({ progress: { n, assemble, gather }, tops }) {
    const { run, places } = this, slopes = row(run, "gradKernel", n)
    run.params.element.forEach((i, p) => {
      const share = gather > 0 ? descentOf(places, gather, p) : riseOf(run, places, assemble, p)
      const moves = share > 0 && share < 1, band = gather > 0 ? places.gradient : places.kernel
      this.bars.show(p, moves ? 1 : 0)
      this.#drawLink(p, band.zero, moves)
      if (!moves) return
      if (gather > 0) this.#lower(p, share, slopes[i] / tops.gradient)
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
    const { run, places } = this, { packed, place, thick, kernel } = places, { zero, bar } = places.bandOf(p)
    const i = run.params.element[p]
    const base = run.holders[i].reduce((sum, q) =>
      sum + (q !== p && riseOf(run, places, assemble, q) >= 1 ? params[q] : 0), 0)
    this.bars.put(p, mix(packed(p) + thick * VALUE.shift, place(i), share),
      mix(zero, kernel.zero - (base / top) * kernel.bar, share),
      (params[p] / top) * mix(bar, kernel.bar, share), mix(thick * VALUE.thick, thick, share))
  }

  /** Move a gradient down to its parameter.
   * @param {number} p
   * @param {number} share
   * @param {number} height of the scale's end */
  #lower(p, share, height) {
    const { run, places: { packed, place, thick, gradient, bandOf } } = this, { zero, bar } = bandOf(p)
    this.bars.put(p, mix(place(run.params.element[p]), packed(p) + thick * CHANGE.shift, share),
      mix(gradient.zero, zero, share), height * mix(gradient.bar, bar, share), mix(thick, thick * CHANGE.thick, share))
  }

  /** Draw the way between a parameter and its element.
   * @param {number} p
   * @param {number} end
   * @param {boolean} visible */
  #drawLink(p, end, visible) {
    const { packed, place, bandOf } = this.places, { zero } = bandOf(p)
    const from = packed(p), to = place(this.run.params.element[p])
    const d = `M${from} ${zero}C${from} ${zero - 60} ${to} ${end + 60} ${to} ${end}`
    this.links[p]?.set({ d, opacity: visible ? 0.55 : 0 })
  }
}
