// The scales of the columns: what is as high as a band, before every step and while a step is taken.

import { at, largest, row, windowAt } from "../run.js"

/** @typedef {import("../run.js").Run} Run */

const LEAST = 1e-30

/** One scale for the run, or one a step where sizes change a lot. */
function tops(/** @type {number[]} */ each) {
  const top = Math.max(...each, LEAST)
  const least = Math.min(...each.map((v) => v || top))
  return top / least > 5 ? each.map((v) => v || LEAST) : each.map(() => top)
}

const before = (/** @type {number} */ count, /** @type {(n: number) => number} */ size) =>
  tops(Array.from({ length: count }, (_, n) => size(n)))

/** The scale at a moment: a step takes one over into the next. */
export const scaleAt = (/** @type {number[]} */ list, /** @type {number} */ n, /** @type {number} */ take) =>
  list[n] * (list[Math.min(list.length - 1, n + 1)] / list[n]) ** take

/** How far every parameter moves in step n. */
export function movesOf(/** @type {Run} */ run, /** @type {number} */ n) {
  const from = row(run, "params", n)
  return row(run, "params", n + 1).map((v, p) => v - from[p])
}

/** The scales that do not depend on the output looked at. */
export function runScales(/** @type {Run} */ run) {
  return {
    samples: largest(run.series.signal) || 1,
    kernel: before(run.steps + 1, (n) => Math.max(largest(row(run, "kernel", n)), largest(row(run, "params", n)))),
    gradient: before(run.steps, (n) => largest(row(run, "gradKernel", n))),
    moves: before(run.steps, (n) => largest(movesOf(run, n))),
  }
}

/** What is under the kernel at an output, and the scales of its products and of the output itself. */
export function outputScales(/** @type {Run} */ run, /** @type {number} */ position) {
  const x = windowAt(run, position)
  const target = Math.abs(run.series.target[position])
  const products = before(run.steps + 1, (n) => largest(row(run, "kernel", n).map((w, i) => w * x[i])))
  const sums = before(run.steps + 1, (n) => {
    const weights = row(run, "kernel", n)
    let sum = 0, far = Math.max(target, Math.abs(at(run, "output", n, position)))
    for (let i = 0; i < run.K; i++) {
      sum += weights[i] * x[i]
      far = Math.max(far, Math.abs(sum))
    }
    return Number.isFinite(far) ? far * 1.08 : 1
  })
  return { position, x, products, sums }
}
