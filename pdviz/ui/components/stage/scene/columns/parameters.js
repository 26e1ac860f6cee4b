// The parameters: gradients arrive beside them, become moves, and the parameters move.

import { ACCENT } from "../../../boot/constants.js"
import { atBar } from "../../../base/format.js"
import { clamp, mix } from "../../../base/view.js"
import { movesOf, row } from "../../run/run.js"
import { BarLabels } from "../bars.js"
import { SvgNode } from "../svg_node.js"
import { CHANGE, VALUE, descentOf } from "./transfers.js"

/** @typedef {import("./columns.js").Setting} Setting */
/** @typedef {import("./columns.js").Frame} Frame */

/** The bars of every parameter: its value before and after the step, its gradient, and its move. */
export class Parameters {
  /** @param {Setting} setting */
  constructor({ run, places, layers, createBars }) {
    const { element } = run.params, { packed, bandOf, thick } = places
    this.run = run
    this.places = places
    this.before = createBars(layers.bars, "old", element)
    this.values = createBars(layers.bars, "compact", element)
    this.gradients = createBars(layers.bars, "arrived", element)
    this.moves = createBars(layers.bars, "move", element, ACCENT)
    this.crosses = element.map((_, p) => new SvgNode("path", layers.marks, {
      class: "struck", opacity: 0,
      d: `M${packed(p) + thick * 0.18} ${bandOf(p).zero - 5}l${thick * 0.34} 10m0 -10l${-thick * 0.34} 10`,
    }))
    this.labels = new BarLabels(layers.marks, "compact", places.labelled ? run.P : 0)
  }

  /** @param {Frame} frame */
  draw(frame) {
    const { n } = frame.progress, { run } = this
    const params = row(run, "params", n), next = row(run, "params", n + 1), moves = movesOf(run, n)
    const slopes = row(run, "gradKernel", n), gradients = row(run, "gradParams", n)
    run.params.element.forEach((i, p) => {
      this.#drawValue(p, params[p], next[p], frame)
      this.#drawChange(p, slopes[i], gradients[p], moves[p], frame)
    })
  }

  /** Draw the value of a parameter.
   * @param {number} p
   * @param {number} before the step
   * @param {number} after
   * @param {Frame} frame */
  #drawValue(p, before, after, { progress: { take, alive }, tops }) {
    const { packed, bandOf, thick, labelled } = this.places, { zero, bar } = bandOf(p)
    const x = packed(p) + thick * VALUE.shift, width = thick * VALUE.thick
    const value = mix(before, after, take), height = (value / tops.kernel) * bar
    this.values.put(p, x, zero, height, width)
    this.values.show(p, 1)
    this.before.put(p, x, zero, (before / tops.kernel) * bar, width)
    this.before.show(p, take * alive)
    if (!labelled) return
    this.labels.write(p, x, zero, height, atBar(value, tops.kernel))
    this.labels.show(p, 1)
  }

  /** Draw the thin bar beside it: its element's gradient, then its own, then its move.
   * @param {number} p
   * @param {number} slope of its element
   * @param {number} gradient
   * @param {number} move
   * @param {Frame} frame */
  #drawChange(p, slope, gradient, move, { progress: { gather, strike, turn, alive }, tops }) {
    const { places } = this, { zero, bar } = places.bandOf(p), { thick } = places
    const x = places.packed(p) + thick * CHANGE.shift, width = thick * CHANGE.thick
    const down = descentOf(places, gather, p) >= 1
    const arrived = clamp(mix(slope, gradient, strike) / tops.gradient, -1, 1) * bar
    const height = mix(arrived, (move / tops.move) * bar, turn)
    this.gradients.put(p, x, zero, height, width)
    this.gradients.show(p, down ? 0.9 * (1 - turn) * alive : 0)
    this.moves.put(p, x, zero, height, width)
    this.moves.show(p, down ? turn * alive : 0)
    this.crosses[p].set({ opacity: this.run.params.kept[p] ? 0 : strike * (1 - turn) * alive })
  }
}
