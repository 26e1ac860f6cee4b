// The handles of the strip, and of its lens, moved by dragging or with the arrow keys.

import { find, write } from "../base/dom.js"
import { set } from "../base/svg.js"
import { clamp, pixelOf, positionAt } from "../base/view.js"
import { chooseFamily } from "../model/choice.js"
import { handlesOf, valueAfterKey, withHandleAt } from "./handle_geometry.js"
import { TOP } from "./strip.js"

/** @typedef {import("../model/pattern.js").Family} Family */
/** @typedef {import("../base/view.js").View} View */
/** @typedef {import("./handle_geometry.js").Handle} Handle */
/** @typedef {import("./editor_model.js").EditorModel} EditorModel */
/** @typedef {import("./viewport.js").Viewport} Viewport */
/** A drag of a handle: where the pointer is, in pixels, and how many offsets beside the handle's own place. The lens
 * stays where it is while a handle is dragged in it; in the strip, `lens` is null.
 * @typedef {{ name: string, node: HTMLElement, x: number, lens: View | null, grip: number }} Drag */

const MAX_TEXT = 120 // pixels at the right of a handle that its text may need

/** The handles of an editor, and the drag of one of them. */
export class Handles {
  /** @type {Drag | null} */
  drag = null

  /**
   * @param {HTMLElement} root
   * @param {{ tall: number, model: EditorModel, viewport: Viewport, paint: () => void }} parts `tall` is the height
   *   of an element */
  constructor(root, { tall, model, viewport, paint }) {
    this.board = find(root, ".board")
    this.strip = find(root, ".board .handles")
    this.lens = find(root, ".lens .handles")
    this.tall = tall
    this.model = model
    this.viewport = viewport
    this.paint = paint
  }

  /** Put all handles where they belong.
   * @param {boolean} inLens whether there are some in the lens */
  draw(inLens) {
    const { family } = this.model.choice
    this.#drawIn(this.strip, this.viewport.view, family)
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
    const namedSide = host === this.lens ? 0 : family?.[3] ? -1 : 1
    for (const handle of family ? handlesOf(family) : []) {
      const node = nodes.get(handle.name) ?? createHandle(this, host, handle)
      nodes.delete(handle.name)
      placeHandle(node, handle, view, this)
      node.classList.toggle("dragged", this.drag?.node === node)
      node.classList.toggle("named", handle.side === namedSide)
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
 * @param {{ tall: number, viewport: Viewport, lens: HTMLElement }} handles */
function placeHandle(node, { kind, side, at, out, middle, label, text, value, least, most }, view, handles) {
  const { width } = handles.viewport, { tall } = handles
  const own = pixelOf(view, width, at) + side * out, nearest = pixelOf(view, width, middle) + side * 16
  const x = side < 0 ? Math.min(own, nearest) : Math.max(own, nearest)
  const y = { island: TOP / 2, wing: TOP + tall / 2, dilation: TOP + 10 + tall }[kind]
  node.style.transform = `translate(${clamp(x, -4, width + 4)}px, ${y}px)`
  const hidden = node.parentElement === handles.lens && (x <= 8 || x >= width - 8)
  node.style.display = hidden ? "none" : ""
  const range = { "aria-valuenow": value, "aria-valuemin": least, "aria-valuemax": most }
  set(node, { "aria-label": label, "aria-valuetext": text, ...range })
  node.classList.toggle("inward", x > width - MAX_TEXT)
  write(node.children[0], text)
}
