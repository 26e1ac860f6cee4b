// One way beside the others: its name, which shows it on the stage, what is to be seen, and the picture.

import { createElement, find, write } from "../../base/dom.js"
import { Picture } from "./picture.js"
import { wordsOf } from "./words.js"

/** @typedef {import("./way_run.js").WayData} WayData */
/** @typedef {import("./way_run.js").WaysData} WaysData */
/** @typedef {import("./way_run.js").WayRun} WayRun */
/** @typedef {import("./way_run.js").Scales} Scales */

const BODY = `
  <p class="head"><button type="button"></button><strong></strong></p>
  <p class="sentence"></p>
  <div class="picture"><svg role="img"></svg></div>`

/** A panel, which stays when another run is shown in it. */
export class Panel {
  /** @type {Picture | null} */
  #picture = null
  /** @type {WayRun | null} */
  #run = null
  #width = 0

  /** @param {(way: string) => void} choose shows a way on the stage */
  constructor(choose) {
    this.node = createElement("article", "way")
    this.node.innerHTML = BODY
    this.button = find(this.node, "button")
    this.button.onclick = () => choose(this.button.value)
    this.word = find(this.node, "strong")
    this.sentence = find(this.node, ".sentence")
    this.svg = find(this.node, "svg")
  }

  /** Draw a step of a run.
   * @param {WaysData} data
   * @param {WayRun} run
   * @param {Scales} scales
   * @param {number} n
   * @param {number} width in pixels */
  draw(data, run, scales, n, width) {
    const { way, title, steps, diverged } = run.data, current = way === data.way
    this.#name(way, title, current)
    if (this.#run !== run || this.#width !== width) this.#picture = new Picture(this.svg, data, run, width)
    this.#run = run
    this.#width = width
    const words = wordsOf(data, run, n)
    const ended = diverged && n >= steps ? ` Its loss grew without bound; this is the last of its ${steps} steps.` : ""
    write(this.word, words.word)
    write(this.sentence, words.sentence + ended)
    this.svg.setAttribute("aria-label", `${title}: ${words.word}. ${words.sentence}`)
    const m = Math.min(n, steps - 1)
    const { weights, gradient, update } = scales
    this.#picture?.draw(m, { weights: weights[n], gradient: gradient[n], update: update[n] }, words)
  }

  /** Say why there is no picture.
   * @param {WayData} data */
  refuse({ way, title, why }) {
    this.#name(way, title, false)
    this.#run = this.#picture = null
    write(this.word, "cannot make it")
    write(this.sentence, why)
    this.svg.replaceChildren()
    this.svg.removeAttribute("aria-label")
    this.svg.setAttribute("height", "0")
  }

  /** @param {string} way
   * @param {string} title
   * @param {boolean} current whether it is on the stage */
  #name(way, title, current) {
    const { button } = this
    button.value = way
    write(button, title)
    button.title = current ? "It is on the stage above" : "Show it on the stage above"
    if (current) button.setAttribute("aria-current", "true")
    else button.removeAttribute("aria-current")
    this.node.classList.toggle("current", current)
  }
}
