// What happens to the kernel in each way's run, as the server sends it, and what is looked up in it.

import { bytes } from "../../base/base64.js"

/** Little-endian numbers in base64, K in each of their rows.
 * @typedef {{ bits: 32 | 64, data: string }} Packed */
/** What a way does with the gradient at gaps: it has no parameter there, or sets it to 0, or trains with it.
 * @typedef {"none" | "masked" | "trained"} GapRole */
/** `kernel` has a row before each step and one after the last, `gradient` one before each step; `why` says why the
 * way has no run.
 * @typedef {{ way: string, title: string, why: string, role: GapRole, doubled: number[], steps: number,
 *   diverged: boolean, kernel: Packed, gradient: Packed }} WayData */
/** What `ways.py` sends.
 * @typedef {{ rev: number, seq: number, way: string, offsets: number[], steps: number,
 *   parts: import("../../boot/constants.js").Part[], gaps: "zero" | "conv" | "pruned", optimizer: string,
 *   ways: WayData[] }} WaysData */
/** One step of a way: the kernel before it, its gradient and its change, an entry for each element.
 * @typedef {{ weights: ArrayLike<number>, gradient: ArrayLike<number>, update: ArrayLike<number> }} Step */

/** One way's run, unpacked. */
export class WayRun {
  /**
   * @param {WayData} data
   * @param {number} size K */
  constructor(data, size) {
    this.data = data
    this.size = size
    this.kernel = unpack(data.kernel)
    this.gradient = unpack(data.gradient)
  }

  /** Return a step; the last one where the run has ended before.
   * @param {number} n
   * @returns {Step} */
  step(n) {
    const m = Math.min(n, this.data.steps - 1)
    const weights = this.#row(this.kernel, m), after = this.#row(this.kernel, m + 1)
    return { weights, gradient: this.#row(this.gradient, m), update: after.map((v, i) => v - weights[i]) }
  }

  /** @param {Float32Array | Float64Array} numbers
   * @param {number} n */
  #row(numbers, n) { return numbers.subarray(n * this.size, (n + 1) * this.size) }
}

/** @param {Packed} packed */
const unpack = ({ bits, data }) => new (bits === 64 ? Float64Array : Float32Array)(bytes(data))

/** Return the largest size among the elements of these indices.
 * @param {ArrayLike<number>} values
 * @param {number[]} indices */
export const largestAt = (values, indices) => indices.reduce((top, i) => Math.max(top, Math.abs(values[i])), 0)

/** The scales that all ways share, a number for each step. */
export class Scales {
  /**
   * @param {WayRun[]} runs
   * @param {number} steps
   * @param {number} size K */
  constructor(runs, steps, size) {
    const all = [...Array(size).keys()]
    const of = (/** @type {keyof Step} */ name) => steady([...Array(steps).keys()].map((n) =>
      Math.max(...runs.map((run) => largestAt(run.step(n)[name], all)))))
    this.weights = of("weights")
    this.gradient = of("gradient")
    this.update = of("update")
  }
}

/** How many times the smallest size a largest may be for one scale to serve all steps. */
const FEW = 4

/** Return one scale for all steps, or where sizes differ a lot each step's own.
 * @param {number[]} sizes
 * @returns {number[]} */
export function steady(sizes) {
  const top = Math.max(...sizes)
  return top <= FEW * Math.min(...sizes) ? sizes.map(() => top) : sizes
}
