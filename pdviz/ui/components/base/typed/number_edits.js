// A field for one number of a page.

import { whole } from "../format.js"
import { editStream } from "../edit_stream.js"
import { NumberField } from "./number_field.js"
import { addHelp } from "./help.js"

/** @typedef {import("./typed_number.js").TypedNumber} TypedNumber */
/** @typedef {{ key: string, rule: TypedNumber, help: string, value: number }} NumberData */
/** @typedef {import("../../boot/streamlit.d.ts").Component<import("../edit_stream.js").Stamp & { name: string }
 *   & NumberData>} Component */

/** The field, and its edits. */
export class NumberEdits {
  #value = NaN

  /**
   * @param {HTMLElement} root
   * @param {NumberData & { name: string }} data */
  constructor(root, { name, rule, help }) {
    this.stream = editStream(name)
    this.key = ""
    this.field = new NumberField(root, { ...rule, hint: "" }, (value, done) => { if (done) this.#take(value) })
    const digits = Math.max(...[rule.least, rule.most].map((value) => whole(value).length))
    this.field.place.style.setProperty("--digits", String(digits)) // every number can be read, whatever the type's size
    addHelp(this.field.place, help)
  }

  /** Take what the server sends.
   * @param {Component} component */
  receive({ data, setStateValue }) {
    this.key = data.key
    if (!this.stream.receive(data, setStateValue)) return
    if (data.value !== this.#value) this.field.clear() // what it says is about another number
    this.#value = data.value
    this.field.show(data.value)
  }

  /** Complete what is being typed, and send it. */
  end() {
    this.field.number.draft.close()
    this.stream.flush()
  }

  /** @param {number} value */
  #take(value) {
    if (value === this.#value) return
    this.#value = value
    this.stream.send({ [this.key]: value })
    this.field.show(value)
  }
}
