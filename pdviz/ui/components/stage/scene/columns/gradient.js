// The gradient of the kernel: ∂L/∂y times the samples, window by window; then that of gaps falls away.

import { atBar } from "../../../base/format.js"
import { clamp, ease, mix } from "../../../base/view.js"
import { at, empty, row } from "../../run/run.js"
import { partialGradients } from "../../run/windows.js"
import { NumberLines } from "../number_lines.js"
import { LINES } from "./layout.js"

/** @typedef {import("./columns.js").Setting} Setting */
/** @typedef {import("./columns.js").Frame} Frame */

/** A gradient this far beyond its band, while it is being added up, is cut off. */
const BEYOND = 0.1
const FALL = 30 // pixels

/** The gradient of every element. */
export class Gradient {
  #step = -1
  /** @type {Float64Array[]} */
  #sums = []

  /**
   * @param {Setting} setting
   * @param {number} sampleTop end of the samples' scale */
  constructor({ run, places, layers, createBars }, sampleTop) {
    const all = run.offsets.map((_, i) => i)
    this.run = run
    this.places = places
    this.sampleTop = sampleTop
    this.dropped = createBars(layers.bars, "dropped", all)
    this.bars = createBars(layers.bars, "gradient", all)
    this.moving = createBars(layers.motion, "falling", all)
    this.labels = new NumberLines(layers.marks, "gradient", all.map(places.place), places.slopes, LINES)
  }

  /** @param {Frame} frame */
  draw(frame) {
    const { run, bars, dropped, places: { place, thick, gradient } } = this, { zero } = gradient
    const { n, back, alive, fall } = frame.progress, slopes = row(run, "gradKernel", n), sumOf = this.#sumAt(frame)
    run.offsets.forEach((_, i) => {
      if (run.side[i]) return
      const gone = empty(run, i), value = back >= 1 ? slopes[i] : back === 0 ? 0 : sumOf(i)
      const height = this.#height(slopes[i], frame)
      bars.put(i, place(i), zero + (gone ? fall * FALL : 0), this.#height(value, frame), thick)
      bars.show(i, back === 0 ? 0 : alive * (gone ? mix(0.75, 0, fall) : mix(1, 0.4, fall)))
      dropped.put(i, place(i), zero, height, thick)
      dropped.show(i, gone ? fall * alive : 0)
    })
    this.#writeValues(frame, slopes)
    this.#drawMotion(frame)
  }

  /** Write the numbers of the elements.
   * @param {Frame} frame
   * @param {ArrayLike<number>} slopes */
  #writeValues({ progress: { n, back, alive, fall }, tops }, slopes) {
    const { run, labels } = this
    labels.write(String(n), run.side.map((side, i) => (side ? "" : atBar(slopes[i], tops.gradient))),
      run.offsets.map((_, i) => Math.abs(slopes[i])))
    run.offsets.forEach((_, i) => labels.show(i, back < 1 ? 0 : alive * mix(1, empty(run, i) ? 0.55 : 0.6, fall)))
  }

  /** Return, for each element, the sum that is reached while windows are added up.
   * @param {Frame} frame
   * @returns {(i: number) => number} */
  #sumAt({ progress: { n }, add }) {
    if (n !== this.#step) this.#sums = partialGradients(this.run, n)
    this.#step = n
    const index = add ? add.index : this.#sums.length - 2, share = add ? add.share : 1
    const arrived = add?.single === null ? ease(share) : ease(clamp((share - 0.55) / 0.4))
    return (i) => mix(this.#sums[index][i], this.#sums[index + 1][i], arrived)
  }

  /** Draw the samples of a window that is added by itself on their way down, where they become a gradient.
   * @param {Frame} frame */
  #drawMotion(frame) {
    const { run, moving, sampleTop, places: { place, thick, samples, gradient } } = this
    const { progress, add, sample } = frame
    const single = progress.back < 1 ? add?.single ?? null : null
    const way = single === null || !add ? 0 : ease(clamp((add.share - 0.15) / 0.7)), moves = way > 0 && way < 1
    const slope = single === null ? 0 : at(run, "gradOutput", progress.n, single)
    run.offsets.forEach((_, i) => {
      if (run.side[i]) return
      moving.show(i, moves ? 0.6 : 0)
      if (!moves) return
      const x = sample(i), height = mix((x / sampleTop) * samples.bar, this.#height(slope * x, frame), way)
      moving.put(i, place(i), mix(samples.zero, gradient.zero, way), height, thick)
    })
  }

  /** @param {number} v
   * @param {Frame} frame */
  #height(v, { tops }) {
    const { up, down, bar } = this.places.gradient
    return clamp(v / tops.gradient, -down - BEYOND, up + BEYOND) * bar
  }
}
