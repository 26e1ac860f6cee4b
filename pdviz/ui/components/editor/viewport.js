// Viewport of the strip: the stretch of offsets that it shows, the stretch that the lens enlarges, and the pixels that
// both take up. What is below them never moves by itself: either their room is kept, or a hand opens the lens.

import { LIMITS } from "../boot/constants.js"
import { LITTLE, clamp, ease, mixViews, within } from "../base/view.js"
import { heightOf, viewOf } from "./strip.js"

/** @typedef {import("../base/view.js").View} View */
/** @typedef {import("../model/pattern.js").Kernel} Kernel */
/** @typedef {import("./handles.js").Drag} Drag */
/** Pixels of a board: down to its elements, and of their height. @typedef {{ top: number, tall: number }} Rows */

const REFIT = 180 // ms in which the view follows when a drag ends
const LENS_CELL = 20 // pixels of an element in the lens
const FINE_CELL = 6, COARSE_CELL = 10 // narrower elements, in pixels, need the lens for a mouse, for a finger
const EDGE = 6 // a drag as close as this to an edge, in pixels, extends the view beyond it
const WIDEST = 2.6 * LIMITS.wing * LIMITS.dilation // offsets up to which the view is extended

const COMPACT = { top: 30, tall: 26 }
/** Of a strip that keeps room for its lens, for a mouse and for a finger: its rows without a lens and over one, those
 * of the lens, and the pixels under a strip without a lens for the compact parameters; with one they have the rest. */
const FINE = { strip: { top: 30, tall: 36 }, over: { top: 30, tall: 14 }, lens: { top: 20, tall: 18 }, linked: 102 }
const COARSE = { strip: { top: 30, tall: 46 }, over: { top: 30, tall: 14 }, lens: { top: 30, tall: 36 }, linked: 120 }
const ABOVE = 4 // pixels above the lens, as in the styles

/** The view and the lens of an editor. */
export class Viewport {
  /** Pixels of the strip. */
  width = 0
  /** @type {View} */
  view = { lo: 0, hi: 1 }
  /** The middle of the lens. */
  #lens = 0
  /** Whether `view` fits this width, so that motion may start from it. */
  #fitted = false
  /** The motion to what fits.
   * @type {{ from: View, since: number } | null} */
  #refit = null
  #reducedMotion = matchMedia("(prefers-reduced-motion: reduce)")
  #coarsePointer = matchMedia("(pointer: coarse)")
  /** Whether a hand has opened the lens. */
  #opened = false

  /** @param {boolean} keepsRoom whether there always is room for the lens, so that it comes and goes by itself */
  constructor(keepsRoom) { this.keepsRoom = keepsRoom }

  /** Whether pictures jump instead of moving. */
  get still() { return this.#reducedMotion.matches }

  /** Whether elements are too narrow to be pointed at, so that the lens is shown. */
  get small() {
    return this.width / (this.view.hi - this.view.lo) < (this.#coarsePointer.matches ? COARSE_CELL : FINE_CELL)
  }

  /** Whether the lens is shown. */
  get enlarged() { return this.keepsRoom ? this.small : this.#opened }

  /** The rows of the strip.
   * @returns {Rows} */
  get strip() { return this.keepsRoom ? this.#sizes[this.small ? "over" : "strip"] : COMPACT }

  /** The rows of the lens.
   * @returns {Rows} */
  get rows() { return this.keepsRoom ? this.#sizes.lens : COMPACT }

  get #sizes() { return this.#coarsePointer.matches ? COARSE : FINE }

  /** Pixels under the strip for the compact parameters. */
  get linked() {
    const { strip, over, lens, linked } = this.#sizes
    if (!this.keepsRoom) return 0
    return this.small ? linked + heightOf(strip) - heightOf(over) - ABOVE - heightOf(lens) : linked
  }

  /** Open the lens, or close it.
   * @param {boolean} open */
  openLens(open) { this.#opened = open }

  /** The stretch of offsets in the lens.
   * @returns {View} */
  get lens() {
    const half = this.width / LENS_CELL / 2
    return { lo: this.#lens - half, hi: this.#lens + half }
  }

  /** Move the lens to an offset.
   * @param {number} offset */
  moveLens(offset) { this.#lens = offset }

  /** Move the lens as little as brings an offset into it.
   * @param {number} offset */
  showInLens(offset) {
    const half = this.width / LENS_CELL / 2
    this.#lens = clamp(this.#lens, offset - half + 2, offset + half - 2)
  }

  /** Fit the kernel at once in the next frame. */
  reset() { this.#fitted = false }

  /** Begin to move to what fits the kernel. */
  refit() {
    if (this.#fitted) this.#refit = { from: this.view, since: this.still ? -Infinity : performance.now() }
  }

  /** Advance to the next frame. During a drag the view stays, even where the width changes, unless the drag pushes
   * against an edge: what is dragged must not run away from the pointer.
   * @param {Kernel} kernel
   * @param {number} width
   * @param {Drag | null} drag
   * @param {number} now
   * @returns {"still" | "moving" | "pushed"} whether it moves on, or a drag has pushed it */
  advance(kernel, width, drag, now) {
    const drawn = this.width > 0
    if (width !== this.width) this.reset()
    this.width = width
    const state = drag && drawn ? this.#push(drag) : this.#approach(viewOf(kernel, width), now)
    if (!drag) this.#fitted = true
    const margin = Math.max(0, kernel.size / 2 - width / LENS_CELL / 2 + 2)
    const middle = kernel.first + (kernel.size - 1) / 2
    this.#lens = clamp(this.#lens, middle - margin, middle + margin)
    return state
  }

  /** Extend the view under a drag that pushes against an edge of the strip.
   * @param {Drag} drag */
  #push({ x, lens }) {
    const { view: { lo, hi }, width } = this
    const push = Math.max(EDGE - x, x - width + EDGE)
    if (push <= 0 || lens || hi - lo > WIDEST) return "still"
    const growth = ((hi - lo) * Math.min(0.02, 0.002 * push)) / 2
    this.view = { lo: lo - growth, hi: hi + growth }
    return "pushed"
  }

  /** Move towards what fits.
   * @param {View} goal
   * @param {number} now */
  #approach(goal, now) {
    const refit = this.#refit
    const u = refit && !within(refit.from, goal, LITTLE) ? clamp((now - refit.since) / REFIT) : 1
    if (refit && u < 1) {
      this.view = mixViews(refit.from, goal, ease(u))
      return "moving"
    }
    if (refit || !this.#fitted) this.view = goal
    this.#refit = null
    return "still"
  }
}
