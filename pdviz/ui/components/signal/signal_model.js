// State of the drawing: the section that is shown, where the kernel is, what is read, and the edits on their way.

import { editStream, isOlder } from "../base/edit_stream.js"
import { clamp } from "../base/view.js"
import { unpack } from "./section_data.js"

/** @typedef {import("../base/edit_stream.js").Send} Send */
/** @typedef {import("../base/edit_stream.js").Stamp} Stamp */
/** @typedef {import("./section_data.js").SectionData} SectionData */
/** @typedef {import("./section_data.js").SignalData} SignalData */

/** What the drawing shows; it sends moves of the kernel to the server, and notifies those who draw it. */
export class SignalModel {
  #stream = editStream("signal")
  /** The edit of the editor that the section is of.
   * @type {Stamp} */
  #edited
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
    this.#edited = data.edited
    /** Where the kernel is in the section. */
    this.position = data.position
  }

  /** The sample that the kernel is at. */
  get at() { return this.section.data.first + this.position }

  /** Call `listener` at every change.
   * @param {() => void} listener */
  subscribe(listener) { this.#listeners.push(listener) }

  /** Take what a run of the page sent; the kernel stays where the drawing is newer, and so does a section of a later
   * edit.
   * @param {SignalData} data
   * @param {Send} send
   * @param {boolean} dragging */
  receive(data, send, dragging) {
    if (!isOlder(data.edited, this.#edited)) {
      this.#edited = data.edited
      this.section = unpack(data, this.section)
    }
    if (this.#stream.receive(data, send, dragging)) this.position = data.position
    this.#fit()
  }

  /** Take the response to a request, if what is shown is of an earlier edit.
   * @param {Stamp} stamp
   * @param {SectionData} data */
  respond(stamp, data) {
    if (!isOlder(this.#edited, stamp)) return
    this.#edited = stamp
    this.section = unpack(data, this.section)
    this.#fit()
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

  /** Bring what is read within the section, and notify. */
  #fit() {
    this.position = clamp(this.position, 0, this.section.data.count - 1)
    if (this.offset !== null) this.offset = this.#clampOffset(this.offset)
    this.#notify()
  }

  /** @param {number} offset */
  #clampOffset(offset) { return clamp(offset, this.section.least, this.section.least + this.section.size - 1) }

  #notify() {
    for (const listener of this.#listeners) listener()
  }
}
