// The theme of the page, for drawings on a canvas and for figures.

import { COLOURS, SHADES } from "../boot/constants.js"

/** The font, the colours of text and of lines, and those of the fewest and of the most paths.
 * @typedef {{ font: string, text: string, line: string, shades: readonly string[] }} Ink */

const TYPE = 12 // pixels
let least = 0

/** Let type on a canvas have at least this size from now on.
 * @param {number} pixels */
export function setLeastType(pixels) { least = pixels }

/** Return the size of type on a canvas that has this size where there is no least one.
 * @param {number} pixels */
export const typeOf = (pixels) => Math.max(pixels, least)

/** Return by how much a drawing is enlarged whose type has 12 pixels, so that its type is not too small. */
export const enlargement = () => typeOf(TYPE) / TYPE

/** Read the ink of the theme at an element; costly while a page is being changed.
 * @param {Element} node
 * @returns {Ink} */
export function readInk(node) {
  const style = getComputedStyle(node)
  const line = style.getPropertyValue("--st-border-color") || COLOURS.gap
  const shades = shadesOn(style.getPropertyValue("--st-background-color"))
  return { font: style.fontFamily, text: style.color, line, shades }
}

/** Return the colours of the fewest and of the most paths on a page of this colour, "#rrggbb".
 * @param {string} ground
 * @returns {readonly string[]} */
export function shadesOn(ground) {
  const [red, green, blue] = channels(ground.trim() || "#ffffff")
  return 0.3 * red + 0.6 * green + 0.1 * blue < 128 ? SHADES.dark : SHADES.light
}

/** Red, green and blue of the colours that were read: a few, each for very many cells.
 * @type {Map<string, number[]>} */
const known = new Map()

/** Return red, green and blue of a colour, 0 to 255.
 * @param {string} colour as "#rrggbb" or "rgb(r, g, b)" */
export function channels(colour) {
  const value = known.get(colour) ?? parseColour(colour)
  known.set(colour, value)
  return value
}

/** @param {string} colour */
function parseColour(colour) {
  const digits = /^#([0-9a-f]{6})/i.exec(colour)
  if (digits) return [0, 2, 4].map((at) => parseInt(digits[1].slice(at, at + 2), 16))
  return (colour.match(/\d+/g) ?? ["255", "255", "255"]).slice(0, 3).map(Number)
}

/** Return the colour of a strength between two colours; any strength is at least the first.
 * @param {readonly string[]} shades
 * @param {number} strength from 0 to 1
 * @returns {number[]} red, green and blue */
export function shadeBetween([faint, full], strength) {
  const from = channels(faint), to = channels(full)
  return from.map((value, k) => Math.round(value + (to[k] - value) * strength))
}
