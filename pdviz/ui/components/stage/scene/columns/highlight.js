// The light behind the column that is pointed at: at its samples, product and weight, at its parameters, and at its
// gradient.

import { LINE } from "../number_lines.js"
import { SvgNode } from "../svg_node.js"
import { LINES } from "./layout.js"

/** @typedef {import("../../run/clip.js").Clip} Clip */
/** @typedef {import("./layout.js").Places} Places */

/** The parameters of an element: up to two. */
const HOLDERS = [0, 1]

/** The light, which lies below everything. */
export class Highlight {
  /**
   * @param {Element} parent
   * @param {Clip} run
   * @param {Places} places */
  constructor(parent, run, places) {
    this.run = run
    this.places = places
    this.group = new SvgNode("g", parent, { class: "lit", opacity: 0 })
    const create = () => new SvgNode("rect", this.group.node, { rx: 3, opacity: 0 })
    this.column = create()
    this.gradient = create()
    this.parameters = HOLDERS.map(create)
  }

  /** Light up an element.
   * @param {number} i −1 for none */
  draw(i) {
    const { place, packed, column, each, samples, parameters, values, gradient, slopes, axis } = this.places
    this.group.set({ opacity: i < 0 ? 0 : 1 })
    if (i < 0) return
    this.column.set(box(place(i), column, samples.zero - samples.up * samples.bar, axis + 4))
    this.gradient.set(box(place(i), column, gradient.zero - gradient.up * gradient.bar, slopes + LINES * LINE - 8))
    this.parameters.forEach((node, k) => {
      const p = this.run.holders[i][k]
      node.set(p === undefined ? { opacity: 0 }
        : box(packed(p), each, parameters.zero - parameters.bar, values + LINES * LINE - 8))
    })
  }
}

/** Return the box about a middle.
 * @param {number} x
 * @param {number} width
 * @param {number} top
 * @param {number} foot */
const box = (x, width, top, foot) => ({ x: x - width / 2, y: top, width, height: foot - top, opacity: 1 })
