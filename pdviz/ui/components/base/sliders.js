// What a hand takes hold of in the stage: drawings that are sliders, and badges that can be asked.

import { set } from "./svg.js"
import { clamp } from "./view.js"

/** Set an element's text, where it has changed. */
export function label(/** @type {HTMLElement} */ button, /** @type {string} */ text) {
  if (button.textContent !== text) button.textContent = text
}

/** What a slider says to assistive technology. */
export function value(/** @type {Element} */ node, /** @type {[number, number]} */ [least, most],
  /** @type {number} */ now, /** @type {string} */ text) {
  set(node, { "aria-valuemin": least, "aria-valuemax": most, "aria-valuenow": now, "aria-valuetext": text })
}

/** Let a pressed pointer move something. */
export function drag(/** @type {any} */ svg, /** @type {(x: number) => void} */ moved) {
  svg.onpointerdown = (/** @type {PointerEvent} */ event) => {
    if (event.button) return
    svg.setPointerCapture(event.pointerId)
    moved(event.clientX - svg.getBoundingClientRect().left)
  }
  svg.onpointermove = (/** @type {PointerEvent} */ event) => {
    if (svg.hasPointerCapture(event.pointerId)) moved(event.clientX - svg.getBoundingClientRect().left)
  }
}

/** Let the keys of a slider move something between two ends, or `page` at once. */
export function keys(/** @type {any} */ svg, /** @type {() => number} */ get, /** @type {() => [number, number]} */ ends,
  /** @type {number} */ page, /** @type {(value: number) => void} */ moved) {
  svg.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const [least, most] = ends()
    /** @type {Record<string, number>} */
    const to = { ArrowLeft: get() - 1, ArrowDown: get() - 1, ArrowRight: get() + 1, ArrowUp: get() + 1,
      PageDown: get() - page, PageUp: get() + page, Home: least, End: most }
    if (to[event.key] === undefined) return
    event.preventDefault()
    moved(clamp(to[event.key], least, most))
  }
}

/** A proof of this step's numbers: what was compared, and whether it agrees. */
export function badge(/** @type {import("../stage/run.js").Check} */ { ok, text, detail }) {
  const item = document.createElement("li")
  item.className = ok ? "ok" : "failed"
  item.tabIndex = 0
  item.title = detail
  const more = Object.assign(document.createElement("span"), { className: "detail", textContent: detail })
  item.append(ok ? `✓ ${text}` : `✗ Does not hold: ${text}`, more)
  return item
}
