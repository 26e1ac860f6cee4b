// The parameters: gradients arrive beside them, become moves, and the parameters move.

import { ACCENT } from "../../../boot/constants.js"
import { atBar, withMinus } from "../../../base/format.js"
import { clamp, mix } from "../../../base/view.js"
import { movesOf, row } from "../../run/run.js"
import { NumberLines } from "../number_lines.js"
import { SvgNode, label } from "../svg_node.js"
import { LINES } from "./layout.js"
import { CHANGE, VALUE, returnOf } from "./transfers.js"

/** @typedef {import("./columns.js").Setting} Setting */
/** @typedef {import("./columns.js").Frame} Frame */

/** The bars of every parameter, its own offset and its value under them: before and after the step, its gradient, and
 * its move. */
export class Parameters {
  /** @param {Setting} setting */
  constructor({ run, places, layers, createBars }) {
    const { element } = run.params, { packed, parameters: { zero }, each } = places
    this.run = run
    this.places = places
    this.before = createBars(layers.bars, "old", element)
    this.values = createBars(layers.bars, "compact", element)
    this.gradients = createBars(layers.bars, "arrived", element)
    this.moves = createBars(layers.bars, "move", element, ACCENT)
    this.crosses = element.map((_, p) => new SvgNode("path", layers.marks, {
      class: "struck", opacity: 0,
      d: `M${packed(p) + each * 0.18} ${zero - 5}l${each * 0.34} 10m0 -10l${-each * 0.34} 10`,
    }))
    const middles = element.map((_, p) => packed(p))
    this.labels = new NumberLines(layers.marks, "compact", middles, places.values, LINES)
    drawOwnOffsets(layers.marks, run, places, middles)
  }

  /** @param {Frame} frame */
  draw(frame) {
    const { n, take } = frame.progress, { run } = this
    const params = row(run, "params", n), next = row(run, "params", n + 1), moves = movesOf(run, n)
    const slopes = row(run, "gradKernel", n), gradients = row(run, "gradParams", n)
    run.params.element.forEach((i, p) => {
      this.#drawValue(p, params[p], next[p], frame)
      this.#drawChange(p, slopes[i], gradients[p], moves[p], frame)
    })
    this.#writeValues(params, next, n, take, frame.tops.kernel)
  }

  /** Write the values; of a gap's weight only where it is not 0, and then first of all.
   * @param {ArrayLike<number>} params
   * @param {ArrayLike<number>} next
   * @param {number} n
   * @param {number} take
   * @param {number} top */
  #writeValues(params, next, n, take, top) {
    const { run, labels } = this, drifts = run.way === "mask"
    const atGap = run.params.element.map((i) => run.parts[i] === "gap")
    const values = atGap.map((_, p) => mix(params[p], next[p], take))
    const texts = values.map((v, p) => (atGap[p] && v === 0 ? "" : atBar(v, top)))
    labels.write(`${n} ${take > 0}`, texts,
      values.map((v, p) => Math.abs(v) + (atGap[p] && drifts ? top : 0)))
    texts.forEach((_, p) => labels.show(p, 1))
  }

  /** Draw the value of a parameter.
   * @param {number} p
   * @param {number} before the step
   * @param {number} after
   * @param {Frame} frame */
  #drawValue(p, before, after, { progress: { take, alive }, tops }) {
    const { packed, each, parameters: { zero, bar } } = this.places
    const x = packed(p) + each * VALUE.shift, width = each * VALUE.thick
    this.values.put(p, x, zero, (mix(before, after, take) / tops.kernel) * bar, width)
    this.values.show(p, 1)
    this.before.put(p, x, zero, (before / tops.kernel) * bar, width)
    this.before.show(p, Math.abs(before) <= tops.after ? take * alive : 0) // no bar leaves its band
  }

  /** Draw the thin bar beside it: its element's gradient, then its own, then its move.
   * @param {number} p
   * @param {number} slope of its element
   * @param {number} gradient
   * @param {number} move
   * @param {Frame} frame */
  #drawChange(p, slope, gradient, move, { progress: { gather, strike, turn, alive }, tops }) {
    const { places } = this, { each, parameters: { zero, bar } } = places
    const x = places.packed(p) + each * CHANGE.shift, width = each * CHANGE.thick
    const down = returnOf(places, gather, p) >= 1
    const arrived = clamp(mix(slope, gradient, strike) / tops.gradient, -1, 1) * bar
    const height = mix(arrived, (move / tops.move) * bar, turn)
    this.gradients.put(p, x, zero, height, width)
    this.gradients.show(p, down ? 0.9 * (1 - turn) * alive : 0)
    this.moves.put(p, x, zero, height, width)
    this.moves.show(p, down ? turn * alive : 0)
    this.crosses[p].set({ opacity: this.run.params.kept[p] ? 0 : strike * (1 - turn) * alive })
  }
}

/** Write under each parameter the offset of its element and, where there are two rows, the row's name.
 * @param {Element} parent
 * @param {import("../../run/clip.js").Clip} run
 * @param {import("./layout.js").Places} places
 * @param {number[]} middles */
function drawOwnOffsets(parent, run, places, middles) {
  const offsets = new NumberLines(parent, "own", middles, places.own, 1, 2)
  const texts = run.params.element.map((i) => withMinus(run.offsets[i]))
  offsets.write("", texts, texts.map((_, p) => -p))
  texts.forEach((_, p) => offsets.show(p, 1))
  if (run.rows.length > 1) run.rows.forEach((title, r) => {
    const row = places.rows[r]
    if (row.length) label(parent, title, {
      x: (middles[row[0]] + middles[row[row.length - 1]]) / 2, y: places.names, class: "row-name",
    })
  })
}
