// The words of the stage in its elements; they are written anew only where what they depend on has changed.

import { find, write } from "../../base/dom.js"
import { value } from "../../base/sliders.js"
import { clamp } from "../../base/view.js"
import { MOTION } from "../run/timeline.js"
import { longestCaptions, tallest } from "./caption_room.js"
import { Card } from "./card.js"
import { CheckBadges } from "./check_badges.js"
import { FACTS, textKey, textsOf } from "./texts.js"

/** @typedef {import("../state/stage_view.js").StageView} StageView */

/** Caption, facts, reading and proofs. */
export class Words {
  /** @type {unknown[]} */
  #key = []
  #width = 0
  /** The run and the width that the room of the caption fits.
   * @type {unknown[]} */
  #room = []
  #reading = ""

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    this.caption = find(root, ".caption")
    this.steps = find(root, ".taken")
    this.scrub = find(root, ".scrub")
    this.place = find(root, ".place")
    this.card = new Card(root)
    this.checks = new CheckBadges(root)
    this.facts = FACTS.map(({ label }) => createFact(label))
    find(root, ".facts").replaceChildren(...this.facts)
  }

  /** Keep room for the tallest caption of a run, where run or width are others: nothing moves while it plays.
   * @param {StageView} view
   * @param {number} width */
  fit({ run, output }, width) {
    const room = [run, width]
    if (room.every((part, k) => part === this.#room[k])) return
    this.#room = room
    this.#width = width
    this.caption.style.minHeight = `${Math.ceil(tallest(this.caption, longestCaptions(run, output).map(glue)))}px`
  }

  /** Write the words of a moment.
   * @param {StageView} view
   * @param {import("./card.js").Column | null} column that is read */
  draw(view, column) {
    const key = textKey(view)
    if (key.some((part, k) => part !== this.#key[k])) this.#write(view)
    this.#key = key
    this.card.draw(this.#reading, column, this.#width)
    FACTS.forEach(({ chapter }, k) =>
      this.facts[k].classList.toggle("ready", clamp((view.progress.u - chapter) / MOTION) > 0.5))
  }

  /** @param {StageView} view */
  #write(view) {
    const { root } = this, { run, step, position, column } = view, texts = textsOf(view)
    this.caption.setAttribute("aria-live", view.quick ? "off" : "polite")
    write(this.caption, glue(texts.caption))
    write(this.steps, texts.steps)
    write(this.place, texts.chapter)
    this.#reading = texts.lines
    this.scrub.setAttribute("aria-valuetext", texts.time)
    texts.facts.forEach((text, k) => write(find(this.facts[k], "dd"), text))
    value(find(root, ".section"), [0, run.L - 1], position, texts.sample)
    value(find(root, ".columns"), [0, run.K - 1], Math.max(0, column), texts.reading)
    value(find(root, ".overview"), [0, run.K - 1], view.first, texts.stretch)
    value(find(root, ".loss"), [0, run.steps], step, texts.loss)
  }
}

/** Join the parts of a derivative, which would be broken at its slash.
 * @param {string} text */
const glue = (text) => text.replaceAll("/∂", "/\u2060∂")

/** Create a fact without its number.
 * @param {string} label */
function createFact(label) {
  const fact = document.createElement("div"), name = document.createElement("dt")
  name.textContent = label
  fact.append(name, document.createElement("dd"))
  return fact
}
