// The handles of the strip, and of its lens, moved by dragging or with the arrow keys.

import { find, write } from "../base/dom.js"
import { familyOf, measureIn } from "../base/labels.js"
import { set } from "../base/svg.js"
import { typeOf } from "../base/theme.js"
import { clamp, pixelOf, positionAt } from "../base/view.js"
import { chooseFamily } from "../model/choice.js"
import { handlesOf, placeTexts, valueAfterKey, withHandleAt } from "./handle_geometry.js"

/** @typedef {import("../model/pattern.js").Family} Family */
/** @typedef {import("../base/view.js").View} View */
/** @typedef {import("./handle_geometry.js").Handle} Handle */
/** @typedef {import("./editor_model.js").EditorModel} EditorModel */
/** @typedef {import("./viewport.js").Viewport} Viewport */
/** A drag of a handle: where the pointer is, in pixels, and how many offsets beside the handle's own place. The lens
 * stays where it is while a handle is dragged in it; in the strip, `lens` is null.
 * @typedef {{ name: string, node: HTMLElement, x: number, lens: View | null, grip: number }} Drag */

const TEXT_SIZE = 13, WIDE = 30 // pixels of a handle's text and width, as in the styles: reading one costs a layout
const TEXT_TOP = 6 // pixels from the top of the strip to the text of a wing

/** The handles of an editor, and the drag of one of them. */
export class Handles {
  /** @type {Drag | null} */
  drag = null

  /**
   * @param {HTMLElement} root
   * @param {{ model: EditorModel, viewport: Viewport, paint: () => void }} parts */
  constructor(root, { model, viewport, paint }) {
    this.board = find(root, ".board")
    this.strip = find(root, ".board .handles")
    this.lens = find(root, ".lens .handles")
    this.model = model
    this.viewport = viewport
    this.paint = paint
  }

  /** Put all handles where they belong.
   * @param {boolean} inLens whether there are some in the lens */
  draw(inLens) {
    const { family } = this.model.choice
    const { view, strip: { top, tall } } = this.viewport
    this.strip.style.setProperty("--over", `${top + tall / 2 - TEXT_TOP}px`)
    this.#drawIn(this.strip, view, family)
    this.#drawIn(this.lens, this.viewport.lens, inLens ? family : null)
  }

  /** Begin to drag a handle.
   * @param {string} name
   * @param {HTMLElement} node
   * @param {PointerEvent} event */
  grab(name, node, event) {
    const handle = this.#handleOf(name)
    if (!handle || event.button) return
    node.setPointerCapture(event.pointerId)
    const { view, width } = this.viewport, x = this.#across(event)
    const lens = node.parentElement === this.lens ? this.viewport.lens : null
    this.drag = { name, node, x, lens, grip: handle.at - positionAt(lens ?? view, width, x) }
    node.focus({ preventScroll: true })
    event.preventDefault()
    this.paint()
  }

  /** Move the drag of a handle.
   * @param {HTMLElement} node
   * @param {PointerEvent} event */
  move(node, event) {
    if (this.drag?.node !== node) return
    this.drag.x = this.#across(event)
    this.follow()
  }

  /** End the drag of a handle.
   * @param {HTMLElement} node */
  release(node) {
    if (this.drag?.node !== node) return
    this.drag = null
    this.model.settle()
  }

  /** Let the dragged handle follow the pointer. */
  follow() {
    const { drag, model, viewport } = this, handle = drag && this.#handleOf(drag.name), { family } = model.choice
    if (!drag || !handle || !family) return
    const offset = positionAt(drag.lens ?? viewport.view, viewport.width, drag.x) + drag.grip
    model.change(chooseFamily(withHandleAt(family, drag.name, handle.valueAt(offset)), model.choice), false)
  }

  /** Move a handle by a key.
   * @param {string} name
   * @param {KeyboardEvent} event */
  press(name, event) {
    const { model } = this, { family } = model.choice
    const value = family && valueAfterKey(family, name, event.key)
    if (!family || value === null) return
    event.preventDefault()
    model.change(chooseFamily(withHandleAt(family, name, value), model.choice))
  }

  /** Put the handles of a pattern where they belong in a view; a free pattern has none.
   * @param {HTMLElement} host
   * @param {View} view
   * @param {Family | null} family */
  #drawIn(host, view, family) {
    const nodes = new Map(/** @type {HTMLElement[]} */ ([...host.children]).map((node) => [node.dataset.name, node]))
    const handles = family ? handlesOf(family) : []
    const { width } = this.viewport, across = (/** @type {Handle} */ handle) => acrossOf(handle, view, width)
    const measure = measureIn(`${typeOf(TEXT_SIZE)}px ${familyOf(this.board)}`)
    const texts = host === this.strip ? placeTexts(handles, across, { width, origin: pixelOf(view, width, 0), measure })
      : new Map()
    for (const handle of handles) {
      const node = nodes.get(handle.name) ?? createHandle(this, host, handle)
      nodes.delete(handle.name)
      placeHandle(node, handle, view, this)
      node.classList.toggle("dragged", this.drag?.node === node)
      nameHandle(node, texts.get(handle.name) ?? null, handle, across(handle))
    }
    for (const node of nodes.values()) if (this.drag?.node !== node) node.remove()
  }

  /** @param {string} name */
  #handleOf(name) {
    const { family } = this.model.choice
    return family ? handlesOf(family).find((handle) => handle.name === name) : undefined
  }

  /** @param {PointerEvent} event */
  #across(event) { return event.clientX - this.board.getBoundingClientRect().left }
}

/** Create the node of a handle.
 * @param {Handles} handles
 * @param {HTMLElement} host
 * @param {Handle} handle */
function createHandle(handles, host, { name, kind }) {
  const node = document.createElement("div")
  node.className = `handle ${kind}`
  node.dataset.name = name
  node.tabIndex = 0
  node.setAttribute("role", "slider")
  node.append(Object.assign(document.createElement("span"), { className: "value" }))
  node.onpointerdown = (event) => handles.grab(name, node, event)
  node.onpointermove = (event) => handles.move(node, event)
  node.onpointerup = node.onpointercancel = () => handles.release(node)
  node.onkeydown = (event) => handles.press(name, event)
  host.append(node)
  return node
}

/** Put a handle where it belongs in a view: outside the island, and in the lens only where it shows.
 * @param {HTMLElement} node
 * @param {Handle} handle
 * @param {View} view
 * @param {{ viewport: Viewport, lens: HTMLElement }} handles */
function placeHandle(node, handle, view, handles) {
  const { kind, label, texts, value, least, most } = handle
  const { width, strip, rows } = handles.viewport, x = acrossOf(handle, view, width)
  const inLens = node.parentElement === handles.lens, { top, tall } = inLens ? rows : strip
  const y = { island: top / 2, wing: top + tall / 2, dilation: top + 10 + tall }[kind]
  node.style.transform = `translate(${x}px, ${y}px)`
  const hidden = inLens && (x <= 8 || x >= width - 8)
  node.style.display = hidden ? "none" : ""
  const range = { "aria-valuenow": value, "aria-valuemin": least, "aria-valuemax": most }
  set(node, { "aria-label": label, "aria-valuetext": texts[0], ...range })
}

/** Return where a handle is drawn, in pixels.
 * @param {Handle} handle
 * @param {View} view
 * @param {number} width */
function acrossOf({ side, at, out, middle }, view, width) {
  const own = pixelOf(view, width, at) + side * out, nearest = pixelOf(view, width, middle) + side * 16
  return clamp(side < 0 ? Math.min(own, nearest) : Math.max(own, nearest), -4, width + 4)
}

/** Write what a handle stands for: where it has a place, there; else over the handle while it is pointed at.
 * @param {HTMLElement} node
 * @param {import("../base/labels.js").Place | null} place
 * @param {Handle} handle
 * @param {number} x of the handle */
function nameHandle(node, place, { texts }, x) {
  const value = /** @type {HTMLElement} */ (node.children[0])
  write(value, place ? place.text : texts[0])
  node.classList.toggle("named", place !== null)
  value.style.left = place ? `${place.from - x + WIDE / 2}px` : ""
}
