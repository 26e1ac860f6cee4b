// Controls beside the strip: the ready-made patterns, the pattern as text, its numbers, undo and redo, and the depth.

import { LIMITS } from "../boot/constants.js"
import { find, hasFocus, write } from "../base/dom.js"
import { percent, signed, whole } from "../base/format.js"
import { Draft } from "../base/typed/draft.js"
import { chooseFamily, chooseKernel, describe } from "../model/choice.js"
import { withDepth } from "../model/layers.js"
import { currentEditor } from "../model/page.js"
import { text } from "../model/pattern.js"
import { copyText, parseTyped, typedForm } from "../model/typed_pattern.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("./editor_model.js").EditorModel} EditorModel */

/** Fields in which Ctrl+Z undoes typing, not an edit of the kernel. */
const TYPED = 'input:not([type="range"], [type="radio"], [type="checkbox"]), textarea, [contenteditable]'
const COPIED = 1500 // ms that the button reports what it did

/** Whether a strip that comes folded was opened: it stays so on the next page. */
let unfolded = false

/** The controls of an editor. */
export class Controls {
  /**
   * @param {HTMLElement} root
   * @param {EditorModel} model */
  constructor(root, model) {
    this.root = root
    this.model = model
    this.input = find(root, ".text")
    this.error = find(root, ".pattern-error")
    this.depth = find(root, ".layers")
    this.undo = find(root, ".undo")
    this.redo = find(root, ".redo")
    this.copy = find(root, ".copy")
    this.undo.onclick = () => model.travel(-1)
    this.redo.onclick = () => model.travel(1)
    this.copy.onclick = () => this.#copyText()
    this.draft = new Draft(this.input, { complete: () => this.#takeText() })
    this.input.onpaste = () => setTimeout(() => this.draft.close())
    this.depth.max = LIMITS.layers
    this.depth.oninput = () => model.change(withDepth(model.choice, Number(this.depth.value)), false)
    this.depth.onchange = () => model.settle()
    listenToUndoKeys()
    unfold(root, unfolded)
    find(root, ".fold").onclick = () => unfold(root, !unfolded)
  }

  /** Show why something cannot be done, "" for nothing.
   * @param {string} sentence */
  refuse(sentence) {
    this.error.textContent = sentence
    this.input.setAttribute("aria-invalid", "false")
  }

  /** Write the choice into the controls. */
  draw() {
    const { root, model, input } = this, { choice } = model
    const values = describeNumbers(choice)
    find(root, ".numbers").querySelectorAll("dd").forEach((/** @type {Element} */ node, /** @type {number} */ i) =>
      write(node, values[i]))
    find(root, ".overview").setAttribute("aria-label", describe(choice))
    const typed = typedForm(choice.kernel)
    if (input.getAttribute("aria-invalid") !== "true") this.draft.show(typed.value)
    input.placeholder = typed.placeholder
    this.copy.disabled = !typed.value
    const { undo, redo } = this, focused = [undo, redo].find(hasFocus)
    undo.disabled = !model.canUndo
    redo.disabled = !model.canRedo
    if (focused?.disabled) [undo, redo].find((button) => !button.disabled)?.focus() // a disabled one loses the focus
    this.depth.value = find(root, ".depth output").textContent = String(choice.layers)
    drawPresets(find(root, ".presets"), model)
  }

  /** Take the pattern that was typed. */
  #takeText() {
    const { model, input } = this, kernel = parseTyped(input.value)
    if (typeof kernel === "string") {
      this.refuse(`${kernel} The pattern stays as it was.`)
      input.setAttribute("aria-invalid", "true")
    } else {
      model.change(chooseKernel(kernel, model.choice))
      input.value = text(model.choice.kernel)
    }
  }

  /** Copy the pattern as text, or select it where the browser does not allow that. */
  async #copyText() {
    const { copy } = this
    try {
      await navigator.clipboard.writeText(copyText(this.model.choice.kernel))
      copy.textContent = "Copied"
    } catch {
      this.input.select()
      copy.textContent = "Press Ctrl+C"
    }
    setTimeout(() => { copy.textContent = "Copy" }, COPIED)
  }
}

/** Write the numbers of a choice's kernel: taps, span, reach and density.
 * @param {Choice} choice */
function describeNumbers({ kernel: { offsets, first, size } }) {
  const reach = `${signed(first)} … ${signed(first + size - 1)}`
  return [whole(offsets.length), whole(size), reach, percent(offsets.length / size)]
}

/** Draw the buttons of the ready-made patterns.
 * @param {HTMLElement} host
 * @param {EditorModel} model */
function drawPresets(host, model) {
  const { data: { presets }, choice } = model
  while (host.children.length < presets.length) {
    const [name, family] = presets[host.children.length]
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name })
    button.onclick = () => model.change(chooseFamily(family, model.choice))
    host.append(button)
  }
  presets.forEach(([, family], i) => {
    host.children[i].setAttribute("aria-pressed", String(String(family) === String(choice.family)))
  })
}

/** Open or fold the strip.
 * @param {HTMLElement} root
 * @param {boolean} open */
function unfold(root, open) {
  const button = find(root, ".fold")
  unfolded = open
  root.classList.toggle("unfolded", open)
  button.setAttribute("aria-expanded", String(open))
  write(button, open ? "Hide taps" : "Edit taps")
}

/** Whether the page listens for the keys of undo and redo. */
let listening = false

/** Let the keys of undo and redo work wherever the focus is on the page: a click on a drawing leaves it nowhere. */
function listenToUndoKeys() {
  if (!listening) document.addEventListener("keydown", undoByKey)
  listening = true
}

/** Undo or redo by Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y, except where that undoes typing.
 * @param {KeyboardEvent} event */
function undoByKey(event) {
  const key = event.key.toLowerCase(), target = event.composedPath()[0], editor = currentEditor()
  if (!editor || event.altKey || !(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y")) return
  if (target instanceof Element && target.matches(TYPED)) return
  event.preventDefault()
  editor.travel(key === "y" || event.shiftKey ? 1 : -1)
}
