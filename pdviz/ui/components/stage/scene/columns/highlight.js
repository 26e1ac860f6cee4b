// The light behind the column that is pointed at: from the samples to the gradient, and at its parameters.

import { SvgNode } from "../svg_node.js"

/** @typedef {import("../../run/run.js").Run} Run */
/** @typedef {import("./layout.js").Places} Places */

const HEADING = 17 // pixels below the top of a band
/** The parameters of an element: up to two. */
const HOLDERS = [0, 1]

/** The light, which lies below everything. */
export class Highlight {
  /**
   * @param {Element} parent
   * @param {Run} run
   * @param {Places} places */
  constructor(parent, run, places) {
    this.run = run
    this.places = places
    this.group = new SvgNode("g", parent, { class: "lit", opacity: 0 })
    const create = () => new SvgNode("rect", this.group.node, { rx: 3, opacity: 0 })
    this.column = create()
    this.parameters = HOLDERS.map(create)
  }

  /** Light up an element.
   * @param {number} i −1 for none */
  draw(i) {
    const { place, packed, bandOf, samples, axis } = this.places
    this.group.set({ opacity: i < 0 ? 0 : 1 })
    if (i < 0) return
    this.column.set(this.#box(place(i), samples.top, axis + 6))
    this.parameters.forEach((node, k) => {
      const p = this.run.holders[i][k]
      node.set(p === undefined ? { opacity: 0 } : this.#box(packed(p), bandOf(p).top, bandOf(p).foot))
    })
  }

  /** @param {number} x
   * @param {number} top
   * @param {number} foot */
  #box(x, top, foot) {
    const { column } = this.places
    return { x: x - column / 2, y: top + HEADING, width: column, height: foot - top - HEADING, opacity: 1 }
  }
}
