// Bars about a zero line: nodes are made once, and a frame sets only what has changed.

import { element } from "../../base/svg.js"

/** @typedef {import("../../boot/constants.js").Part} Part */

const NAMES = ["x", "y", "width", "height", "opacity"]
const LEAST = 0.75 // pixels of the height of a bar

/** One bar for each of these elements of the kernel. */
export class Bars {
  /**
   * @param {Element} parent
   * @param {string} kind
   * @param {number[]} elements
   * @param {readonly Part[]} parts of the kernel
   * @param {(part: Part) => string} fillOf */
  constructor(parent, kind, elements, parts, fillOf) {
    this.nodes = elements.map((i) => element("rect", parent, {
      class: `bar ${kind} ${parts[i] === "gap" ? "gap" : "tap"}`, fill: fillOf(parts[i]), "data-element": i, opacity: 0,
    }))
    this.values = new Float64Array(this.nodes.length * NAMES.length).fill(NaN)
  }

  /** Place the k-th bar: its middle, its zero line, how far it reaches above that, and its width.
   * @param {number} k
   * @param {number} x
   * @param {number} zero
   * @param {number} height
   * @param {number} width */
  put(k, x, zero, height, width) {
    this.#set(k, 0, x - width / 2)
    this.#set(k, 1, Math.min(zero, zero - height))
    this.#set(k, 2, width)
    this.#set(k, 3, Math.max(Math.abs(height), LEAST))
  }

  /** Set the opacity of the k-th bar.
   * @param {number} k
   * @param {number} opacity */
  show(k, opacity) { this.#set(k, 4, opacity) }

  /** @param {number} k
   * @param {number} slot of `NAMES`
   * @param {number} value */
  #set(k, slot, value) {
    const rounded = Math.round(value * 1000) / 1000, place = NAMES.length * k + slot
    if (this.values[place] === rounded) return
    this.values[place] = rounded
    this.nodes[k].setAttribute(NAMES[slot], String(rounded))
  }
}
