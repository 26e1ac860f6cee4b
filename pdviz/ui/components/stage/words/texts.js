// All that the stage says at a moment: caption, facts, what one column has, and where its sliders are.

import { counted, exact, number, signed } from "../../base/format.js"
import { at, windowAt } from "../run/run.js"
import { CHAPTERS } from "../run/timeline.js"
import { caption, quickCaption } from "./captions.js"

/** @typedef {import("../run/run.js").Run} Run */
/** @typedef {import("../state/stage_view.js").StageView} StageView */

/** What stands beside the drawing, and the chapter from which it is there. */
export const FACTS = [
  { label: "output y[t]", chapter: 1 },
  { label: "target", chapter: 2 },
  { label: "loss L", chapter: 2 },
  { label: "∂L/∂y[t]", chapter: 2 },
  { label: "loss after the step", chapter: 5 },
]

/** Write all texts of a moment.
 * @param {StageView} view */
export function textsOf({ run, step, chapter, taken, position, output, column, first, count, quick }) {
  const steps = `${Math.floor(taken)} of ${run.steps} steps taken`
  const lines = column < 0 ? [] : reading(run, step, output, column)
  const ends = [first, first + count - 1].map((i) => signed(run.offsets[i]))
  return {
    caption: quick ? quickCaption(run, step) : caption(run, step, chapter, output),
    steps,
    time: `${steps}; ${chapter + 1} of 6: ${CHAPTERS[chapter]}`,
    chapter: `${chapter + 1} ${CHAPTERS[chapter]}`,
    lines: lines.join("\n"),
    reading: lines.length ? `${lines.join("; ")}.` : "No column is read",
    stretch: `offsets ${ends[0]} to ${ends[1]} are drawn`,
    sample: `sample ${run.first + position}`,
    loss: `${step} of ${run.steps} steps taken, loss ${number(run.series.loss[step])}`,
    facts: facts(run, step, output),
  }
}

/** Return what all texts of a moment depend on.
 * @param {StageView} view
 * @returns {unknown[]} */
export const textKey = ({ run, step, chapter, taken, position, output, column, first, count, quick }) =>
  [run, step, chapter, Math.floor(taken), position, output, column, first, count, quick]

/** Write the numbers of `FACTS` at step n.
 * @param {Run} run
 * @param {number} n
 * @param {number} output */
const facts = (run, n, output) => [
  at(run, "output", n, output), run.series.target[output], at(run, "loss", n), at(run, "gradOutput", n, output),
  at(run, "loss", n + 1),
].map(number)

/** Write what element `i` has at step n, with the formulas, in lines.
 * @param {Run} run
 * @param {number} n
 * @param {number} output
 * @param {number} i
 * @returns {string[]} */
export function reading(run, n, output, i) {
  const x = windowAt(run, output)[i], w = at(run, "kernel", n, i), gradient = at(run, "gradKernel", n, i)
  const o = run.offsets[i], after = afterStep(run, n, i)
  const lag = o < 0 ? ` − ${-o}` : o > 0 ? ` + ${o}` : ""
  const formula = run.scope === "signal"
    ? `Σ ∂L/∂y[t] · x[t${lag}] over ${counted(run.inLoss, "output")}`
    : `∂L/∂y · x = ${exact(at(run, "gradOutput", n, run.position))} · ${exact(windowAt(run, run.position)[i])}`
  return [
    `Offset ${signed(o)}, ${run.parts[i] === "gap" ? "a gap" : run.parts[i]}`,
    `x = ${exact(x)}, w = ${exact(w)}, w · x = ${exact(w * x)}`,
    `∂L/∂w = ${formula} = ${exact(gradient)} (${fateOfGradient(run, i)})`,
    ...after,
  ]
}

/** Write what becomes of an element's gradient.
 * @param {Run} run
 * @param {number} i */
function fateOfGradient(run, i) {
  const { length } = run.holders[i], gap = run.parts[i] === "gap"
  if (!length) return "dropped"
  if (gap) return run.way === "mask" ? "arrives, then set to 0" : "kept: nothing is dropped here"
  return length === 2 ? "arrives twice" : "arrives at its parameter"
}

/** Write how an element's parameters move in step n, in lines.
 * @param {Run} run
 * @param {number} n
 * @param {number} i */
function afterStep(run, n, i) {
  const holders = run.holders[i], two = holders.length === 2
  const words = holders.map((p) => {
    const name = two ? run.rows[run.params.row[p]] : "in the step w"
    return `${name}: ${exact(at(run, "params", n, p))} → ${exact(at(run, "params", n + 1, p))}`
  })
  if (two) words.push(`their sum w: ${exact(at(run, "kernel", n, i))} → ${exact(at(run, "kernel", n + 1, i))}`)
  return words
}
