// State of the drawing: the section that is shown, where the kernel is, what is read, and the edits on their way.

import { editStream } from "../base/edit_stream.js"
import { clamp } from "../base/view.js"
import { unpack } from "./section_data.js"

/** @typedef {import("../base/edit_stream.js").Send} Send */
/** @typedef {import("./section_data.js").SignalData} SignalData */

/** What the drawing shows; it sends moves of the kernel to the server, and notifies those who draw it. */
export class SignalModel {
  #stream = editStream("signal")
  /** @type {(() => void)[]} */
  #listeners = []
  /** The sample under the pointer.
   * @type {number | null} */
  sample = null
  /** The offset under the pointer, or at the keyboard's cursor, in the rows under the kernel.
   * @type {number | null} */
  offset = null

  /** @param {SignalData} data */
  constructor(data) {
    this.section = unpack(data, null)
    /** Where the kernel is in the section. */
    this.position = data.position
  }

  /** The sample that the kernel is at. */
  get at() { return this.section.data.first + this.position }

  /** Call `listener` at every change.
   * @param {() => void} listener */
  subscribe(listener) { this.#listeners.push(listener) }

  /** Take what the server sent; the kernel stays where the drawing is newer.
   * @param {SignalData} data
   * @param {Send} send
   * @param {boolean} dragging */
  receive(data, send, dragging) {
    this.section = unpack(data, this.section)
    if (this.#stream.receive(data, send, dragging)) this.position = data.position
    this.position = clamp(this.position, 0, data.count - 1)
    if (this.offset !== null) this.offset = this.#clampOffset(this.offset)
    this.#notify()
  }

  /** Move the kernel to a position of the section.
   * @param {number} position */
  move(position) {
    const next = clamp(position, 0, this.section.data.count - 1)
    if (next === this.position) return
    this.position = next
    this.#stream.send({ position: next })
    this.#notify()
  }

  /** Read the sample nearest to this place, or none.
   * @param {number | null} place */
  readSample(place) {
    const { first, count } = this.section.data
    const sample = place === null ? null : clamp(Math.round(place), first, first + count - 1)
    if (sample === this.sample) return
    this.sample = sample
    this.#notify()
  }

  /** Read what lies at an offset of the kernel, or nothing.
   * @param {number | null} offset */
  readOffset(offset) {
    const next = offset === null ? null : this.#clampOffset(offset)
    if (next === this.offset) return
    this.offset = next
    this.#notify()
  }

  /** Send now what is pending. */
  flush() { this.#stream.flush() }

  /** @param {number} offset */
  #clampOffset(offset) { return clamp(offset, this.section.least, this.section.least + this.section.size - 1) }

  #notify() {
    for (const listener of this.#listeners) listener()
  }
}
