// The pattern in plain fields beside every page. They edit the editor's choice, and show it, at once.

import { LIMITS } from "../boot/constants.js"
import { createElement, write } from "../base/dom.js"
import { whole } from "../base/format.js"
import { Draft } from "../base/typed/draft.js"
import { NumberField, createLabel } from "../base/typed/number_field.js"
import { chooseFamily, chooseKernel, describeFamily } from "../model/choice.js"
import { withDepth } from "../model/layers.js"
import { currentEditor, showsStack, subscribeToEditor } from "../model/page.js"
import { DEFAULT_FAMILY, joinedTaps, parse, text } from "../model/pattern.js"
import { countTyped, parseTyped, typedForm } from "../model/typed_pattern.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("../model/pattern.js").Family} Family */
/** @typedef {import("../model/pattern.js").Kernel} Kernel */
/** @typedef {import("../boot/streamlit.d.ts").Component<{ last: Family }>} Component */

/** The numbers of a family, in its order. */
const NUMBERS = [
  { label: "Wing", hint: "taps per wing", least: 0, most: LIMITS.wing },
  { label: "Dilation", hint: "samples from tap to tap", least: 1, most: LIMITS.dilation },
  { label: "Island", hint: "taps, an odd number", least: 1, most: LIMITS.island, odd: true },
]
const ORIGIN = { label: "Origin", hint: "elements before offset 0", least: 0, most: 0 }
const LAYERS = { label: "Layers", hint: "stacked", least: 1, most: LIMITS.layers }
const FREE = "A free pattern: any element may be a tap. The island is the run of taps, without a gap, at the origin " +
  "or nearest to it (of two, the left one); the taps on either side are the wings."

/** The fields by the element they are drawn in.
 * @type {WeakMap<HTMLElement, PatternFields>} */
const LIVE = new WeakMap()

/** Show the fields in this element; called again with every change of the data.
 * @param {HTMLElement} root
 * @param {Component} component
 * @returns {() => void} ends it */
export function pattern(root, { data }) {
  const fields = LIVE.get(root) ?? new PatternFields(root)
  LIVE.set(root, fields)
  fields.last = data.last
  fields.show()
  return subscribeToEditor(fields.show)
}

/** The fields of a pattern. */
class PatternFields {
  /** The family's numbers that were shown last, to which a free pattern returns.
   * @type {Family} */
  last = [...DEFAULT_FAMILY]
  /** The choice that the fields show, or have made.
   * @type {Choice | null} */
  #choice = null

  /** @param {HTMLElement} root */
  constructor(root) {
    this.free = new FreeNote(root, () => this.#edit((choice) => chooseFamily([...this.last], choice)))
    this.numbers = NUMBERS.map((kind, at) => this.#number(root, kind, (choice, value) => {
      const family = this.#familyOf(choice)
      family[at] = value
      return chooseFamily(family, choice)
    }))
    this.causal = new CausalField(root, (checked) => this.#edit((choice) => {
      const [wing, dilation, island] = this.#familyOf(choice)
      return chooseFamily([wing, dilation, island, checked], choice)
    }))
    this.text = new TextField(root, (kernel) => this.#edit((choice) => chooseKernel(kernel, choice)))
    this.origin = this.#number(root, ORIGIN, (choice, value) => chooseKernel(parse(text(choice.kernel), value), choice))
    this.layers = this.#number(root, LAYERS, withDepth)
  }

  /** Show the choice of the page's editor. */
  show = () => {
    const choice = currentEditor()?.choice
    if (!choice) return
    const { kernel, family, layers } = choice
    if (choice !== this.#choice) this.#clear() // the messages are about another choice
    this.#choice = choice
    this.last = family ?? this.last
    this.free.show(family === null, this.last)
    this.numbers.forEach((field, at) => {
      field.place.hidden = family === null
      field.show(Number(this.last[at]))
    })
    const joined = family ? joinedTaps(family) : 0
    this.numbers[2].hint(joined ? `${whole(joined)} in a row with the wings` : NUMBERS[2].hint)
    this.causal.show(family)
    this.text.show(kernel)
    this.origin.place.hidden = family !== null
    this.origin.show(-kernel.first, { most: kernel.size - 1 })
    this.layers.place.hidden = !showsStack()
    this.layers.show(layers)
  }

  /** Create a field for a number that changes the choice.
   * @param {HTMLElement} root
   * @param {import("../base/typed/typed_number.js").TypedNumber & { hint: string }} kind
   * @param {(choice: Choice, value: number) => Choice} change */
  #number(root, kind, change) {
    return new NumberField(root, kind, (value, done) => this.#edit((choice) => change(choice, value), done))
  }

  /** Change the editor's choice.
   * @param {(choice: Choice) => Choice} change
   * @param {boolean} done whether this completes the edit */
  #edit(change, done = true) {
    const editor = currentEditor()
    if (!editor) return
    this.#clear()
    editor.change(change(editor.choice), done)
    this.#choice = editor.choice
  }

  /** Return a copy of the family's numbers of a choice, or of those that were shown last.
   * @param {Choice} choice
   * @returns {Family} */
  #familyOf(choice) { return [...(choice.family ?? this.last)] }

  /** Remove all messages. */
  #clear() {
    for (const field of [...this.numbers, this.origin, this.layers, this.text]) field.clear()
  }
}

/** What stands in place of the family's numbers where the pattern is a free one. */
class FreeNote {
  /**
   * @param {HTMLElement} host
   * @param {() => void} leave goes back to the family */
  constructor(host, leave) {
    const sentence = document.createElement("p")
    sentence.textContent = FREE
    this.place = createElement("div", "free")
    this.back = /** @type {HTMLButtonElement} */ (createElement("button", "back"))
    Object.assign(this.back, { type: "button", onclick: leave })
    this.place.append(sentence, this.back)
    host.append(this.place)
  }

  /** Show the note, or hide it.
   * @param {boolean} free
   * @param {Family} last the family to go back to */
  show(free, last) {
    this.place.hidden = !free
    write(this.back, `Back to ${describeFamily(last)}`)
  }
}

/** The switch of the causal pattern, which has no right wing. */
class CausalField {
  /**
   * @param {HTMLElement} host
   * @param {(checked: boolean) => void} take */
  constructor(host, take) {
    const label = createElement("label", "field switch"), input = document.createElement("input")
    const name = createElement("span", "name"), hint = createElement("span", "hint")
    Object.assign(input, { type: "checkbox", onchange: () => take(input.checked) })
    input.setAttribute("role", "switch")
    input.setAttribute("aria-label", "Causal")
    name.textContent = "Causal"
    hint.textContent = "no right wing"
    label.append(input, name, hint)
    host.append(label)
    this.place = label
    this.input = input
  }

  /** Show whether the pattern is causal, which a free one is neither way.
   * @param {Family | null} family */
  show(family) {
    this.place.hidden = family === null
    this.input.checked = family !== null && family[3]
  }
}

/** The pattern as text, to be typed over. */
class TextField {
  /**
   * @param {HTMLElement} host
   * @param {(kernel: Kernel) => void} take */
  constructor(host, take) {
    const place = createElement("div", "field"), input = document.createElement("input")
    const message = createElement("p", "message")
    Object.assign(input, { type: "text", spellcheck: false, autocomplete: "off", inputMode: "numeric" })
    message.setAttribute("role", "alert")
    place.append(...createLabel(input, { label: "As text", hint: "1 is a tap, 0 a gap" }), input, message)
    host.append(place)
    this.draft = new Draft(input, { complete: () => this.#read(take) })
    this.input = input
    this.message = message
  }

  /** Show a kernel, unless another is being typed or corrected.
   * @param {Kernel} kernel */
  show(kernel) {
    const { input } = this, { value, placeholder } = typedForm(kernel)
    if (!this.message.textContent) this.draft.show(value)
    input.placeholder = placeholder
  }

  /** Remove the message. */
  clear() { this.#report("") }

  /** Take what is typed, or explain why it is no pattern.
   * @param {(kernel: Kernel) => void} take */
  #read(take) {
    const { input } = this, kernel = parseTyped(input.value)
    if (typeof kernel === "string") return this.#report(`${kernel} The pattern stays as it was.`)
    take(kernel)
    const trimmed = countTyped(input.value) - kernel.size
    this.#report(trimmed > 0 ? `Gaps outside taps and origin were left out: ${whole(trimmed)}.` : "")
    input.value = text(kernel)
  }

  /** @param {string} sentence */
  #report(sentence) {
    write(this.message, sentence)
    this.input.setAttribute("aria-invalid", String(sentence !== ""))
  }
}
