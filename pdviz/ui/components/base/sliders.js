// Drawings that are sliders, by pointer and keyboard.

import { placeIn, set } from "./svg.js"
import { clamp } from "./view.js"

/** Describe a slider to assistive technology.
 * @param {Element} node
 * @param {[number, number]} range
 * @param {number} now
 * @param {string} text */
export function value(node, [least, most], now, text) {
  set(node, { "aria-valuemin": least, "aria-valuemax": most, "aria-valuenow": now, "aria-valuetext": text })
}

/** Let a pressed pointer move something.
 * @param {any} svg
 * @param {(x: number) => void} move called with the pointer's place, in the drawing's pixels from the left */
export function drag(svg, move) {
  svg.onpointerdown = (/** @type {PointerEvent} */ event) => {
    if (event.button) return
    svg.setPointerCapture(event.pointerId)
    move(placeIn(svg, event).x)
  }
  svg.onpointermove = (/** @type {PointerEvent} */ event) => {
    if (svg.hasPointerCapture(event.pointerId)) move(placeIn(svg, event).x)
  }
}

/** Let the keys of a slider move something between two ends.
 * @param {any} svg
 * @param {() => number} get returns the value now
 * @param {() => [number, number]} ends
 * @param {number} page how far the page keys move it
 * @param {(value: number) => void} move */
export function keys(svg, get, ends, page, move) {
  svg.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const [least, most] = ends()
    /** @type {Record<string, number>} */
    const to = { ArrowLeft: get() - 1, ArrowDown: get() - 1, ArrowRight: get() + 1, ArrowUp: get() + 1,
      PageDown: get() - page, PageUp: get() + page, Home: least, End: most }
    if (to[event.key] === undefined) return
    event.preventDefault()
    move(clamp(to[event.key], least, most))
  }
}
