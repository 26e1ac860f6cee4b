// SVG nodes that a frame sets only where they have changed, without reading the page.

import { element, resize } from "../../base/svg.js"

/** @typedef {import("../../base/svg.js").Attributes} Attributes */

/** A node that remembers its attributes and its text. */
export class SvgNode {
  /** @type {Record<string, string>} */
  #attributes = {}
  #text = ""

  /**
   * @param {string} name
   * @param {Element} parent
   * @param {Attributes} attributes that never change */
  constructor(name, parent, attributes = {}) {
    this.node = element(name, parent, attributes)
  }

  /** Set attributes, numbers to three decimals.
   * @param {Attributes} attributes */
  set(attributes) {
    for (const [name, value] of Object.entries(attributes)) {
      const text = typeof value === "number" ? String(Math.round(value * 1000) / 1000) : value
      if (this.#attributes[name] !== text) this.node.setAttribute(name, (this.#attributes[name] = text))
    }
  }

  /** @param {string} text */
  write(text) {
    if (this.#text !== text) this.node.textContent = this.#text = text
  }
}

/** Write a text that never changes.
 * @param {Element} parent
 * @param {string} text
 * @param {Attributes} attributes
 * @param {"text" | "tspan"} name */
export function label(parent, text, attributes, name = "text") {
  element(name, parent, attributes).textContent = text
}

/** Empty a drawing, and give it this size, enlarged with the type of the page.
 * @param {SVGSVGElement} svg
 * @param {number} width
 * @param {number} height */
export function clear(svg, width, height) {
  svg.replaceChildren()
  resize(svg, width, height)
}
