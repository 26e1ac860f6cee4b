// The compact parameters side by side under the strip, each joined to the element that it is written to. Where there
// is room each has a letter, which its element has, too; a gap has a 0: [a b c] is written as [a 0 b 0 c].

import { COLOURS } from "../boot/constants.js"
import { familyOf, measureIn, placeLabels } from "../base/labels.js"
import { NodePool } from "../base/svg.js"
import { typeOf } from "../base/theme.js"
import { mix } from "../base/view.js"

/** @typedef {import("../model/pattern.js").Kernel} Kernel */
/** @typedef {import("../boot/constants.js").Part} Part */
/** A part with the numbers of its first tap and of the tap after its last.
 * @typedef {readonly [Part, number, number]} Stretch */
/** Places of the compact parameters, in pixels: the left edge of a parameter, how wide and how tall each is, the foot
 * of the elements and the top of the parameters.
 * @typedef {{ packed: (tap: number) => number, each: number, tall: number, from: number, to: number }} Places */
/** Pixels of an element, of the strip, and of the elements' middle; where an offset lies.
 * @typedef {{ cell: number, width: number, middle: number, x: (offset: number) => number }} Scale */

const COMPACT = 24, LOW = 12 // pixels of a compact parameter's height, and where there is little room
const ROOMY = 80 // pixels of the drawing's height from which on parameters are not low
const NAMES = 20 // pixels under the parameters, for the names of the parts
const MAX_SINGLE = 129 // more parameters than these are drawn as one block for each part
const NAME_SIZE = 11 // pixels, as in the styles
const LETTERS = "abcdefghijklmnopqrstuvwxyz"
const MIN_LETTER = 14 // pixels of an element and of a parameter that have room for a letter
const INK = "#10141c" // reads on the three colours of the parts, in a light theme and in a dark one
const TITLE = "compact parameters"
const TITLED = 160 // pixels beside the parameters that have room for that

/** A drawing of the compact parameters. */
export class ParameterLinks {
  /**
   * @param {SVGSVGElement} svg
   * @param {Record<string, string>} fill of each part */
  constructor(svg, fill) {
    this.fill = fill
    this.links = new NodePool(svg, "link")
    this.compact = new NodePool(svg, "compact")
    this.names = new NodePool(svg, "name")
    this.letters = new NodePool(svg, "letter")
    this.title = new NodePool(svg, "name side")
  }

  /** Draw the parameters of a kernel, and where each one goes.
   * @param {Kernel} kernel
   * @param {Scale} scale
   * @param {number} from the foot of the elements
   * @param {number} foot of the drawing */
  draw(kernel, scale, from, foot) {
    const { offsets, start, stop } = kernel, { cell, width, x } = scale
    const pools = [this.links, this.compact, this.names, this.letters, this.title]
    for (const pool of pools) pool.start()
    const count = offsets.length, tall = foot - from < ROOMY ? LOW : COMPACT, to = foot - NAMES - tall
    const each = Math.min(26, Math.max(cell, 3), (width - 20) / count)
    const places = { packed: (/** @type {number} */ tap) => width / 2 + (tap - count / 2) * each, each, tall, from, to }
    const parts = /** @type {const} */ ([["left wing", 0, start], ["island", start, stop], ["right wing", stop, count]])
    const single = count <= MAX_SINGLE && cell >= 2
    for (const part of parts) {
      if (part[1] === part[2]) continue
      if (single) this.#drawSingle(part, offsets, places, x)
      else this.#drawBlock(part, offsets, places, x)
    }
    this.#drawNames(parts, places, width)
    if (count <= LETTERS.length && Math.min(each, cell) >= MIN_LETTER) this.#drawLetters(kernel, places, scale)
    for (const pool of pools) pool.end()
  }

  /** Draw each parameter of a part, and a curve from it to its element.
   * @param {Stretch} stretch
   * @param {number[]} offsets
   * @param {Places} places
   * @param {(offset: number) => number} x */
  #drawSingle([part, head, tail], offsets, { packed, each, tall, from, to }, x) {
    const size = { y: to, width: each * 0.88, height: tall, rx: Math.min(4, each * 0.18) }
    const half = mix(from, to, 0.5)
    for (let j = head; j < tail; j++) {
      const a = packed(j) + each / 2, b = x(offsets[j])
      const d = `M${a} ${to}C${a} ${half} ${b} ${half} ${b} ${from}`
      this.links.next("path", { d, stroke: COLOURS[part], fill: "none", opacity: 0.55 })
      this.compact.next("rect", { x: packed(j) + each * 0.06, ...size, fill: this.fill[part] })
    }
  }

  /** Write a letter on each parameter and on its element, and a 0 into each gap.
   * @param {Kernel} kernel
   * @param {Places} places
   * @param {Scale} scale */
  #drawLetters({ offsets, first, size }, { packed, each, tall, to }, { middle, x }) {
    const letterOf = new Map(offsets.map((offset, i) => [offset, LETTERS[i]]))
    const write = (/** @type {number} */ at, /** @type {number} */ y, /** @type {string} */ letter) => {
      const node = this.letters.next("text", { x: at, y: y + 4.5, opacity: letter === "0" ? 0.6 : 1,
        fill: letter === "0" ? "currentColor" : INK })
      node.textContent = letter
    }
    for (let offset = first; offset < first + size; offset++) write(x(offset), middle, letterOf.get(offset) ?? "0")
    offsets.forEach((offset, i) => write(packed(i) + each / 2, to + tall / 2, LETTERS[i]))
    if (packed(0) < TITLED) return
    this.title.next("text", { x: packed(0) - 10, y: to + tall / 2 + 4 }).textContent = TITLE
  }

  /** Draw a part's parameters as one block, and the band from it to the part's elements.
   * @param {Stretch} stretch
   * @param {number[]} offsets
   * @param {Places} places
   * @param {(offset: number) => number} x */
  #drawBlock([part, head, tail], offsets, { packed, tall, from, to }, x) {
    const a = packed(head), b = packed(tail), c = x(offsets[head] - 0.5), d = x(offsets[tail - 1] + 0.5)
    const band = `M${a} ${to}L${c} ${from}H${d}L${b} ${to}Z`
    this.links.next("path", { d: band, stroke: "none", fill: COLOURS[part], opacity: 0.16 })
    const box = { x: a + 0.5, y: to, width: b - a - 1, height: tall, rx: 2 }
    this.compact.next("rect", { ...box, fill: this.fill[part] })
  }

  /** Write the parts' names with their numbers of taps: each under its part where there is room, else in one line.
   * @param {readonly Stretch[]} parts
   * @param {Places} places
   * @param {number} width */
  #drawNames(parts, { packed, tall, to }, width) {
    const y = to + tall + 14, present = parts.filter(([, head, tail]) => tail > head)
    const texts = present.map(([part, head, tail]) => `${part} ${tail - head}`)
    const labels = present.map(([, head, tail], i) => {
      const spot = { x: packed((head + tail) / 2), where: /** @type {const} */ ("above") }
      return { row: "names", texts: [texts[i]], spots: [spot] }
    })
    const measure = measureIn(`${typeOf(NAME_SIZE)}px ${familyOf(this.names.group)}`)
    const names = placeLabels(labels, { width, measure }).filter((place) => place !== null)
    const line = [{ text: texts.join(" · ").replaceAll(" wing", ""), from: 0 }]
    for (const { text, from } of names.length === present.length ? names : line) {
      const x = names.length === present.length ? from + measure(text) / 2 : width / 2
      this.names.next("text", { x, y }).textContent = text
    }
  }
}
