// SVG elements, and the fills of the kernel's parts.

import { COLOURS } from "../boot/constants.js"

const SVG = "http://www.w3.org/2000/svg"

/** An SVG element of this name, put into `parent`.
 * @returns {any} */
export function element(/** @type {string} */ name, /** @type {Element} */ parent, attributes = {}) {
  const made = document.createElementNS(SVG, name)
  set(made, attributes)
  parent.append(made)
  return made
}

/** Give an element these attributes; one that it has already costs nothing more. */
export function set(/** @type {Element} */ node, /** @type {Record<string, string | number>} */ attributes) {
  for (const key in attributes) {
    const value = String(attributes[key])
    if (node.getAttribute(key) !== value) node.setAttribute(key, value)
  }
}

/** One fill a part: its colour, and the stripes that set it apart without colour.
 * @param {string} id told apart from other drawings on the page */
export function fills(/** @type {SVGSVGElement} */ svg, id) {
  const defs = element("defs", svg)
  const stripes = { "left wing": "M-1 -1L7 7M-1 5L1 7M5 -1L7 1", "right wing": "M-1 7L7 -1M-1 1L1 -1M5 7L7 5" }
  /** @type {Record<string, string>} */
  const fill = { ...COLOURS }
  for (const part of /** @type {const} */ (["left wing", "right wing"])) {
    const name = `${id}-${part.replace(" ", "-")}`
    const tile = element("pattern", defs, { id: name, width: 6, height: 6, patternUnits: "userSpaceOnUse" })
    element("rect", tile, { width: 6, height: 6, fill: COLOURS[part] })
    element("path", tile, { d: stripes[part], stroke: "rgba(255,255,255,0.45)", "stroke-width": 1.2 })
    fill[part] = `url(#${name})`
  }
  return fill
}
