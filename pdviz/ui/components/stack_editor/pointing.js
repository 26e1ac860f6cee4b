// What pointer and keyboard point at in the picture of a stack: a tap, or a position of a row, the probe.

import { find } from "../base/dom.js"
import { withMinus } from "../base/format.js"
import { set } from "../base/svg.js"
import { clamp } from "../base/view.js"
import { positionNear } from "./cone.js"
import { tapAt, tapUnder } from "./floors.js"

/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../model/paths.js").Probe} Probe */
/** @typedef {import("./tap_effect.js").Tap} Tap */
/** @typedef {import("./floors.js").Floors} Floors */
/** @typedef {{ tap: Tap | null, probe: Probe | null }} Point */

/** What is appended to a sentence about something pinned. */
export const PINNED = " Pinned: click again to let go."

const SLACK = 4, SLACK_FINGER = 12 // pixels beside a tap that still count as on it

/** How the arrow keys move a probe, in rows and in positions.
 * @type {Record<string, [number, number]>} */
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

/** Return the probe that a key moves to, null if the key means nothing to it; the first one is at input 0.
 * @param {Probe | null} probe
 * @param {string} key
 * @param {Stack} stack
 * @returns {Probe | null} */
export function probeAfterKey(probe, key, { layers, jumps }) {
  const move = MOVES[key]
  if (!move) return null
  if (!probe) return { row: layers.length, offset: 0 }
  const row = clamp(probe.row + move[0], 0, layers.length)
  // from row to row it stays over the same input where strides lie between
  return { row, offset: Math.round((probe.offset * jumps[probe.row]) / jumps[row]) + move[1] }
}

/** What is pointed at in the picture in `rows`; the keyboard has a cursor, which stands on a tap. */
export class Pointing {
  /** Whether the point stays when the pointer leaves. */
  pinned = false
  /** @type {Point | null} */
  #point = null
  /** The tap at the keyboard's cursor, and its offset, by which it is found again in another stack.
   * @type {Tap} */
  #cursorTap = { layer: 0, tap: 0 }
  #cursorOffset = 0
  #focused = false
  /** What the picture shows.
   * @type {Stack | null} */
  #stack = null
  /** @type {Floors | null} */
  #layout = null

  /**
   * @param {HTMLElement} rows
   * @param {() => void} paint */
  constructor(rows, paint) {
    this.canvas = /** @type {HTMLElement} */ (find(rows, "canvas"))
    this.cursor = /** @type {HTMLElement} */ (find(rows, ".tapcursor"))
    this.paint = paint
    listenToPointer(this, rows)
    this.cursor.onfocus = () => this.#focus(true)
    this.cursor.onblur = () => this.#focus(false)
    this.cursor.onkeydown = (event) => this.#pressOnCursor(event)
    this.canvas.onkeydown = (event) => this.#pressOnCanvas(event)
  }

  /** Take another stack: the cursor stays on its offset, what was pointed at is forgotten.
   * @param {Stack} stack */
  renew(stack) {
    this.#stack = stack
    this.pinned = false
    const layer = clamp(this.#cursorTap.layer, 0, stack.layers.length - 1), { offsets } = stack.layers[layer].kernel
    const same = offsets.indexOf(this.#cursorOffset)
    this.#cursorTap = { layer, tap: same < 0 ? clamp(this.#cursorTap.tap, 0, offsets.length - 1) : same }
    this.#point = this.#atRest()
  }

  /** Put the cursor where it belongs; return what is pointed at.
   * @param {Floors} layout
   * @param {Stack} stack */
  draw(layout, stack) {
    this.#layout = layout
    const { cursor } = this, { layer, tap } = this.#cursorTap, { layers } = stack
    const { middle, column } = tapAt(layout, stack, this.#cursorTap), width = Math.max(column, 8)
    cursor.style.transform = `translate(${layout.head + middle - width / 2}px, ${layout.taps[layer]}px)`
    cursor.style.width = `${width}px`
    cursor.style.height = `${layout.tapTall}px`
    const label = `Tap ${withMinus(layers[layer].kernel.offsets[tap])} of layer ${layer + 1} of ${layers.length}`
    set(cursor, { "aria-label": label, "aria-pressed": String(this.pinned) })
    return this.#point
  }

  /** Point at something, or at nothing.
   * @param {Point | null} point
   * @param {boolean} pinned */
  point(point, pinned = false) {
    this.#point = point
    this.pinned = pinned && point !== null
    this.paint()
  }

  /** Return what is under a pointer.
   * @param {MouseEvent} event
   * @param {number} slack
   * @returns {Point | null} */
  under(event, slack = SLACK) {
    const stack = this.#stack, layout = this.#layout
    if (!stack || !layout) return null
    const box = this.canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top
    if (x < 0 || x > box.width) return null
    const tap = tapUnder(layout, stack, { x, y }, slack)
    if (tap) return { tap, probe: null }
    const row = layout.tops.findIndex((top) => y >= top - 2 && y <= top + layout.tall + 2)
    return row < 0 ? null : { tap: null, probe: positionNear(layout, stack, row, x) }
  }

  /** Take a click: pin what is under it, or let go of what is pinned. A finger that lets go points at nothing.
   * @param {MouseEvent} event
   * @param {boolean} finger */
  click(event, finger) {
    const point = this.under(event, finger ? SLACK_FINGER : SLACK)
    if (point?.tap) this.#moveCursor(point.tap)
    const again = this.pinned && JSON.stringify(point) === JSON.stringify(this.#point)
    const letGo = again || (this.pinned && !finger)
    this.point(letGo && finger ? null : point, !letGo)
  }

  /** Point at nothing, or at the keyboard's tap while it has the focus. */
  leave() { this.point(this.#atRest()) }

  /** @returns {Point | null} */
  #atRest() { return this.#focused ? { tap: this.#cursorTap, probe: null } : null }

  /** @param {boolean} focused */
  #focus(focused) {
    this.#focused = focused
    if (!this.pinned) this.leave()
  }

  /** @param {Tap} tap */
  #moveCursor(tap) {
    this.#cursorTap = tap
    if (this.#stack) this.#cursorOffset = this.#stack.layers[tap.layer].kernel.offsets[tap.tap]
  }

  /** Take a key that is pressed on the cursor.
   * @param {KeyboardEvent} event */
  #pressOnCursor(event) {
    if (event.key === "Escape") this.point(null)
    else if (event.key === " " || event.key === "Enter") this.point({ tap: this.#cursorTap, probe: null }, !this.pinned)
    else {
      const tap = this.#stack && this.#layout && tapAfterKey(this.#cursorTap, event.key, this.#layout, this.#stack)
      if (!tap) return
      this.#moveCursor(tap)
      this.point(this.#atRest(), this.pinned)
    }
    event.preventDefault()
  }

  /** Take a key that is pressed on the rows.
   * @param {KeyboardEvent} event */
  #pressOnCanvas(event) {
    const probe = this.#stack && probeAfterKey(this.#point?.probe ?? null, event.key, this.#stack)
    if (event.key !== "Escape" && !probe) return
    event.preventDefault()
    this.point(probe && { tap: null, probe }, true)
  }
}

/** Let the pointer point at what it is over, unless it is over a button.
 * @param {Pointing} pointing
 * @param {HTMLElement} rows */
function listenToPointer(pointing, rows) {
  const onButton = (/** @type {Event} */ event) =>
    /** @type {HTMLElement} */ (event.target).closest("button") !== null
  rows.onpointermove = (event) => {
    if (event.pointerType === "touch" || pointing.pinned) return
    pointing.point(onButton(event) ? null : pointing.under(event))
  }
  rows.onpointerleave = () => { if (!pointing.pinned) pointing.leave() }
  rows.onclick = (event) => {
    if (!onButton(event)) pointing.click(event, /** @type {PointerEvent} */ (event).pointerType === "touch")
  }
}

/** Return the tap that a key moves the cursor to, null if the key means nothing to it. Up and down lead to the nearest
 * tap of the next layer.
 * @param {Tap} at
 * @param {string} key
 * @param {Floors} layout
 * @param {Stack} stack
 * @returns {Tap | null} */
function tapAfterKey(at, key, layout, stack) {
  const most = stack.layers[at.layer].kernel.offsets.length - 1
  const up = key === "ArrowUp" ? 1 : key === "ArrowDown" ? -1 : 0
  if (up) {
    const layer = clamp(at.layer + up, 0, stack.layers.length - 1)
    return tapNear(layer, tapAt(layout, stack, at).middle, layout, stack)
  }
  /** @type {Record<string, number>} */
  const target = { ArrowLeft: at.tap - 1, ArrowRight: at.tap + 1, Home: 0, End: most }
  return target[key] === undefined ? null : { layer: at.layer, tap: clamp(target[key], 0, most) }
}

/** Return the tap of a layer that is drawn nearest to `x`.
 * @param {number} layer
 * @param {number} x
 * @param {Floors} layout
 * @param {Stack} stack
 * @returns {Tap} */
function tapNear(layer, x, layout, stack) {
  const distance = (/** @type {number} */ tap) => Math.abs(tapAt(layout, stack, { layer, tap }).middle - x)
  let nearest = 0
  for (let tap = 1; tap < stack.layers[layer].kernel.offsets.length; tap++)
    if (distance(tap) < distance(nearest)) nearest = tap
  return { layer, tap: nearest }
}
