// What the stage says in words in each chapter. All numbers are the run's.

import { counted, number, signed, whole, withMinus } from "../../base/format.js"
import { at, drift, empty, largest, row } from "../run/run.js"
import { windowsOf } from "../run/windows.js"

/** @typedef {import("../run/run.js").Run} Run */

/** Write the caption of a chapter of step n.
 * @param {Run} run
 * @param {number} n
 * @param {number} chapter
 * @param {number} output */
export const caption = (run, n, chapter, output) =>
  [assemble, correlate, loss, back, gather, step][chapter](run, n, output)

/** Write the caption of steps that run by too fast to be read.
 * @param {Run} run
 * @param {number} n */
export const quickCaption = (run, n) =>
  `Running through the steps: the loss is ${number(run.series.loss[n])} after ${n} of ${run.steps}.`

/** Write a list in words: "−2, 0 and +2".
 * @param {(number | string)[]} items */
function list(items) {
  const words = items.map((v) => withMinus(v))
  if (words.length > 5) return `${words.slice(0, 4).join(", ")} and ${words.length - 4} more`
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`
}

/** Count the gaps.
 * @param {Run} run */
const gapsOf = (run) => run.parts.filter((part) => part === "gap").length

/** Write where two parameters meet: "offsets −2, 0 and +2".
 * @param {Run} run */
const doubledAt = (run) =>
  `${run.doubled.length === 1 ? "offset" : "offsets"} ${list(run.doubled.map((i) => signed(run.offsets[i])))}`

const be = (/** @type {number} */ n) => (n === 1 ? "is" : "are")

/** Write that gaps stay 0: "8 gaps stay 0."
 * @param {number} gaps */
const gapsStay = (gaps) => `${counted(gaps, "gap")} ${gaps === 1 ? "stays" : "stay"} 0.`

/** @param {Run} run
 * @param {number} n */
function assemble(run, n) {
  const gaps = gapsOf(run), elements = counted(run.K, "element")
  if (run.way === "sum") {
    const [dense, dilated] = [0, 1].map((r) => run.params.row.filter((v) => v === r).length)
    const twice = run.doubled.length ? ` At ${doubledAt(run)} two weights are added.` : ""
    return `${counted(dense, "weight")} of a dense Conv1d and ${dilated} of a dilated one are added into one kernel ` +
      `of ${elements}.${twice}${gaps ? ` ${gapsStay(gaps)}` : ""}`
  }
  if (run.way === "compact")
    return `${counted(run.P, "compact parameter")} ${be(run.P)} written into a kernel of ${elements}. ` +
      (gaps ? gapsStay(gaps) : "This kernel has no gaps.")
  return `A dense Conv1d holds a weight for each of its ${elements}: the kernel is there already.` +
    weightsAtGaps(run, n, gaps)
}

/** Write what a dense kernel has at the gaps of the pattern.
 * @param {Run} run
 * @param {number} n
 * @param {number} gaps */
function weightsAtGaps(run, n, gaps) {
  const far = drift(run, n)
  if (!far) return ""
  if (run.way === "conv1d") return ` The ${counted(gaps, "gap")} of the pattern ${be(gaps)} like any other place.`
  if (far.value === 0) return ` The ${counted(gaps, "weight")} at gaps ${be(gaps)} 0.`
  return ` Weights at gaps are not 0: the largest is ${number(far.value)}, at offset ` +
    `${signed(run.offsets[far.element])}.`
}

/** @param {Run} run
 * @param {number} n
 * @param {number} output */
function correlate(run, n, output) {
  const y = number(at(run, "output", n, output))
  const words = `Each weight multiplies the sample above it. The products add up to y[t] = ${y}.`
  return run.parts.some((_, i) => empty(run, i)) ? `${words} Samples over a gap are not used.` : words
}

/** @param {Run} run
 * @param {number} n
 * @param {number} output */
function loss(run, n, output) {
  const slope = number(at(run, "gradOutput", n, output)), value = number(at(run, "loss", n))
  return run.scope === "signal"
    ? `The loss takes in all ${run.inLoss} outputs: half their mean squared error, L = ${value}. ` +
      `Here ∂L/∂y[t] = (y[t] − target) / ${run.inLoss} = ${slope}.`
    : `The target is ${number(run.series.target[output])}, so L = ½ (y[t] − target)² = ${value} ` +
      `and ∂L/∂y[t] = y[t] − target = ${slope}.`
}

/** @param {Run} run
 * @param {number} n
 * @param {number} output */
function back(run, n, output) {
  const elements = counted(run.K, "element"), gradient = row(run, "gradKernel", n)
  const slope = number(at(run, "gradOutput", n, output))
  let words = `∂L/∂w[o] = ∂L/∂y[t] · x[t + o] = ${slope} · x[t + o], at ${elements}.`
  if (run.scope === "signal") {
    const few = windowsOf(run, n).singles.map((t) => run.first + t)
    words = `∂L/∂w[o] = Σ ∂L/∂y[t] · x[t + o] over all ${run.inLoss} outputs, at ${elements}. ` +
      `First those at ${few.length === 1 ? "sample" : "samples"} ${list(few)}, where ∂L/∂y[t] is large; then more ` +
      "and more."
  }
  let far = -1
  run.parts.forEach((part, i) => {
    if (part === "gap" && (far < 0 || Math.abs(gradient[i]) > Math.abs(gradient[far]))) far = i
  })
  if (far < 0) return words
  return `${words} Gaps have one too: ${number(gradient[far])} at offset ${signed(run.offsets[far])}.`
}

/** @param {Run} run */
function gather(run) {
  const gaps = gapsOf(run), taps = run.K - gaps
  const dropped = `the ${counted(gaps, "value")} at gaps`
  if (run.way === "conv1d")
    return `Every element is a parameter of its own: all ${whole(run.K)} gradients arrive, and nothing is dropped` +
      (gaps ? `, not even at the ${counted(gaps, "gap")} of the pattern.` : ".")
  if (run.way === "mask")
    return `All ${whole(run.K)} gradients arrive at the weights. Only then the mask zeroes ${dropped}: ` +
      `the optimizer receives 0 there.`
  if (run.way === "sum") {
    const twice = run.doubled.length
      ? ` At ${doubledAt(run)} it arrives twice, once in each row: a step of SGD moves the kernel twice as far there.`
      : ""
    return `The gradient travels up to every weight that was added in.${twice}` +
      (gaps ? ` The ${counted(gaps, "value")} at gaps ${be(gaps)} dropped.` : "")
  }
  const down = `Gathering copies the gradient at ${counted(taps, "tap")} to the parameters`
  return gaps ? `${down} and drops ${dropped}.` : `${down}.`
}

/** @param {Run} run
 * @param {number} n */
function step(run, n) {
  const { name, rate, momentum, decay } = run.optimizer
  const slope = decay ? `(gradient + ${number(decay)} · weight)` : "its gradient"
  const kept = momentum ? ` + ${number(momentum)} · its last move` : ""
  const move = name === "SGD"
    ? `SGD moves each parameter by −${number(rate)} · ${slope}${kept}.`
    : `${name} moves each parameter by about ${number(rate)}, against ${slope}.`
  const before = number(at(run, "loss", n)), after = number(at(run, "loss", n + 1))
  const loss = at(run, "loss", n + 1) > at(run, "loss", n)
    ? `The loss grows from ${before} to ${after}: the step is too long.` : `The loss goes from ${before} to ${after}.`
  return `${move} ${loss}${movedGaps(run, n)}`
}

/** Write what gradient masking cannot prevent: gaps that the optimizer moves by itself.
 * @param {Run} run
 * @param {number} n */
function movedGaps(run, n) {
  if (run.way !== "mask") return ""
  const before = row(run, "params", n), after = row(run, "params", n + 1)
  const masked = run.params.kept.flatMap((kept, p) => (kept ? [] : [p]))
  const most = Math.max(0, ...masked.map((p) => Math.abs(after[p] - before[p])))
  if (most === 0)
    return largest(masked.map((p) => after[p])) ? " The weights at gaps do not change, but they are not 0." : ""
  const far = /** @type {{ element: number, value: number }} */ (drift(run, n + 1))
  const { momentum, decay } = run.optimizer
  const by = momentum && decay ? "momentum and weight decay still move" : momentum ? "momentum still moves"
    : decay ? "weight decay still moves" : "the optimizer's memory still moves"
  return ` The mask zeroes gradients; ${by} the weights at gaps, ` +
    `up to ${number(far.value)} at offset ${signed(run.offsets[far.element])}.`
}
