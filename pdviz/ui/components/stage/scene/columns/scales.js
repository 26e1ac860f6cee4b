// The scales of the columns: what is as high as a band, before every step and while a step is taken.

import { mix } from "../../../base/view.js"
import { at, largest, movesOf, row, windowAt } from "../../run/run.js"

/** @typedef {import("../../run/run.js").Run} Run */
/** What is as high as a band, at a moment; `after` is what `kernel` will be when the step has been taken.
 * @typedef {{ kernel: number, after: number, product: number, sum: number, gradient: number, move: number }} Tops */

const LEAST = 1e-30
const NARROWEST = 0.12 // of a scale: each band has at least so much room above its zero line and below it

/** Return one scale for the run, or one per step where sizes change a lot.
 * @param {number} count
 * @param {(n: number) => number} sizeAt */
export function scalesOf(count, sizeAt) {
  const sizes = Array.from({ length: count }, (_, n) => sizeAt(n))
  const top = Math.max(...sizes, LEAST), least = Math.min(...sizes.map((v) => v || top))
  return top / least > 5 ? sizes.map((v) => v || LEAST) : sizes.map(() => top)
}

/** Return the scale at a moment: a step takes one over into the next, as evenly as the values, which it so holds.
 * @param {number[]} list
 * @param {number} n
 * @param {number} take */
export const scaleAt = (list, n, take) =>
  mix(list[n], list[Math.min(list.length - 1, n + 1)], take)

/** Return how far values go above zero and below it, as shares of their scales.
 * @param {ArrayLike<number>[]} rows
 * @param {number[]} tops
 * @returns {import("./layout.js").Extent} */
export function extentOf(rows, tops) {
  let up = NARROWEST, down = NARROWEST
  rows.forEach((list, n) => {
    for (let i = 0; i < list.length; i++) {
      const share = list[i] / tops[n]
      if (share > up) up = Math.min(1, share)
      if (-share > down) down = Math.min(1, -share)
    }
  })
  return { up, down }
}

/** The scales of a run, and of the output that is looked at. */
export class Scales {
  /** The output, and the scales of its products and of the output itself.
   * @type {ReturnType<typeof outputScales>} */
  #output

  /** @param {Run} run */
  constructor(run) {
    this.run = run
    this.samples = largest(run.series.signal) || 1
    this.kernel = scalesOf(run.steps + 1, (n) =>
      Math.max(largest(row(run, "kernel", n)), largest(row(run, "params", n))))
    this.gradient = scalesOf(run.steps, (n) => largest(row(run, "gradKernel", n)))
    this.moves = scalesOf(run.steps, (n) => largest(movesOf(run, n)))
    this.#output = outputScales(run, run.position)
    const rows = (/** @type {string} */ name, /** @type {number[]} */ list) => list.map((_, n) => row(run, name, n))
    /** @type {import("./layout.js").Extents} */
    this.extents = {
      samples: extentOf([run.series.signal], [this.samples]),
      kernel: extentOf(rows("kernel", this.kernel), this.kernel),
      gradient: run.scope === "signal" ? { up: 1, down: 1 }
        : extentOf(rows("gradKernel", this.gradient), this.gradient),
    }
  }

  /** Look at another output.
   * @param {number} position */
  lookAt(position) {
    if (position !== this.#output.position) this.#output = outputScales(this.run, position)
  }

  /** Return the scales at a moment.
   * @param {{ n: number, take: number }} moment
   * @returns {Tops} */
  at({ n, take }) {
    const { products, sums } = this.#output
    return {
      kernel: scaleAt(this.kernel, n, take), after: scaleAt(this.kernel, n, 1), product: products[n],
      sum: scaleAt(sums, n, take), gradient: this.gradient[n], move: this.moves[n],
    }
  }
}

/** @param {Run} run
 * @param {number} position */
function outputScales(run, position) {
  const window = windowAt(run, position), target = Math.abs(run.series.target[position])
  const products = scalesOf(run.steps + 1, (n) => largest(row(run, "kernel", n).map((w, i) => w * window[i])))
  const sums = scalesOf(run.steps + 1, (n) => {
    const weights = row(run, "kernel", n)
    let sum = 0, far = Math.max(target, Math.abs(at(run, "output", n, position)))
    for (let i = 0; i < run.K; i++) {
      sum += weights[i] * window[i]
      far = Math.max(far, Math.abs(sum))
    }
    return Number.isFinite(far) ? far * 1.08 : 1
  })
  return { position, products, sums }
}
