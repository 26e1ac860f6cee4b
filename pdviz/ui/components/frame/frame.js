// The frame of a page: what acts on the page, in one line, a new start, and the view for a projector.
//
// The line follows the editor at once. What the buttons change goes to the server as the edit of a drawing.

import { editStream } from "../base/edit_stream.js"
import { find, write } from "../base/dom.js"
import { currentEditor, publishScope, subscribeToEditor } from "../model/page.js"
import { showAs } from "./presentation.js"
import { foldDrawerOnChoice, foldSidebar, neighbours } from "./sidebar.js"
import { describeShown } from "./words.js"

/** What the server sends: how the page is shown, whether it shows the whole stack, the weights that it shows, whether
 * it has a strip that can be hidden, and whether all is as on a first visit.
 * @typedef {{ rev: number, seq: number, present: boolean, strip: boolean, stack: boolean, weights: string,
 *   hideable: boolean, first: boolean }} FrameData */
/** @typedef {import("../boot/streamlit.d.ts").Component<FrameData>} Component */

const FIELDS = "input, select, textarea" // which have a use for the keys that turn pages

/** @type {WeakMap<HTMLElement, Frame>} */
const LIVE = new WeakMap()
/** The frame that takes keys: the last one, also while the next page is on its way.
 * @type {Frame | null} */
let last = null

/** Show the data in this element; called again with every change of it.
 * @param {HTMLElement} root
 * @param {Component} component
 * @returns {() => void} ends it */
export function frame(root, component) {
  const self = LIVE.get(root) ?? new Frame(root)
  LIVE.set(root, self)
  if (!last) document.addEventListener("keydown", (event) => last?.press(event))
  last = self
  self.receive(component)
  return () => self.end()
}

/** The frame in its element. */
class Frame {
  #stream = editStream("frame")
  /** @type {FrameData | null} */
  #data = null
  #view = { present: false, strip: true }
  #unsubscribe = () => {}

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    find(root, ".start").onclick = () => this.#send({ again: 1 })
    find(root, ".present").onclick = () => this.#toggle("present")
    find(root, ".strip").onclick = () => this.#toggle("strip")
    find(root, ".previous").onclick = () => neighbours()[0]?.click()
    find(root, ".next").onclick = () => neighbours()[1]?.click()
  }

  /** Take what the server sends.
   * @param {Component} component */
  receive({ data, setStateValue }) {
    this.#data = data
    if (this.#stream.receive(data, setStateValue)) this.#view = { present: data.present, strip: data.strip }
    foldDrawerOnChoice()
    publishScope(data.stack)
    this.#unsubscribe()
    this.#unsubscribe = subscribeToEditor(this.#draw)
    this.#show()
    this.#draw()
  }

  /** Stop following. */
  end() {
    this.#unsubscribe()
    this.#stream.flush()
  }

  /** Change how pages are shown.
   * @param {"present" | "strip"} name */
  #toggle(name) {
    this.#view = { ...this.#view, [name]: !this.#view[name] }
    this.#send({})
    this.#show()
  }

  /** Send the whole view: of two edits in a row only the last one may arrive.
   * @param {{ again?: 1 }} more */
  #send(more) {
    const { present, strip } = this.#view
    this.#stream.send({ present: present ? 1 : 0, strip: strip ? 1 : 0, ...more })
  }

  /** Take a key: Alt+P shows the page for a projector and back; there a presenter's keys turn pages.
   * @param {KeyboardEvent} event */
  press(event) {
    const { present } = this.#view
    const target = event.composedPath()[0], typing = target instanceof Element && target.matches(FIELDS)
    const turns = present && !typing && !event.altKey && !event.ctrlKey
    const page = turns ? ["PageUp", "PageDown"].indexOf(event.key) : -1
    if (event.altKey && event.code === "KeyP") this.#toggle("present")
    else if (page >= 0) neighbours()[page]?.click()
    else return
    event.preventDefault()
  }

  /** Show the page in its view, and the buttons. */
  #show() {
    const { root } = this, { present, strip } = this.#view, data = /** @type {FrameData} */ (this.#data)
    if (showAs(this.#view)) foldSidebar(present)
    const [previous, next] = neighbours()
    for (const [name, link] of /** @type {const} */ ([["previous", previous], ["next", next]])) {
      const button = find(root, `.${name}`)
      button.hidden = !present || !link
      const title = link?.innerText.trim().split("\n").pop() ?? ""
      write(button, name === "next" ? `${title} ›` : `‹ ${title}`)
    }
    write(find(root, ".strip"), strip ? "Hide the strip" : "Show the strip")
    find(root, ".strip").hidden = !data.hideable
    find(root, ".start").disabled = data.first
    write(find(root, ".present"), present ? "Leave presentation" : "Present")
    find(root, ".present").setAttribute("aria-pressed", String(present))
  }

  /** Write what is shown, as the editor has it. */
  #draw = () => {
    const choice = currentEditor()?.choice, data = this.#data
    if (!choice || !data) return
    write(find(this.root, ".words"), describeShown(choice, data))
  }
}
