// The words of the stage in its elements; they are written anew only where what they depend on has changed.

import { find, write } from "../../base/dom.js"
import { value } from "../../base/sliders.js"
import { clamp } from "../../base/view.js"
import { checkBadge } from "../check_badge.js"
import { MOTION } from "../run/timeline.js"
import { FACTS, textKey, textsOf } from "./texts.js"

/** @typedef {import("../state/stage_view.js").StageView} StageView */

/** Caption, facts, reading and proofs. */
export class Words {
  /** @type {unknown[]} */
  #key = []
  #checks = ""

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    this.caption = find(root, ".caption")
    this.steps = find(root, ".taken")
    this.scrub = find(root, ".scrub")
    this.readout = find(root, ".readout")
    this.facts = FACTS.map(({ label }) => createFact(label))
    find(root, ".facts").replaceChildren(...this.facts)
  }

  /** Show the badges of proofs.
   * @param {import("../run/run.js").Check[]} checks */
  showChecks(checks) {
    const key = JSON.stringify(checks)
    if (key === this.#checks) return
    this.#checks = key
    find(this.root, ".checks").replaceChildren(...checks.map(checkBadge))
  }

  /** Write the words of a moment.
   * @param {StageView} view */
  draw(view) {
    const key = textKey(view)
    if (key.some((part, k) => part !== this.#key[k])) this.#write(view)
    this.#key = key
    FACTS.forEach(({ chapter }, k) =>
      this.facts[k].classList.toggle("ready", clamp((view.progress.u - chapter) / MOTION) > 0.5))
  }

  /** @param {StageView} view */
  #write(view) {
    const { root } = this, { run, step, position, column } = view, texts = textsOf(view)
    this.caption.setAttribute("aria-live", view.quick ? "off" : "polite")
    write(this.caption, texts.caption)
    write(this.steps, texts.steps)
    write(this.readout, texts.reading)
    this.scrub.setAttribute("aria-valuetext", texts.time)
    texts.facts.forEach((text, k) => write(find(this.facts[k], "dd"), text))
    value(find(root, ".section"), [0, run.L - 1], position, texts.sample)
    value(find(root, ".columns"), [0, run.K - 1], Math.max(0, column), texts.reading)
    value(find(root, ".loss"), [0, run.steps], step, texts.loss)
  }
}

/** Create a fact without its number.
 * @param {string} label */
function createFact(label) {
  const fact = document.createElement("div"), name = document.createElement("dt")
  name.textContent = label
  fact.append(name, document.createElement("dd"))
  return fact
}
