// Fields for numbers: a valid number is taken while it is typed, an invalid one is corrected when the field is left,
// and a sentence explains that.

import { createElement, write } from "../dom.js"
import { whole } from "../format.js"
import { Draft } from "./draft.js"
import { checkNumber, describeCorrection, stepped } from "./typed_number.js"

/** @typedef {import("./typed_number.js").TypedNumber} TypedNumber */
/** What a field does with a number, `done` when the field was left; with the sentence about a correction, "" for none;
 * and where it is left with no number at all.
 * @typedef {{ take: (value: number, done: boolean) => void, report: (sentence: string) => void,
 *   abandon?: () => void }} Handlers */

/** Let the arrow keys step a number that is typed as text, and describe it to assistive technology. The browser's own
 * field for numbers takes part of what is typed for the whole, and moves the caret when it is written to.
 * @param {HTMLInputElement} input
 * @param {(direction: -1 | 1) => void} step */
export function listenToArrows(input, step) {
  const inputMode = input.inputMode || "numeric"
  Object.assign(input, { type: "text", inputMode, autocomplete: "off", spellcheck: false })
  input.setAttribute("role", "spinbutton")
  input.onkeydown = (event) => {
    const up = event.key === "ArrowUp"
    if ((!up && event.key !== "ArrowDown") || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    step(up ? 1 : -1)
  }
}

/** A number that is typed into `input`. */
export class NumberInput {
  /** The text of the number that is shown. */
  #text = ""
  /** Whether the input has the focus: its number is then written without separators, as it is typed. */
  #focused = false
  /** That text before a number was typed, null while none is.
   * @type {string | null} */
  #before = null

  /**
   * @param {HTMLInputElement} input
   * @param {TypedNumber} rule
   * @param {Handlers} handlers */
  constructor(input, rule, handlers) {
    this.input = input
    this.rule = rule
    this.handlers = handlers
    if (rule.decimal) input.inputMode = "decimal"
    listenToArrows(input, (direction) => this.step(direction))
    this.#limit(rule.most)
    this.draft = new Draft(input, { read: () => this.#read(false), complete: () => this.#read(true) })
    for (const name of ["focus", "blur"]) input.addEventListener(name, () => this.#write(name === "focus"))
  }

  /** Show a number, none if it is undefined; leave a field alone that is being typed in.
   * @param {number | undefined} value
   * @param {number} most the largest valid number from now on */
  show(value, most = this.rule.most) {
    if (most !== this.rule.most) this.#limit(most)
    this.#text = value === undefined ? "" : String(value)
    if (value === undefined) this.input.removeAttribute("aria-valuenow")
    else this.input.setAttribute("aria-valuenow", this.#text)
    this.draft.show(this.#display())
  }

  /** Return the number that is shown, as it is written: with its thousands set apart, unless it can be typed over. */
  #display() {
    const { decimal } = this.rule, text = this.#text
    return this.#focused || decimal || !text ? text : whole(Number(text))
  }

  /** Write the number when the focus comes or goes; what was selected stays so.
   * @param {boolean} focused */
  #write(focused) {
    const { input } = this, before = this.#display(), all = input.selectionEnd === input.value.length
    const selected = all && input.selectionStart === 0
    this.#focused = focused
    if (input.value !== before || before === this.#display()) return
    input.value = this.#display()
    if (focused && selected) input.select()
  }

  /** Take the number one step from what is typed; where that is no number, from the one that is shown or the
   * placeholder.
   * @param {-1 | 1} direction */
  step(direction) {
    const { input, rule } = this
    const text = input.value === this.#display() ? this.#text : input.value
    const start = checkNumber(rule, text).nearest ?? Number(this.#text || input.placeholder)
    input.value = String(stepped(rule, start, direction))
    this.draft.drop()
    this.#read(true)
  }

  /** Show the sentence about a correction, "" for none.
   * @param {string} sentence */
  report(sentence) {
    this.handlers.report(sentence)
    this.input.setAttribute("aria-invalid", String(sentence !== ""))
  }

  /** @param {number} most */
  #limit(most) {
    this.rule = { ...this.rule, most }
    this.input.setAttribute("aria-valuemin", String(this.rule.least))
    this.input.setAttribute("aria-valuemax", String(most))
  }

  /** Take what is typed if it is valid, and leave the field alone; correct it once the field is `done` with.
   * @param {boolean} done */
  #read(done) {
    const { input, rule, handlers } = this, text = input.value
    const check = checkNumber(rule, text), { nearest, reason } = check
    if (!done) {
      if (reason || nearest === null) return
      this.#before ??= this.#text
      handlers.take(nearest, false)
    } else if (nearest === null) this.#restore()
    else {
      handlers.take(nearest, true)
      input.value = String(nearest)
    }
    if (done) this.#before = null
    this.report(describeCorrection(rule, text, check))
  }

  /** Show the number from before something was typed that is none; what was typed first may have been one. */
  #restore() {
    const before = this.#before || this.#text, changed = before !== this.#text
    if (changed) this.handlers.take(Number(before), true)
    this.input.value = before
    if (!changed) this.handlers.abandon?.()
  }
}

/** A field with a label, a hint, two buttons that step the number, and a place for the sentence. */
export class NumberField {
  /**
   * @param {HTMLElement} host
   * @param {TypedNumber & { hint: string }} kind
   * @param {(value: number, done: boolean) => void} take */
  constructor(host, kind, take) {
    this.place = createElement("div", "field")
    const message = createElement("p", "message"), input = document.createElement("input")
    message.setAttribute("role", "alert")
    this.number = new NumberInput(input, kind, { take, report: (sentence) => write(message, sentence) })
    const row = createElement("div", "number")
    row.append(input, createStepper("−", -1, this.number), createStepper("+", 1, this.number))
    const [head, note] = createLabel(input, kind)
    this.note = note
    this.place.append(head, note, row, message)
    host.append(this.place)
  }

  /** Show a number, or none and a placeholder, the number to start from.
   * @param {number | undefined} value
   * @param {{ most?: number, placeholder?: number }} options */
  show(value, { most, placeholder = this.number.rule.least } = {}) {
    this.number.input.placeholder = String(placeholder)
    this.number.show(value, most)
  }

  /** Write the hint.
   * @param {string} text */
  hint(text) { write(this.note, text) }

  /** Remove the sentence about a correction. */
  clear() { this.number.report("") }
}

/** Create the label and the hint of an input.
 * @param {HTMLInputElement} input
 * @param {{ label: string, hint: string }} kind */
export function createLabel(input, { label, hint }) {
  const head = document.createElement("label")
  const name = createElement("span", "name"), note = createElement("span", "hint")
  const id = `pattern-${label.toLowerCase().replaceAll(" ", "-")}`
  name.textContent = label
  note.textContent = hint
  input.id = head.htmlFor = id
  note.id = `${id}-hint`
  input.setAttribute("aria-describedby", note.id)
  head.append(name)
  return [head, note]
}

/** Create a button that steps a number.
 * @param {string} sign
 * @param {-1 | 1} direction
 * @param {NumberInput} number */
function createStepper(sign, direction, number) {
  const button = /** @type {HTMLButtonElement} */ (createElement("button", "step"))
  Object.assign(button, { type: "button", textContent: sign, tabIndex: -1, onclick: () => number.step(direction) })
  button.setAttribute("aria-label", `${direction > 0 ? "More" : "Less"}: ${number.rule.label}`)
  return button
}
