// Single elements of the strip: pointed at, clicked, or walked to with the arrow keys.

import { elementSays } from "../model/choice.js"
import { set } from "../base/svg.js"
import { clamp } from "../base/view.js"
import { offsetAt, place } from "./strip.js"

/** @typedef {import("./strip.js").View} View */
/** What this part needs of the editor.
 * @typedef {{ root: HTMLElement, choice: import("../model/choice.js").Choice, tall: number, width: number, view: View, lens: number, at: number,
 *   hover: number | null, small: () => boolean, lensView: () => View, toggle: (offset: number) => void,
 *   paint: () => void }} Desk */

const TOP = 30 // where elements begin

/** Let elements be changed; returns the function that puts the keyboard's cursor in its place. */
export function elements(/** @type {Desk} */ desk) {
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (desk.root.querySelector(name))
  const board = find(".board"), lensBoard = find(".lens"), cursor = find(".cursor"), hint = find(".hint")
  const isTap = (/** @type {number} */ offset) => desk.choice.kernel.offsets.includes(offset)

  pointing(board, false)
  pointing(lensBoard, true)

  function pointing(/** @type {HTMLElement} */ host, /** @type {boolean} */ inLens) {
    const svg = /** @type {SVGSVGElement} */ (host.querySelector("svg"))
    /** @type {number | null} */
    let pressed = null
    /** Whether a press here moves the lens, since elements are too small to be hit. */
    const moves = () => !inLens && desk.small()
    const under = (/** @type {PointerEvent} */ event) => {
      const box = svg.getBoundingClientRect()
      const y = event.clientY - box.top
      const offset = offsetAt(inLens ? desk.lensView() : desk.view, desk.width, event.clientX - box.left)
      return y > TOP - 6 && y < TOP + 6 + desk.tall ? offset : null
    }
    svg.onpointermove = (event) => {
      const offset = under(event)
      if (pressed !== null && offset !== null && moves()) desk.lens = offset
      desk.hover = offset === null ? null : Math.round(offset)
      say()
      desk.paint()
    }
    svg.onpointerleave = () => { desk.hover = pressed = null; say(); desk.paint() }
    svg.onpointerdown = (event) => {
      pressed = under(event)
      if (pressed !== null && moves()) { desk.lens = pressed; desk.paint() }
    }
    svg.onpointerup = (event) => {
      const offset = under(event)
      if (pressed !== null && offset !== null && !moves() && Math.round(offset) === Math.round(pressed)) {
        desk.at = Math.round(offset)
        desk.toggle(desk.at)
      }
      pressed = null
    }
  }

  function say() {
    const { hover } = desk
    hint.textContent = hover === null ? ""
      : `${elementSays(desk.choice.kernel, hover)} Click to make it a ${isTap(hover) ? "gap" : "tap"}.`
  }

  cursor.onkeydown = (event) => {
    const { kernel: { first, size } } = desk.choice
    /** @type {Record<string, number>} */
    const to = { ArrowLeft: desk.at - 1, ArrowRight: desk.at + 1, Home: first, End: first + size - 1 }
    if (event.key === " " || event.key === "Enter") desk.toggle(desk.at)
    else if (to[event.key] !== undefined) {
      desk.at = clamp(to[event.key], first - 2, first + size + 1)
      const { lo, hi } = desk.lensView(), half = (hi - lo) / 2
      desk.lens = clamp(desk.lens, desk.at - half + 2, desk.at + half - 2)
      const says = elementSays(desk.choice.kernel, desk.at)
      find(".spoken").textContent = says
      hint.textContent = `${says} Space changes it.`
      desk.paint()
    } else return
    event.preventDefault()
  }
  cursor.onblur = () => { hint.textContent = "" }

  return function cursorTo(/** @type {View} */ view, /** @type {boolean} */ inLens) {
    const cell = desk.width / (view.hi - view.lo)
    const host = inLens ? lensBoard : board
    if (cursor.parentElement !== host) {
      const focused = /** @type {ShadowRoot} */ (desk.root.getRootNode()).activeElement === cursor
      host.append(cursor)
      if (focused) cursor.focus()
    }
    cursor.style.transform = `translate(${place(view, desk.width, desk.at) - cell / 2}px, ${TOP}px)`
    cursor.style.width = `${cell}px`
    cursor.style.height = `${desk.tall}px`
    set(cursor, { "aria-checked": String(isTap(desk.at)), "aria-label": elementSays(desk.choice.kernel, desk.at) })
  }
}
