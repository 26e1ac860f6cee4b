// The kernel editor: every edit is drawn at once, and sent to the server.
//
// `EditorModel` has what is edited, `Viewport` where it is shown; the strip, its elements and handles, the controls
// and the drawing of the stack each draw both, together and at most once per frame.

import { find, oncePerFrame } from "../base/dom.js"
import { readInk } from "../base/theme.js"
import { SHADES } from "../boot/constants.js"
import { describe } from "../model/choice.js"
import { publishDrawing, publishEditor, withdrawEditor } from "../model/page.js"
import { Cones } from "../stack_editor/cones/cones.js"
import { StackEditor } from "../stack_editor/stack_editor.js"
import { Controls } from "./controls.js"
import { EditorModel } from "./editor_model.js"
import { Elements } from "./elements.js"
import { Handles } from "./handles.js"
import { Strip } from "./strip.js"
import { Viewport } from "./viewport.js"

/** @typedef {import("../model/choice.js").EditorData} EditorData */
/** @typedef {import("../boot/streamlit.d.ts").Component<EditorData>} Component */
/** @typedef {import("../base/theme.js").Ink} Ink */
/** What the drawing of a stack is drawn with; `still` where pictures jump instead of moving.
 * @typedef {{ now: number, width: number, ink: Ink, still: boolean }} Frame */
/** The drawing of the stack under the strip; `describe` puts into words what it shows,
 * and `saved` draws it for a file.
 * @typedef {{ draw: (frame: Frame) => void, describe: () => string,
 *   saved?: () => SVGSVGElement[] }} StackDrawing */

const ANNOUNCED = 500 // ms after an edit until it is announced to screen readers

/** Editors by root element.
 * @type {WeakMap<HTMLElement, Editor>} */
const LIVE = new WeakMap()

/** Show the data in this element; called again with every change of either.
 * @param {HTMLElement} root
 * @param {Component} component
 * @returns {() => void} ends it */
export function editor(root, component) {
  const self = LIVE.get(root) ?? new Editor(root, component.data)
  LIVE.set(root, self)
  self.receive(component)
  return () => self.end()
}

/** An editor in its element. */
class Editor {
  /** The data that was received last.
   * @type {EditorData | null} */
  #data = null
  #announcement = 0
  /** @type {Ink} */
  #ink = /** @type {Ink} */ ({ font: "", text: "", line: "", shades: SHADES.light })

  /**
   * @param {HTMLElement} root
   * @param {EditorData} data */
  constructor(root, data) {
    const compact = data.mode !== "kernel"
    const { request, cancel } = oncePerFrame((now) => this.#draw(now))
    this.root = root
    this.compact = compact
    this.paint = request
    this.cancelPaint = cancel
    this.board = find(root, ".board")
    this.lensBoard = find(root, ".lens")
    this.model = new EditorModel(data)
    this.viewport = new Viewport(!compact)
    this.overview = new Strip(find(root, ".overview"), "overview")
    this.lens = new Strip(find(this.lensBoard, "svg"), "lens")
    this.controls = new Controls(root, this.model)
    const parts = { model: this.model, viewport: this.viewport, paint: this.paint }
    this.elements = new Elements(root, { ...parts, refuse: (sentence) => this.controls.refuse(sentence) })
    this.handles = new Handles(root, parts)
    this.stack = createStackDrawing(root, data.mode, this.model, this.paint)
    this.model.subscribe((change) => this.#follow(change))
    find(root, ".close-lens").onclick = () => {
      this.viewport.openLens(false)
      this.paint()
    }
    this.resizes = new ResizeObserver(() => {
      this.viewport.reset()
      this.paint()
    })
    root.classList.toggle("compact", compact)
    root.classList.add("ready", `${data.mode}-mode`)
  }

  /** Take what the server sends. Streamlit may end an editor and show it again, in the same element, at once.
   * @param {Component} component */
  receive({ data, setStateValue }) {
    // The same data may come again with another theme; reading the theme is costly while a page is being changed.
    const repeated = !this.#data || (this.#data.rev === data.rev && this.#data.seq === data.seq)
    this.#data = data
    this.resizes.observe(this.board)
    publishDrawing("kernel", this.root, () => this.stack.saved?.() ?? [])
    const changed = this.model.receive(data, setStateValue, this.handles.drag !== null)
    const restyled = repeated && this.#renewInk()
    if (changed || restyled) this.paint() // an echo of what is shown already changes nothing
  }

  /** Stop drawing, and send what is pending. An announcement still comes: the element may be mounted again at once. */
  end() {
    withdrawEditor(this.model)
    this.resizes.disconnect()
    this.cancelPaint()
    this.model.flush()
  }

  /** Follow a change of the model.
   * @param {import("./editor_model.js").Change} change */
  #follow(change) {
    if (change === "edit" || change === "receive") this.controls.refuse("")
    if (change === "receive" || change === "settle") this.viewport.refit()
    if (change === "settle") this.#announce()
    this.paint()
  }

  /** Announce the choice to screen readers, once no edit has followed for a while. */
  #announce() {
    clearTimeout(this.#announcement)
    this.#announcement = setTimeout(() => {
      find(this.root, ".announcement").textContent = describe(this.model.choice) + this.stack.describe()
    }, ANNOUNCED)
  }

  /** Read the theme; return whether it is another.
   * @returns {boolean} */
  #renewInk() {
    const before = JSON.stringify(this.#ink)
    this.#ink = readInk(this.root)
    return JSON.stringify(this.#ink) !== before
  }

  /** Draw everything.
   * @param {number} now */
  #draw(now) {
    const { model, viewport, handles, elements } = this, width = this.board.clientWidth
    if (!width) return
    const { kernel } = model.choice, state = viewport.advance(kernel, width, handles.drag, now)
    if (state === "moving") this.paint()
    if (state === "pushed") requestAnimationFrame(() => handles.follow())
    const { view, lens, rows, strip, enlarged, still } = viewport, scene = { kernel, width, hover: elements.hover }
    this.overview.draw({ ...scene, view, rows: strip, linked: viewport.linked, marked: enlarged ? lens : null })
    this.lensBoard.hidden = !enlarged
    if (enlarged) this.lens.draw({ ...scene, view: lens, rows, linked: 0, marked: null })
    handles.draw(enlarged)
    elements.draw(enlarged)
    this.controls.draw()
    this.stack.draw({ now, width, ink: this.#ink, still })
    publishEditor(model)
  }
}

/** Create the drawing of the stack that belongs to a mode.
 * @param {HTMLElement} root
 * @param {EditorData["mode"]} mode
 * @param {EditorModel} model
 * @param {() => void} paint
 * @returns {StackDrawing} */
function createStackDrawing(root, mode, model, paint) {
  if (mode === "kernel") return new Cones(root, model, paint)
  if (mode === "stack") return new StackEditor(root, model, paint)
  return { draw() {}, describe: () => "" }
}
