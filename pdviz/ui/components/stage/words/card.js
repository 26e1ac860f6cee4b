// The card that reads a column: beside it, at the side that has more room, over nothing of it; it moves nothing.

import { find, write } from "../../base/dom.js"

/** A column in its drawing, in pixels: its middle, half its width, and its top.
 * @typedef {{ x: number, half: number, top: number }} Column */

const WIDEST = 250, SPACE = 8 // pixels

/** Return where the card stands: from which edge of the drawing, how far from that, and how wide it may be.
 * @param {Column} column
 * @param {number} width of the drawing
 * @returns {{ side: "left" | "right", distance: number, width: number }} */
export function placeBeside({ x, half }, width) {
  const left = x - half - SPACE, right = width - x - half - SPACE
  const side = right >= Math.min(WIDEST, left) ? "left" : "right"
  const distance = side === "left" ? width - right : width - left
  return { side, distance, width: Math.min(WIDEST, side === "left" ? right : left) }
}

/** The card. */
export class Card {
  /** @param {HTMLElement} root */
  constructor(root) { this.node = find(root, ".readout") }

  /** Show a text beside a column, or nothing.
   * @param {string} text
   * @param {Column | null} column
   * @param {number} width of the drawing */
  draw(text, column, width) {
    const { node } = this
    node.hidden = !column
    if (!column) return
    const { side, distance, width: widest } = placeBeside(column, width)
    write(node, text)
    Object.assign(node.style, { left: "", right: "", top: `${column.top}px`, maxWidth: `${widest}px` })
    node.style[side] = `${distance}px`
  }
}
