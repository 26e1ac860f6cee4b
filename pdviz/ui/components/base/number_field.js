// Fields for whole numbers: a valid number is taken while it is typed, an invalid one is corrected when the field is
// left, and a sentence explains that.

import { createElement, hasFocus, write } from "./dom.js"
import { clamp } from "./view.js"
import { checkWholeNumber, describeCorrection } from "./whole_number.js"

/** @typedef {import("./whole_number.js").WholeNumber} WholeNumber */
/** What a field does with a number, `done` when the field was left; with the sentence about a correction, "" for none;
 * and where it is left with no number at all.
 * @typedef {{ take: (value: number, done: boolean) => void, report: (sentence: string) => void,
 *   abandon?: () => void }} Handlers */

/** A number that is typed into `input`. */
export class NumberInput {
  /** The text of the number that is shown. */
  #text = ""

  /**
   * @param {HTMLInputElement} input
   * @param {WholeNumber} rule
   * @param {Handlers} handlers */
  constructor(input, rule, handlers) {
    this.input = input
    this.rule = rule
    this.handlers = handlers
    Object.assign(input, { type: "number", inputMode: "numeric", step: rule.odd ? "2" : "1" })
    this.#limit(rule.most)
    input.oninput = () => this.#read(false)
    input.onchange = () => this.#read(true)
  }

  /** Show a number, none if it is undefined; leave a field alone that is being typed in.
   * @param {number | undefined} value
   * @param {number} most the largest valid number from now on */
  show(value, most = this.rule.most) {
    if (most !== this.rule.most) this.#limit(most)
    this.#text = value === undefined ? "" : String(value)
    if (!hasFocus(this.input) && this.input.value !== this.#text) this.input.value = this.#text
  }

  /** Take the number that is so many steps above what is typed, or above the placeholder.
   * @param {-1 | 1} direction */
  step(direction) {
    const { input, rule: { odd, least, most } } = this
    const start = Number(input.value.trim() || input.placeholder)
    input.value = String(clamp(start + direction * (odd ? 2 : 1), least, most))
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
    this.input.min = String(this.rule.least)
    this.input.max = String(most)
  }

  /** Take what is typed if it is valid; correct it if the field is `done` with.
   * @param {boolean} done */
  #read(done) {
    const { input, rule, handlers } = this, text = input.value
    const check = checkWholeNumber(rule, text), { nearest, reason } = check
    if (reason && !done) return
    if (nearest === null) {
      input.value = this.#text
      handlers.abandon?.()
    } else {
      handlers.take(nearest, done)
      input.value = String(nearest)
    }
    this.report(describeCorrection(text, check))
  }
}

/** A field with a label, a hint, two buttons that step the number, and a place for the sentence. */
export class NumberField {
  /**
   * @param {HTMLElement} host
   * @param {WholeNumber & { hint: string }} kind
   * @param {(value: number, done: boolean) => void} take */
  constructor(host, kind, take) {
    this.place = createElement("div", "field")
    const message = createElement("p", "message"), input = document.createElement("input")
    message.setAttribute("role", "alert")
    this.number = new NumberInput(input, kind, { take, report: (sentence) => write(message, sentence) })
    const row = createElement("div", "number")
    row.append(input, createStepper("−", -1, this.number), createStepper("+", 1, this.number))
    this.place.append(...createLabel(input, kind), row, message)
    host.append(this.place)
  }

  /** Show a number, or none and a placeholder, the number to start from.
   * @param {number | undefined} value
   * @param {{ most?: number, placeholder?: number }} options */
  show(value, { most, placeholder = this.number.rule.least } = {}) {
    this.number.input.placeholder = String(placeholder)
    this.number.show(value, most)
  }

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
