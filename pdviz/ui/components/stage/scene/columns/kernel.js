// The kernel: elements are there once their parameters have risen to them; where two meet, they add up.

import { mix } from "../../../base/view.js"
import { row } from "../../run/run.js"
import { riseOf } from "./transfers.js"

/** @typedef {import("./columns.js").Setting} Setting */
/** @typedef {import("./columns.js").Frame} Frame */

/** The elements that parameters are written into. */
export class Kernel {
  /** @param {Setting} setting */
  constructor({ run, places, layers, full, createBars }) {
    this.run = run
    this.places = places
    this.full = full
    this.bars = createBars(layers.bars, "kernel", full)
  }

  /** @param {Frame} frame */
  draw({ progress, tops }) {
    const { run, places, bars } = this, { n, assemble, take, alive } = progress, { zero, bar } = places.kernel
    const weights = row(run, "kernel", n), next = row(run, "kernel", n + 1), params = row(run, "params", n)
    this.full.forEach((i, k) => {
      const there = run.holders[i].filter((p) => assemble >= 1 || riseOf(run, places, assemble, p) >= 1)
      const value = assemble >= 1 ? mix(weights[i], next[i], take) : there.reduce((sum, p) => sum + params[p], 0)
      bars.put(k, places.place(i), zero, (value / tops.kernel) * bar, places.thick)
      bars.show(k, there.length ? alive : 0)
    })
  }
}
