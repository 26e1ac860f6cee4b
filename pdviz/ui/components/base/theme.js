// The theme of the page, for drawings on a canvas.

import { COLOURS } from "../boot/constants.js"

/** The font, and the colours of text and of lines.
 * @typedef {{ font: string, text: string, line: string }} Ink */

let least = 0

/** Let type on a canvas have at least this size from now on.
 * @param {number} pixels */
export function setLeastType(pixels) { least = pixels }

/** Return the size of type on a canvas that has this size where there is no least one.
 * @param {number} pixels */
export const typeOf = (pixels) => Math.max(pixels, least)

/** Read the ink of the theme at an element; costly while a page is being changed.
 * @param {Element} node
 * @returns {Ink} */
export function readInk(node) {
  const style = getComputedStyle(node)
  const line = style.getPropertyValue("--st-border-color") || COLOURS.gap
  return { font: style.fontFamily, text: style.color, line }
}
