// What a hand or the keyboard points at in a stack's picture: a tap, or a position of a row.

import { placeAt } from "./cone.js"
import { signed } from "../base/format.js"
import { set } from "../base/svg.js"
import { clamp } from "../base/view.js"
import { tapAt, tapUnder } from "./picture.js"
import { moved } from "./probes.js"

/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../model/paths.js").Probe} Probe */
/** @typedef {import("./tap_effect.js").Tap} Tap */
/** @typedef {import("./picture.js").Floors} Floors */
/** @typedef {{ tap: Tap | null, probe: Probe | null }} Point */

const NEAR = 4, NEAR_FINGER = 12 // pixels beside a tap that still count as on it

/** Let the picture in `rows` be pointed at; `cursor` is the keyboard's tap. */
export function pointing(/** @type {HTMLElement} */ rows, /** @type {HTMLElement} */ cursor, /** @type {{ paint: () => void }} */ desk) {
  const canvas = /** @type {HTMLElement} */ (rows.querySelector("canvas"))
  /** @type {Point | null} */
  let point = null
  /** Where the keyboard's cursor stands. @type {Tap} */
  let at = { layer: 0, tap: 0 }
  /** @type {Floors} */
  let place
  /** @type {Stack | null} */
  let stack = null
  /** The offset that the cursor stands on, so that it finds it again in another stack. */
  let offset = 0
  let pinned = false, focused = false

  function look(/** @type {Point | null} */ next, pin = false) {
    point = next
    pinned = pin && next !== null
    desk.paint()
  }

  /** @returns {Point | null} */
  function under(/** @type {MouseEvent} */ event, near = NEAR) {
    if (!stack) return null
    const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top
    if (x < 0 || x > box.width) return null
    const tap = tapUnder(place, stack, x, y, near)
    if (tap) return { tap, probe: null }
    const row = place.tops.findIndex((top) => y >= top - 2 && y <= top + place.tall + 2)
    return row < 0 ? null : { tap: null, probe: placeAt(place, stack, row, x) }
  }

  const onHeader = (/** @type {Event} */ event) => /** @type {HTMLElement} */ (event.target).closest("button") !== null
  rows.onpointermove = (event) => {
    if (event.pointerType !== "touch" && !pinned) look(onHeader(event) ? null : under(event))
  }
  rows.onpointerleave = () => { if (!pinned) look(resting()) }
  rows.onclick = (event) => {
    if (onHeader(event)) return
    const finger = /** @type {PointerEvent} */ (event).pointerType === "touch"
    const next = under(event, finger ? NEAR_FINGER : NEAR)
    if (next?.tap) stand(next.tap)
    const again = pinned && String(JSON.stringify(next)) === JSON.stringify(point)
    const letGo = again || (pinned && !finger)
    look(letGo && finger ? null : next, !letGo)
  }

  /** What is shown when the pointer has left: the keyboard's tap while it is there. */
  const resting = () => (focused ? { tap: at, probe: null } : null)

  function stand(/** @type {Tap} */ tap) {
    at = tap
    if (stack) offset = stack.layers[at.layer].kernel.offsets[at.tap]
  }

  /** The tap of a layer that is nearest over the same input. */
  function nearest(/** @type {number} */ layer, /** @type {number} */ x) {
    let tap = 0
    const far = (/** @type {number} */ i) => Math.abs(tapAt(place, /** @type {Stack} */ (stack), { layer, tap: i }).middle - x)
    const { length } = /** @type {Stack} */ (stack).layers[layer].kernel.offsets
    for (let i = 1; i < length; i++) if (far(i) < far(tap)) tap = i
    return { layer, tap }
  }

  cursor.onfocus = () => {
    focused = true
    if (!pinned) look(resting())
  }
  cursor.onblur = () => {
    focused = false
    if (!pinned) look(null)
  }
  cursor.onkeydown = (event) => {
    if (!stack) return
    const most = stack.layers[at.layer].kernel.offsets.length - 1
    const up = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0
    /** @type {Record<string, number>} */
    const to = { ArrowLeft: at.tap - 1, ArrowRight: at.tap + 1, Home: 0, End: most }
    if (event.key === "Escape") look(null)
    else if (event.key === " " || event.key === "Enter") look({ tap: at, probe: null }, !pinned)
    else if (up) {
      stand(nearest(clamp(at.layer + up, 0, stack.layers.length - 1), tapAt(place, stack, at).middle))
      look(resting(), pinned)
    } else if (to[event.key] !== undefined) {
      stand({ layer: at.layer, tap: clamp(to[event.key], 0, most) })
      look(resting(), pinned)
    } else return
    event.preventDefault()
  }
  canvas.onkeydown = (event) => {
    const next = stack && moved(point?.probe ?? null, event.key, stack)
    if (event.key !== "Escape" && !next) return
    event.preventDefault()
    look(next && { tap: null, probe: next }, true)
  }

  return {
    get pinned() { return pinned },

    /** Take another stack: the cursor stays on its offset, what was pointed at is let go. */
    renew(/** @type {Stack | null} */ next) {
      stack = next
      pinned = false
      point = null
      if (!stack) return
      const layer = clamp(at.layer, 0, stack.layers.length - 1), { offsets } = stack.layers[layer].kernel
      const same = offsets.indexOf(offset)
      at = { layer, tap: same < 0 ? clamp(at.tap, 0, offsets.length - 1) : same }
      point = resting()
    },

    /** Put the cursor where it belongs; returns what is pointed at. */
    put(/** @type {Floors} */ laid, /** @type {Stack} */ now) {
      place = laid
      const { middle, column } = tapAt(place, now, at), wide = Math.max(column, 8), { layers } = now
      const tap = layers[at.layer].kernel.offsets[at.tap]
      cursor.style.transform = `translate(${place.head + middle - wide / 2}px, ${place.taps[at.layer]}px)`
      cursor.style.width = `${wide}px`
      cursor.style.height = `${place.tapTall}px`
      set(cursor, { "aria-label": `Tap ${signed(tap)} of layer ${at.layer + 1} of ${layers.length}`, "aria-pressed": String(pinned) })
      return point
    },
  }
}
