// What is to be seen in each way at a step, in words.

import { counted, number, signed } from "../../base/format.js"
import { largestAt } from "./way_run.js"

/** @typedef {import("./way_run.js").WayRun} WayRun */
/** @typedef {import("./way_run.js").WaysData} WaysData */
/** A word, a sentence that says it, and what stands beside each row of the picture.
 * @typedef {{ word: string, sentence: string, weights: string, gradient: string, update: string }} Words */

/** The most offsets that are listed one by one. */
const FEW = 3

/** Put a step of a way into words.
 * @param {WaysData} data
 * @param {WayRun} run
 * @param {number} n
 * @returns {Words} */
export function wordsOf(data, run, n) {
  const gaps = data.parts.flatMap((part, i) => (part === "gap" ? [i] : [])), step = run.step(n)
  const at = {
    weights: largestAt(step.weights, gaps),
    gradient: largestAt(step.gradient, gaps),
    update: largestAt(step.update, gaps),
  }
  const weights = !gaps.length ? "" : at.weights ? `gaps up to ${number(at.weights)}` : "gaps at 0"
  const say = { none: droppedWords, masked: maskedWords, trained: trainedWords }
  if (run.data.doubled.length) return { weights, ...doubledWords(data, run) }
  if (!gaps.length) return { weights, ...plainWords() }
  return { weights, ...say[run.data.role](counted(gaps.length, "gap"), at, data) }
}

/** @typedef {{ weights: number, gradient: number, update: number }} AtGaps the largest sizes at gaps */
/** @typedef {Omit<Words, "weights">} Rest */

/** @param {WaysData} data
 * @param {WayRun} run
 * @returns {Rest} */
function doubledWords({ offsets }, { data: { doubled } }) {
  const many = doubled.length > FEW
  const names = doubled.map((i) => (offsets[i] ? signed(offsets[i]) : "0"))
  const places = many ? `${doubled.length} offsets` : names.join(", ")
  const last = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}` : names[0]
  const subject = many ? `${doubled.length} offsets are` : `Offset${names.length > 1 ? "s" : ""} ${last} ` +
    (names.length > 1 ? "are" : "is")
  return {
    word: "twice",
    sentence: `${subject} under both convolutions: two weights add up there, both move, and the kernel moves ` +
      "twice as far.",
    gradient: `given twice at ${places}`,
    update: `twice at ${places}`,
  }
}

/** @returns {Rest} */
const plainWords = () =>
  ({ word: "the same", sentence: "Every element has one weight: nothing sets it apart.", gradient: "", update: "" })

/** @param {string} gaps
 * @param {AtGaps} at
 * @returns {Rest} */
const droppedWords = (gaps, at) => ({
  word: "dropped",
  sentence: at.gradient
    ? `At ${gaps} the kernel's gradient is not 0, but up to ${number(at.gradient)}. No weight is there to receive it.`
    : `At ${gaps} there is no weight to receive a gradient, which happens to be 0 at this step.`,
  gradient: "dropped at gaps",
  update: "gaps stay at 0",
})

/** @param {string} gaps
 * @param {AtGaps} at
 * @returns {Rest} */
const trainedWords = (gaps, at) => ({
  word: "trained",
  sentence: `At ${gaps} there are weights as anywhere else. They receive the gradient, and this step moves them by ` +
    `up to ${number(at.update)}.`,
  gradient: "used at gaps",
  update: at.update ? "gaps move" : "",
})

/** What moves gaps although they receive no gradient, by how they start. */
const CAUSES = {
  zero: () => "the optimizer",
  conv: () => "weight decay",
  pruned: (/** @type {string} */ optimizer) =>
    (optimizer === "Adam" ? "what Adam kept from before the pruning" : "momentum left from before the pruning"),
}

/** @param {string} gaps
 * @param {AtGaps} at
 * @param {WaysData} data
 * @returns {Rest} */
function maskedWords(gaps, at, { gaps: start, optimizer }) {
  const gradient = "struck out at gaps"
  if (at.update) {
    const cause = CAUSES[start](optimizer)
    return {
      word: "drifts",
      sentence: `At ${gaps} the gradient is set to 0 all the same, but ${cause} moves the weights there, by up to ` +
        `${number(at.update)} in this step.`,
      gradient,
      update: "gaps drift",
    }
  }
  const stay = at.weights
    ? `stay where they started, up to ${number(at.weights)} from 0.`
    : "stay exactly 0. The table below has settings in which they do not."
  return {
    word: "struck out",
    sentence: `At ${gaps} the gradient is set to 0 before the optimizer sees it: the weights there ${stay}`,
    gradient,
    update: "gaps stay",
  }
}
