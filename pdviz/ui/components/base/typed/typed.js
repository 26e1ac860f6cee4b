// Fields of a page for numbers that are typed. What is valid goes to the server once it is complete: by Enter, by a
// step, or where the field is left; what is not is refused or corrected here, in a sentence.

import { NumberEdits } from "./number_edits.js"
import { WeightEdits } from "./weight_edits.js"

/** @typedef {import("../edit_stream.js").Stamp} Stamp */
/** @typedef {import("./number_edits.js").NumberData} NumberData */
/** @typedef {import("./weight_edits.js").WeightData} WeightData */
/** @typedef {Stamp & { name: string } & (NumberData | WeightData)} FieldData */
/** @typedef {import("../../boot/streamlit.d.ts").Component<any>} Component */

/** The fields by the element they are drawn in.
 * @type {WeakMap<HTMLElement, NumberEdits | WeightEdits>} */
const LIVE = new WeakMap()

/** Show the data in this element; called again with every change of it.
 * @param {HTMLElement} root
 * @param {Component} component
 * @returns {() => void} ends it */
export function fields(root, component) {
  const { data } = component
  const self = LIVE.get(root) ?? (data.weights ? new WeightEdits(root, data) : new NumberEdits(root, data))
  LIVE.set(root, self)
  self.receive(component)
  return () => self.end()
}
