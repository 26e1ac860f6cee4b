// What every drawing shares: elements, fills of the parts, and how numbers are written.

import { COLOURS } from "./constants.js"

const SVG = "http://www.w3.org/2000/svg"

export const clamp = (/** @type {number} */ v, least = 0, most = 1) => Math.min(most, Math.max(least, v))
export const ease = (/** @type {number} */ v) => v * v * (3 - 2 * v)
export const mix = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ u) => a + (b - a) * u

/** Of a view's width: what moves no more is there at once. */
export const LITTLE = 0.1

/** Whether the ends of two views are no further apart than this share of the second one's width. */
export const within = (/** @type {{ lo: number, hi: number }} */ a, /** @type {{ lo: number, hi: number }} */ b, /** @type {number} */ share) =>
  Math.max(Math.abs(a.lo - b.lo), Math.abs(a.hi - b.hi)) <= share * (b.hi - b.lo)

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

/** The text of a number with a real minus sign. */
export const signed = (/** @type {number | string} */ v) => String(v).replaceAll("-", "−")

const thousands = new Intl.NumberFormat("en-US")

/** A whole number with its thousands set apart. */
export const whole = (/** @type {number} */ v) => signed(thousands.format(v))

/** A whole number relative to something: with its sign. */
export const relative = (/** @type {number} */ v) => (v > 0 ? "+" : "") + whole(v)

/** Four significant digits, as `pdviz.ui.words.number` writes them: with an exponent where it has one. */
export function number(/** @type {number} */ v) {
  const [digits, power] = v.toExponential(3).split("e")
  const exponent = Number(power)
  if (v === 0 || (exponent >= -4 && exponent < 4)) return signed(Number(v.toPrecision(4)))
  return signed(`${Number(digits)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`)
}

/** Five significant digits, for a number that is read by itself. */
export const exact = (/** @type {number} */ v) => signed(Number(v.toPrecision(5)))

/** So many of a thing: "1 gap", "8 gaps". */
export const counted = (/** @type {number} */ n, /** @type {string} */ thing) => `${whole(n)} ${thing}${n === 1 ? "" : "s"}`
