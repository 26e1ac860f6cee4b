// Room for the captions: as much as the tallest of a run takes at a width, so that nothing moves while it plays.

import { createElement } from "../../base/dom.js"
import { CHAPTERS } from "../run/timeline.js"
import { caption } from "./captions.js"

/** @typedef {import("../run/run.js").Run} Run */

const STEPS = 12 // of a run, at most, whose captions are compared
const LONGEST = 3 // of each chapter are measured

/** List the captions of a run that may be the tallest: the longest of each chapter.
 * @param {Run} run
 * @param {number} output */
export function longestCaptions(run, output) {
  const count = Math.min(STEPS, run.steps)
  const steps = Array.from({ length: count }, (_, k) => Math.round((k * (run.steps - 1)) / Math.max(1, count - 1)))
  return CHAPTERS.flatMap((_, chapter) => [...new Set(steps.map((n) => caption(run, n, chapter, output)))]
    .sort((a, b) => b.length - a.length).slice(0, LONGEST))
}

/** Measure the tallest of some texts, each in a paragraph like this one.
 * @param {HTMLElement} paragraph
 * @param {string[]} texts */
export function tallest(paragraph, texts) {
  const ruler = createElement("div", "ruler")
  ruler.append(...texts.map((text) => Object.assign(createElement("p", paragraph.className), { textContent: text })))
  paragraph.after(ruler)
  const heights = [...ruler.children].map((child) => child.getBoundingClientRect().height)
  ruler.remove()
  return Math.max(0, ...heights)
}
