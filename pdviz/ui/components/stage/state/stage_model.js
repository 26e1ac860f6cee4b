// State of the stage: the run, what is looked at in it, and the messages about that.

import { editStream } from "../../base/edit_stream.js"
import { clamp } from "../../base/view.js"
import { decode, sameRun } from "../run/run.js"
import { MOTION } from "../run/timeline.js"
import { Player } from "./player.js"

/** @typedef {import("../run/run.js").StageData} StageData */
/** A training step and an output that is looked at.
 * @typedef {{ step: number, position: number }} Place */
/** @typedef {import("./player.js").PlayerParts & { time?: number }} ModelParts */

/** Before anything is played: the kernel has just been assembled. */
const OPENING = MOTION

/** What the stage shows; it requests of the server what is looked at. */
export class StageModel {
  #stream = editStream("stage")
  /** Where the server is, once it has answered all requests.
   * @type {Place} */
  #place
  /** What it has not answered yet.
   * @type {Partial<Place>} */
  #pending = {}
  #changed

  /**
   * @param {StageData} data
   * @param {ModelParts} parts */
  constructor(data, { time = 6 * data.step + OPENING, reducedMotion, changed }) {
    this.data = data
    this.run = decode(data)
    this.player = new Player(time, data.steps, { reducedMotion, changed })
    /** The output under the window. */
    this.position = data.position
    /** The element that is pointed at, or −1. */
    this.column = -1
    /** The element in the middle of the stretch that is drawn of a long kernel, and how many elements that has. */
    this.middle = -data.offsets[0]
    this.count = data.offsets.length
    this.#place = { step: data.step, position: data.position }
    this.#changed = changed
  }

  /** The output that the columns show: in a run for one output, that one. */
  get output() { return this.run.scope === "signal" ? this.position : this.run.position }

  /** The first element that is drawn. */
  get first() {
    return clamp(Math.round(this.middle - (this.count - 1) / 2), 0, Math.max(0, this.run.K - this.count))
  }

  /** Take what the server sent.
   * @param {StageData} data
   * @param {import("../../base/edit_stream.js").Send} send */
  receive(data, send) {
    if (!sameRun(this.data, data)) this.run = decode(data)
    if (data.offsets[0] !== this.data.offsets[0] || data.offsets.length !== this.data.offsets.length)
      this.middle = -data.offsets[0]
    this.data = data
    this.player.fit(data.steps)
    if (this.#stream.receive(data, send)) this.#follow(data)
    this.position = clamp(this.position, 0, this.run.L - 1)
    this.column = Math.min(this.column, this.run.K - 1)
  }

  /** Look at another output.
   * @param {number} position */
  lookAt(position) {
    this.position = clamp(position, 0, this.run.L - 1)
    this.request({ position: this.position })
    this.#changed()
  }

  /** Point at an element.
   * @param {number} i */
  point(i) {
    if (i === this.column) return
    this.column = i
    this.#changed()
  }

  /** Point at an element, and let it be drawn.
   * @param {number} i */
  pointWithin(i) {
    if (i < this.first) this.middle = i + (this.count - 1) / 2
    if (i >= this.first + this.count) this.middle = i - (this.count - 1) / 2
    this.point(i)
  }

  /** Draw the stretch about an element.
   * @param {number} i */
  showAround(i) {
    const half = (this.count - 1) / 2
    this.middle = clamp(Math.round(i), Math.floor(half), Math.ceil(this.run.K - 1 - half))
    this.#changed()
  }

  /** Draw so many elements.
   * @param {number} count */
  show(count) { this.count = Math.min(count, this.run.K) }

  /** Request another place, together with what the server has not answered yet.
   * @param {Partial<Place>} change */
  request(change) {
    const place = { ...this.#place, ...change }
    if (place.step === this.#place.step && place.position === this.#place.position) return
    this.#place = place
    this.#pending = { ...this.#pending, ...change }
    this.#stream.send(this.#pending)
  }

  /** Send now what is pending. */
  flush() { this.#stream.flush() }

  /** Go where the server is by itself, rather than because it was requested.
   * @param {Place} place */
  #follow({ step, position }) {
    const before = this.#place
    this.#place = { step, position }
    this.#pending = {}
    if (position !== before.position) this.position = position
    if (step !== before.step) this.player.jumpToStep(step)
  }
}
