// Samples under the kernel, their products with the weights, and the output that these add up to.

import { clamp, ease, mix } from "../../../base/view.js"
import { at, empty, row } from "../../run/run.js"

/** @typedef {import("./columns.js").Setting} Setting */
/** @typedef {import("./columns.js").Frame} Frame */

/** The samples: those at the output or, while windows are added up, at each of these in turn. */
export class Samples {
  /**
   * @param {Setting} setting
   * @param {number} top the scale's end */
  constructor({ run, places, layers, createBars }, top) {
    this.run = run
    this.places = places
    this.top = top
    this.bars = createBars(layers.bars, "samples", run.offsets.map((_, i) => i))
  }

  /** @param {Frame} frame */
  draw({ progress: { correlate, alive, back }, sample }) {
    const { run, bars, top, places: { place, thick, samples } } = this, used = correlate * alive
    run.offsets.forEach((_, i) => {
      if (run.side[i]) return
      bars.put(i, place(i), samples.zero, (sample(i) / top) * samples.bar, thick)
      bars.show(i, mix(0.7, empty(run, i) && back === 0 ? 0.25 : 1, used))
    })
  }
}

/** The products: they grow, then go one by one to the output that they add up to. */
export class Products {
  /**
   * @param {Setting} setting
   * @param {import("./gauge.js").Gauge} gauge of the output */
  constructor({ run, places, layers, full, createBars }, gauge) {
    this.run = run
    this.places = places
    this.full = full
    this.gauge = gauge
    this.bars = createBars(layers.bars, "products", full)
    this.moving = createBars(layers.motion, "summing", full)
  }

  /** @param {Frame} frame
   * @param {ArrayLike<number>} window the samples at the output */
  draw({ progress, tops, output }, window) {
    const { run, gauge, full, moving, places: { place, thick, products: band } } = this
    const { n, alive, correlate, back, sum, take, apart } = progress, weights = row(run, "kernel", n)
    let partial = this.#beyond(n, output, weights, window), arrived = partial
    full.forEach((i, k) => {
      const product = weights[i] * window[i], height = (product / tops.product) * band.bar
      this.bars.put(k, place(i), band.zero, height * correlate, thick)
      this.bars.show(k, correlate === 0 ? 0 : alive * (back > 0 ? 0.45 : 1))
      const way = ease(clamp(sum * 2 - (k + 1) / full.length)), moves = way > 0 && way < 1
      if (moves) {
        const size = gauge.level(0, tops.sum) - gauge.level(product, tops.sum)
        moving.put(k, mix(place(i), gauge.x, way), mix(band.zero, gauge.level(partial, tops.sum), way),
          mix(height, size, way), mix(thick, gauge.thick, way))
      }
      moving.show(k, moves ? 0.9 : 0)
      partial += product
      if (way >= 1) arrived = partial
    })
    const done = sum >= 1
    gauge.draw({
      top: tops.sum, target: run.series.target[output], done, visible: sum > 0 ? alive : 0, apart: apart * alive,
      value: done ? mix(at(run, "output", n, output), at(run, "output", n + 1, output), take) : arrived,
      taken: take > 0,
    })
  }

  /** Return what the elements that are not drawn add to the output.
   * @param {number} n
   * @param {number} output
   * @param {ArrayLike<number>} weights
   * @param {ArrayLike<number>} window */
  #beyond(n, output, weights, window) {
    if (!this.run.clipped) return 0
    return this.full.reduce((rest, i) => rest - weights[i] * window[i], at(this.run, "output", n, output))
  }
}
