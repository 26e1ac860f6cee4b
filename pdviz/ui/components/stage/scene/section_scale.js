// Where the samples and the values of the section lie in its drawing.

import { clamp, mix } from "../../base/view.js"
import { largest, row } from "../run/run.js"

/** @typedef {import("../run/run.js").Run} Run */

/** In pixels: the ends of the axis from those of the drawing, the curves, the line of ∂L/∂y, and all of it. */
export const LEFT = 38, RIGHT = 62, TOP = 22, FOOT = 104, SLOPES = 132, HEIGHT = 156

/** The scales of a section in a drawing of some width. */
export class SectionScale {
  /**
   * @param {Run} run
   * @param {number} width */
  constructor(run, width) {
    this.run = run
    /** Pixels from one sample to the next. */
    this.pixels = (width - LEFT - RIGHT) / Math.max(1, run.L - 1)
    this.end = this.place(run.L - 1)
    const { signal, target } = run.series, reach = 2 * Math.max(largest(signal), largest(target))
    let least = 0, most = 0
    for (const list of [signal, target, row(run, "output", 0), row(run, "output", run.steps)]) for (const v of list) {
      if (Math.abs(v) > reach) continue // a run that diverges would flatten all else
      least = Math.min(least, v)
      most = Math.max(most, v)
    }
    this.least = least
    this.most = most === least ? least + 1 : most
  }

  /** Return where a sample lies.
   * @param {number} t */
  place(t) { return LEFT + t * this.pixels }

  /** Return how high a value lies; one far off the scale is cut.
   * @param {number} v */
  level(v) { return mix(FOOT, TOP, clamp((v - this.least) / (this.most - this.least), -0.06, 1.06)) }

  /** Return the sample at a place.
   * @param {number} x */
  sampleAt(x) { return clamp(Math.round((x - LEFT) / this.pixels), 0, this.run.L - 1) }

  /** Return the box of the kernel's window over a sample.
   * @param {number} t */
  windowOver(t) {
    const { offsets, K } = this.run
    const from = Math.max(LEFT - 3, this.place(t + offsets[0] - 0.5))
    const to = Math.min(this.end + 3, this.place(t + offsets[K - 1] + 0.5))
    return { x: from, width: Math.max(3, to - from) }
  }
}
