// What the stage says in words: captions, facts, and what one column holds. All numbers are the run's.

import { counted, exact, number, withMinus } from "../base/format.js"
import { at, drift, empty, largest, row, windowAt, windowsOf } from "./run.js"

/** @typedef {import("./run.js").Run} Run */

/** A list in words: "−2, 0 and 2". */
function listed(/** @type {(number | string)[]} */ items) {
  const words = items.map((v) => withMinus(v))
  if (words.length > 5) return `${words.slice(0, 4).join(", ")} and ${words.length - 4} more`
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`
}

const gapsOf = (/** @type {Run} */ run) => run.parts.filter((part) => part === "gap").length
/** The doubled elements, in words: "offsets −2, 0 and 2". */
const doubledAt = (/** @type {Run} */ run) =>
  `${run.doubled.length === 1 ? "offset" : "offsets"} ${listed(run.doubled.map((i) => run.offsets[i]))}`
const be = (/** @type {number} */ n) => (n === 1 ? "is" : "are")

/** The caption of a chapter of step n. */
export function caption(/** @type {Run} */ run, /** @type {number} */ n, /** @type {number} */ chapter,
  /** @type {number} */ position) {
  return [assemble, correlate, loss, back, gather, step][chapter](run, n, position)
}

function assemble(/** @type {Run} */ run, /** @type {number} */ n) {
  const gaps = gapsOf(run), elements = counted(run.K, "element")
  if (run.way === "sum") {
    const [dense, dilated] = [0, 1].map((r) => run.params.row.filter((v) => v === r).length)
    const twice = run.doubled.length
      ? ` At ${doubledAt(run)} two meet and add.`
      : ""
    const stay = gaps ? ` ${counted(gaps, "gap")} ${gaps === 1 ? "stays" : "stay"} 0.` : ""
    return `${counted(dense, "weight")} of a dense Conv1d and ${dilated} of a dilated one are added into one kernel ` +
      `of ${elements}.${twice}${stay}`
  }
  if (run.way === "compact") {
    const held = `${counted(run.P, "compact parameter")} ${be(run.P)} written into a kernel of ${elements}.`
    return held + (gaps ? ` ${counted(gaps, "gap")} ${gaps === 1 ? "stays" : "stay"} 0.` : " This kernel has no gaps.")
  }
  const held = `A dense Conv1d holds a weight for each of its ${elements}: the kernel is there already.`
  const far = drift(run, n)
  if (!far) return held
  if (run.way === "conv1d")
    return `${held} The ${counted(gaps, "gap")} of the pattern ${be(gaps)} like any other place.`
  if (far.value === 0) return `${held} The ${counted(gaps, "weight")} at gaps ${be(gaps)} 0.`
  return `${held} Weights at gaps are not 0: the largest is ${number(far.value)}, at offset ` +
    `${withMinus(run.offsets[far.element])}.`
}

function correlate(/** @type {Run} */ run, /** @type {number} */ n, /** @type {number} */ position) {
  const y = number(at(run, "output", n, position))
  const words = `Each weight multiplies the sample above it. The products add up to y = ${y}.`
  return run.parts.some((_, i) => empty(run, i)) ? `${words} Samples over a gap are not used.` : words
}

function loss(/** @type {Run} */ run, /** @type {number} */ n, /** @type {number} */ position) {
  const slope = number(at(run, "gradOutput", n, position)), now = number(at(run, "loss", n))
  return run.scope === "signal"
    ? `The loss takes in all ${run.inLoss} outputs: half their mean squared error, L = ${now}. ` +
      `Here ∂L/∂y = (y − target) / ${run.inLoss} = ${slope}.`
    : `The target is ${number(run.series.target[position])}, so L = ½ (y − target)² = ${now} ` +
      `and ∂L/∂y = y − target = ${slope}.`
}

function back(/** @type {Run} */ run, /** @type {number} */ n, /** @type {number} */ position) {
  const elements = counted(run.K, "element"), gradient = row(run, "gradKernel", n)
  const slope = number(at(run, "gradOutput", n, position))
  let words = `∂L/∂w[o] = ∂L/∂y · x[t + o] = ${slope} · x[t + o], at ${elements}.`
  if (run.scope === "signal") {
    const few = windowsOf(run, n).alone.map((t) => run.first + t)
    words = `∂L/∂w[o] = Σ ∂L/∂y[t] · x[t + o] over all ${run.inLoss} outputs, at ${elements}. ` +
      `First those at ${few.length === 1 ? "sample" : "samples"} ${listed(few)}, where ∂L/∂y is large; then more ` +
      "and more."
  }
  let far = -1
  run.parts.forEach((part, i) => {
    if (part === "gap" && (far < 0 || Math.abs(gradient[i]) > Math.abs(gradient[far]))) far = i
  })
  return far < 0 ? words : `${words} Gaps have one too: ${number(gradient[far])} at offset ${withMinus(run.offsets[far])}.`
}

function gather(/** @type {Run} */ run) {
  const gaps = gapsOf(run), taps = run.K - gaps
  const dropped = `the ${counted(gaps, "value")} at gaps`
  if (run.way === "conv1d")
    return `Every element is a parameter of its own: all ${run.K} gradients arrive, and nothing is dropped` +
      (gaps ? `, not even at the ${counted(gaps, "gap")} of the pattern.` : ".")
  if (run.way === "mask")
    return `All ${run.K} gradients arrive at the held weights. Only then the mask strikes out ${dropped}: ` +
      `the optimizer is given 0 there.`
  if (run.way === "sum") {
    const twice = run.doubled.length
      ? ` At ${doubledAt(run)} it arrives twice, once in each row: a step of SGD moves the kernel twice as far there.`
      : ""
    return `The gradient travels down to every weight that was added in.${twice}` +
      (gaps ? ` The ${counted(gaps, "value")} at gaps ${be(gaps)} dropped.` : "")
  }
  const down = `The gather takes the gradient at ${counted(taps, "tap")} down to the parameters`
  return gaps ? `${down} and drops ${dropped}.` : `${down}.`
}

function step(/** @type {Run} */ run, /** @type {number} */ n) {
  const { name, rate, momentum, decay } = run.optimizer
  let words = name === "SGD"
    ? `SGD moves every parameter by −${number(rate)} · its gradient`
    : `${name} moves every parameter by about ${number(rate)}, against its gradient`
  if (name === "SGD" && momentum) words += `, and by ${number(momentum)} of its last move (momentum)`
  if (decay) words += `; weight decay pulls it towards 0`
  const before = at(run, "loss", n), after = at(run, "loss", n + 1)
  words += `. The loss goes from ${number(before)} to ${number(after)}.`
  if (after > before) words += " It has grown: the step was too long."
  return words + astray(run, n)
}

/** What gradient masking could not hold: gaps that the optimizer moved by itself. */
function astray(/** @type {Run} */ run, /** @type {number} */ n) {
  if (run.way !== "mask") return ""
  const before = row(run, "params", n), after = row(run, "params", n + 1)
  const struck = run.params.kept.flatMap((kept, p) => (kept ? [] : [p]))
  const moved = Math.max(0, ...struck.map((p) => Math.abs(after[p] - before[p])))
  if (moved === 0) return largest(struck.map((p) => after[p])) ? " Gaps stay where they are, and that is not at 0." : ""
  const far = /** @type {{ element: number, value: number }} */ (drift(run, n + 1))
  const { momentum, decay } = run.optimizer
  const by = momentum && decay ? "momentum and weight decay do" : momentum ? "momentum does"
    : decay ? "weight decay does" : "the optimizer's memory does"
  return ` The mask sees gradients only; ${by} the rest: gaps move, by up to ${number(moved)}. ` +
    `The largest gap weight is now ${number(far.value)}, at offset ${withMinus(run.offsets[far.element])}.`
}

/** What stands beside the drawing: a label, its value, and the chapter that gives it.
 * @returns {{ label: string, text: string, chapter: number }[]} */
export function facts(/** @type {Run} */ run, /** @type {number} */ n, /** @type {number} */ position) {
  return [
    { label: "output y[t]", text: number(at(run, "output", n, position)), chapter: 1 },
    { label: "target", text: number(run.series.target[position]), chapter: 2 },
    { label: "loss L", text: number(at(run, "loss", n)), chapter: 2 },
    { label: "∂L/∂y[t]", text: number(at(run, "gradOutput", n, position)), chapter: 2 },
    { label: "loss after the step", text: number(at(run, "loss", n + 1)), chapter: 5 },
  ]
}

/** What element `i` holds at step n, with the formulas. */
export function reading(/** @type {Run} */ run, /** @type {number} */ n, /** @type {number} */ position,
  /** @type {number} */ i) {
  const x = windowAt(run, position)[i], w = at(run, "kernel", n, i), gradient = at(run, "gradKernel", n, i)
  const o = run.offsets[i], held = run.holders[i], gap = run.parts[i] === "gap"
  const fate = !held.length ? "dropped"
    : gap && run.way === "mask" ? "arrives, then set to 0"
    : gap ? "kept: nothing is dropped here"
    : held.length === 2 ? "arrives twice" : "arrives at its parameter"
  const lag = o < 0 ? ` − ${-o}` : o > 0 ? ` + ${o}` : ""
  const formula = run.scope === "signal"
    ? `Σ ∂L/∂y[t] · x[t${lag}] over ${counted(run.inLoss, "output")}`
    : `∂L/∂y · x = ${exact(at(run, "gradOutput", n, run.position))} · ${exact(windowAt(run, run.position)[i])}`
  const after = held.map((p) => {
    const name = held.length === 2 ? ` of the ${run.rows[run.params.row[p]]}` : ""
    return `the weight${name} goes from ${exact(at(run, "params", n, p))} to ${exact(at(run, "params", n + 1, p))}`
  })
  if (held.length === 2) after.push(`their sum from ${exact(w)} to ${exact(at(run, "kernel", n + 1, i))}`)
  return `Offset ${withMinus(o)}, ${gap ? "a gap" : run.parts[i]}: x = ${exact(x)}, w = ${exact(w)}, ` +
    `w · x = ${exact(w * x)}; ∂L/∂w = ${formula} = ${exact(gradient)} (${fate})` +
    (after.length ? `; in the step ${after.join(", ")}.` : ".")
}
