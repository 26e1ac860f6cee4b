// Single elements of the strip: pointed at, clicked, or reached with the arrow keys.

import { find, hasFocus } from "../base/dom.js"
import { set } from "../base/svg.js"
import { clamp, pixelOf, positionAt } from "../base/view.js"
import { describeElement, toggleElement } from "../model/choice.js"

/** @typedef {import("./editor_model.js").EditorModel} EditorModel */
/** @typedef {import("./viewport.js").Viewport} Viewport */

const SLACK = 6 // pixels above and below an element that still count as on it
const FREE = "Now a free pattern: any element may be a tap. Undo or a ready-made pattern brings the handles back."

/** The element under the pointer, and the one at the keyboard's cursor. */
export class Elements {
  /** The offset under the pointer.
   * @type {number | null} */
  hover = null
  /** The offset at the keyboard's cursor. */
  #cursorAt = 0

  /**
   * @param {HTMLElement} root
   * @param {{ model: EditorModel, viewport: Viewport, paint: () => void,
   *   refuse: (sentence: string) => void }} parts `refuse` shows why an element cannot be changed */
  constructor(root, { model, viewport, paint, refuse }) {
    this.board = find(root, ".board")
    this.lensBoard = find(root, ".lens")
    this.cursor = find(root, ".cursor")
    this.hint = find(root, ".hint")
    this.announcement = find(root, ".announcement")
    this.model = model
    this.viewport = viewport
    this.paint = paint
    this.refuse = refuse
    model.subscribe((change) => { if (change === "receive") this.#stayInKernel() })
    listenToPointer(this, find(this.board, "svg"), false)
    listenToPointer(this, find(this.lensBoard, "svg"), true)
    this.cursor.onkeydown = (/** @type {KeyboardEvent} */ event) => this.#press(event)
    this.cursor.onblur = () => { this.hint.textContent = "" }
  }

  /** Show which element is pointed at.
   * @param {number | null} offset
   * @param {boolean} narrow whether it is too narrow to be clicked */
  point(offset, narrow) {
    this.hover = offset
    const other = offset !== null && this.#isTap(offset) ? "gap" : "tap"
    const click = narrow ? "Click to enlarge what is here." : `Click to make it a ${other}.`
    this.hint.textContent = offset === null ? ""
      : `${describeElement(this.model.choice.kernel, offset)} ${click}`
    this.paint()
  }

  /** Enlarge the elements around an offset.
   * @param {number} offset */
  enlarge(offset) {
    this.viewport.openLens(true)
    this.viewport.moveLens(offset)
    this.paint()
  }

  /** Change an element from tap to gap or back, and put the cursor on it.
   * @param {number} offset */
  toggle(offset) {
    const { model } = this, before = model.choice, choice = toggleElement(before, offset)
    this.#cursorAt = offset
    if (typeof choice === "string") return this.refuse(choice)
    model.change(choice)
    if (before.family && !choice.family) this.hint.textContent = FREE
  }

  /** Put the keyboard's cursor on its element, in the lens where there is one.
   * @param {boolean} inLens */
  draw(inLens) {
    const { cursor, viewport } = this, { width } = viewport, at = this.#cursorAt
    const view = inLens ? viewport.lens : viewport.view, host = inLens ? this.lensBoard : this.board
    const { top, tall } = inLens ? viewport.rows : viewport.strip, cell = width / (view.hi - view.lo)
    if (cursor.parentElement !== host) {
      const focused = hasFocus(cursor)
      host.append(cursor)
      if (focused) cursor.focus()
    }
    cursor.style.transform = `translate(${pixelOf(view, width, at) - cell / 2}px, ${top}px)`
    cursor.style.width = `${cell}px`
    cursor.style.height = `${tall}px`
    const label = describeElement(this.model.choice.kernel, at)
    set(cursor, { "aria-checked": String(this.#isTap(at)), "aria-label": label })
  }

  /** @param {number} offset */
  #isTap(offset) { return this.model.choice.kernel.offsets.includes(offset) }

  /** Keep the cursor within a kernel that the server sent. */
  #stayInKernel() {
    const { first, size } = this.model.choice.kernel
    this.#cursorAt = clamp(this.#cursorAt, first, first + size - 1)
  }

  /** Take a key that is pressed on the cursor.
   * @param {KeyboardEvent} event */
  #press(event) {
    const { kernel: { first, size } } = this.model.choice, at = this.#cursorAt
    /** @type {Record<string, number>} */
    const target = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: first, End: first + size - 1 }
    if (event.key === " " || event.key === "Enter") this.toggle(at)
    else if (target[event.key] !== undefined) this.#moveCursor(clamp(target[event.key], first - 2, first + size + 1))
    else return
    event.preventDefault()
  }

  /** @param {number} offset */
  #moveCursor(offset) {
    this.#cursorAt = offset
    this.viewport.showInLens(offset)
    const text = describeElement(this.model.choice.kernel, offset)
    this.announcement.textContent = text
    this.hint.textContent = `${text} Space changes it.`
    this.paint()
  }
}

/** Let a pointer show and change the elements in `svg`; where they are too narrow for that, let it move the lens.
 * @param {Elements} elements
 * @param {SVGSVGElement} svg
 * @param {boolean} inLens */
function listenToPointer(elements, svg, inLens) {
  const { viewport } = elements
  /** @type {number | null} */
  let pressed = null
  const movesLens = () => !inLens && viewport.small
  const offsetUnder = (/** @type {PointerEvent} */ event) => {
    const box = svg.getBoundingClientRect(), y = event.clientY - box.top
    const { top, tall } = inLens ? viewport.rows : viewport.strip, inRow = y > top - SLACK && y < top + tall + SLACK
    const view = inLens ? viewport.lens : viewport.view
    return inRow ? positionAt(view, viewport.width, event.clientX - box.left) : null
  }
  svg.onpointermove = (event) => {
    const offset = offsetUnder(event)
    if (pressed !== null && offset !== null && movesLens()) viewport.moveLens(offset)
    elements.point(offset === null ? null : Math.round(offset), movesLens())
  }
  svg.onpointerleave = () => {
    pressed = null
    elements.point(null, false)
  }
  svg.onpointerdown = (event) => {
    pressed = offsetUnder(event)
    if (pressed === null || !movesLens()) return
    viewport.moveLens(pressed)
    elements.paint()
  }
  svg.onpointerup = (event) => {
    const offset = offsetUnder(event)
    const clicked = pressed !== null && offset !== null && Math.round(offset) === Math.round(pressed)
    pressed = null
    if (!clicked) return
    if (movesLens()) elements.enlarge(Number(offset))
    else elements.toggle(Math.round(Number(offset)))
  }
}
