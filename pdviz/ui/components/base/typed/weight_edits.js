// Fields for the weights of a kernel: one per tap, with its part and offset; a list that is pasted fills them in turn.

import { COLOURS } from "../../boot/constants.js"
import { createElement, write } from "../dom.js"
import { editStream } from "../edit_stream.js"
import { signed } from "../format.js"
import { Draft } from "./draft.js"
import { readWeights } from "./typed_weights.js"

/** @typedef {import("../../boot/constants.js").Part} Part */
/** @typedef {{ parts: Part[], offsets: number[], values: number[], most: number }} Weights */
/** @typedef {{ weights: Weights }} WeightData */
/** @typedef {import("../../boot/streamlit.d.ts").Component<import("../edit_stream.js").Stamp & { name: string }
 *   & WeightData>} Component */
/** A field: its input, and what is being typed into it. @typedef {{ input: HTMLInputElement, draft: Draft }} Field */

const IDLE = "One weight per tap. A list can be pasted: as many numbers as taps fill all, fewer those from there on."

/** The fields of the weights, and their edits. */
export class WeightEdits {
  /** @type {Weights} */
  #weights = { parts: [], offsets: [], values: [], most: 0 }
  /** @type {Field[]} */
  #fields = []

  /**
   * @param {HTMLElement} root
   * @param {{ name: string }} data */
  constructor(root, { name }) {
    this.stream = editStream(name)
    this.place = createElement("div", "weights")
    this.message = createElement("p", "message")
    this.message.setAttribute("role", "alert")
    root.append(Object.assign(createElement("p", "idle"), { textContent: IDLE }), this.place, this.message)
  }

  /** Take what the server sends.
   * @param {Component} component */
  receive({ data, setStateValue }) {
    if (!this.stream.receive(data, setStateValue)) return
    const before = this.#weights, now = this.#weights = data.weights
    if (String(before.offsets) !== String(now.offsets) || String(before.parts) !== String(now.parts)) this.#build()
    if (String(before.values) !== String(now.values)) this.#report("")
    this.#write()
  }

  /** Complete what is being typed, and send it. */
  end() {
    for (const { draft } of this.#fields) draft.close()
    this.stream.flush()
  }

  /** Take what was typed or pasted at a tap.
   * @param {number} tap
   * @param {string} text */
  #take(tap, text) {
    const weights = this.#weights, count = weights.values.length
    const reading = readWeights(text, { tap, count, most: weights.most })
    if ("refusal" in reading) this.#report(reading.refusal, tap)
    else {
      const values = weights.values.toSpliced(reading.from, reading.values.length, ...reading.values)
      this.#report(reading.rounded)
      if (String(values) !== String(weights.values)) this.stream.send({ values })
      this.#weights = { ...weights, values }
    }
    this.#write()
  }

  /** Create the fields, part by part. */
  #build() {
    const { parts, offsets } = this.#weights, { place } = this
    place.replaceChildren()
    this.#fields = offsets.map((offset, tap) => {
      if (parts[tap] !== parts[tap - 1]) place.append(createPart(parts[tap]))
      const label = createElement("label", "weight"), input = document.createElement("input")
      label.append(Object.assign(createElement("span", "offset"), { textContent: signed(offset) }), input)
      Object.assign(input, { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false })
      input.setAttribute("aria-label", `Weight at offset ${signed(offset)}, ${parts[tap]}`)
      place.lastElementChild?.append(label)
      this.#listen(input, tap)
      return { input, draft: new Draft(input, { complete: () => this.#take(tap, input.value) }) }
    })
  }

  /** Let keys lead from weight to weight, and take what is pasted whole.
   * @param {HTMLInputElement} input
   * @param {number} tap */
  #listen(input, tap) {
    input.addEventListener("keydown", (event) => {
      /** @type {Record<string, number>} */
      const step = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }
      const next = this.#fields[tap + step[event.key]]
      if (!next || event.isComposing) return
      event.preventDefault()
      queueMicrotask(() => { // Enter completes what was typed first
        next.input.focus()
        next.input.select()
      })
    })
    input.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text/plain") ?? ""
      if (!/\S\s+\S|[,;]/.test(text)) return // a single number goes where the caret is
      event.preventDefault()
      this.#fields[tap].draft.drop()
      this.#take(tap, text)
    })
  }

  /** Show the weights, but for one that is being typed. */
  #write() { this.#fields.forEach(({ draft }, tap) => draft.show(String(this.#weights.values[tap]))) }

  /** Show a sentence about what was typed at a tap, "" for none.
   * @param {string} sentence
   * @param {number | null} tap */
  #report(sentence, tap = null) {
    write(this.message, sentence)
    this.#fields.forEach(({ input }, i) => input.setAttribute("aria-invalid", String(i === tap)))
  }
}


/** Create the place of a part's weights.
 * @param {Part} part */
function createPart(part) {
  const group = createElement("div", "part")
  group.style.borderColor = COLOURS[part]
  group.setAttribute("role", "group")
  group.append(Object.assign(createElement("span", "name"), { textContent: part }))
  return group
}
