// Where the samples and the values of the section lie in its drawing.

import { clamp, mix } from "../../base/view.js"
import { largest } from "../run/run.js"
import { frameOf } from "./columns/layout.js"

/** @typedef {import("../run/run.js").Run} Run */

const SCALE = 34, RIGHT = 60 // pixels for the ends of the scale, and for the names of the curves

/** The scales of a section on a stage of some width. Its heights, in pixels: the curves from `top` to `foot`, the
 * line of ∂L/∂y, how far that goes up and down, and all of it. On a wide stage the curve of the loss is beside it. */
export class SectionScale {
  /**
   * @param {Run} run
   * @param {number} stage its width */
  constructor(run, stage) {
    const { wide, left, side } = frameOf(stage), width = wide ? stage - side - 4 : stage
    this.run = run
    this.wide = wide
    this.width = width
    this.left = Math.max(SCALE, left)
    this.top = wide ? 6 : 22
    this.foot = this.top + (wide ? 42 : 46)
    this.slopes = this.foot + 18
    this.reach = 7
    this.height = this.slopes + this.reach + 14
    /** Pixels from one sample to the next. */
    this.pixels = (width - this.left - RIGHT) / Math.max(1, run.L - 1)
    this.end = this.place(run.L - 1)
    const { signal, target } = run.series, reach = 2 * Math.max(largest(signal), largest(target))
    let least = 0, most = 0
    /** Whether outputs above the scale, and below it, are cut off. */
    this.cut = { above: false, below: false }
    for (const list of [signal, target, run.series.output]) for (const v of list) {
      if (Math.abs(v) <= reach) {
        least = Math.min(least, v)
        most = Math.max(most, v)
      } else if (v > 0) this.cut.above = true // a run that diverges would flatten all else
      else if (v < 0) this.cut.below = true
    }
    this.least = least
    this.most = most === least ? least + 1 : most
  }

  /** Return where a sample lies.
   * @param {number} t */
  place(t) { return this.left + t * this.pixels }

  /** Return how high a value lies; one far off the scale is cut.
   * @param {number} v */
  level(v) { return mix(this.foot, this.top, clamp((v - this.least) / (this.most - this.least), -0.06, 1.06)) }

  /** Return the sample at a place.
   * @param {number} x */
  sampleAt(x) { return clamp(Math.round((x - this.left) / this.pixels), 0, this.run.L - 1) }

  /** Return the box of the kernel's window over a sample.
   * @param {number} t */
  windowOver(t) {
    const { offsets, K } = this.run
    const from = Math.max(this.left - 3, this.place(t + offsets[0] - 0.5))
    const to = Math.min(this.end + 3, this.place(t + offsets[K - 1] + 0.5))
    return { x: from, width: Math.max(3, to - from) }
  }
}
