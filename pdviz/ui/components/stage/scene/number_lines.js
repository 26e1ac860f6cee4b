// Numbers in lines under their bars: where they are too wide to stand side by side they take turns between the lines,
// and where there are still too many, the most important ones stay. They never overlap.

import { SvgNode } from "./svg_node.js"

/** Pixels from one line to the next. */
export const LINE = 13
const SPACE = 5 // pixels between two numbers in a line, at least

/** Estimate the width of a number in type of 12 pixels.
 * @param {string} text */
export function widthOf(text) {
  let width = 0
  for (const c of text) width += c === "." || c === "," ? 3.2 : 6.2
  return width
}

/** Assign a line to each of these texts, or −1 to those that have no room.
 * @param {string[]} texts those that are empty take no room
 * @param {number[]} places of their middles
 * @param {number[]} ranks the largest first
 * @param {number} count of lines
 * @param {number} space pixels between two numbers, at least
 * @returns {number[]} */
export function assignLines(texts, places, ranks, count, space = SPACE) {
  const halves = texts.map((text) => (widthOf(text) + space) / 2)
  const kept = texts.flatMap((text, k) => (text ? [k] : []))
  const clash = (/** @type {number} */ a, /** @type {number} */ b) =>
    Math.abs(places[a] - places[b]) < halves[a] + halves[b]
  const inTurn = kept.every((k, at) => at < count || !clash(k, kept[at - count]))
  const single = kept.every((k, at) => at === 0 || !clash(k, kept[at - 1]))
  const lines = texts.map(() => -1)
  if (single || inTurn) {
    kept.forEach((k, at) => { lines[k] = single ? 0 : at % count })
    return lines
  }
  /** @type {number[][]} */
  const taken = Array.from({ length: count }, () => [])
  for (const k of [...kept].sort((a, b) => ranks[b] - ranks[a])) {
    const line = taken.findIndex((others) => others.every((other) => !clash(k, other)))
    if (line < 0) continue
    taken[line].push(k)
    lines[k] = line
  }
  return lines
}

/** The numbers of a band. */
export class NumberLines {
  /** @type {string | null} */
  #key = null

  /**
   * @param {Element} parent
   * @param {string} kind
   * @param {number[]} places of the middles
   * @param {number} top where the first line stands
   * @param {number} count of lines
   * @param {number} [space] pixels between two numbers, at least */
  constructor(parent, kind, places, top, count, space) {
    this.places = places
    this.top = top
    this.count = count
    this.space = space
    this.nodes = places.map((x) => new SvgNode("text", parent, { class: `value ${kind}`, x, opacity: 0 }))
    this.lines = places.map(() => -1)
  }

  /** Write the numbers. They keep their lines as long as `key` stays: what moves does not jump from line to line.
   * @param {string} key
   * @param {string[]} texts
   * @param {number[]} ranks */
  write(key, texts, ranks) {
    if (key !== this.#key) {
      this.#key = key
      this.lines = assignLines(texts, this.places, ranks, this.count, this.space)
      this.lines.forEach((line, k) => { if (line >= 0) this.nodes[k].set({ y: this.top + line * LINE }) })
    }
    texts.forEach((text, k) => { if (this.lines[k] >= 0) this.nodes[k].write(text) })
  }

  /** Set the opacity of the k-th number.
   * @param {number} k
   * @param {number} opacity */
  show(k, opacity) { this.nodes[k].set({ opacity: this.lines[k] < 0 ? 0 : Math.round(opacity * 100) / 100 }) }
}
