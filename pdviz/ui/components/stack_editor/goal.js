// A goal: so many samples in a row that the stack is to see, and the stacks that were found to.

import { same } from "../model/choice.js"
import { LIMITS } from "../boot/constants.js"
import { counted, whole } from "../base/format.js"
import { refusal, stackKernels } from "../model/layers.js"
import { stackNumbers, stackOf } from "../model/paths.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("../model/paths.js").Stack} Stack */
/** What this part needs of the editor.
 * @typedef {{ root: HTMLElement, choice: Choice, goal: number, aim: (goal: number) => void,
 *   change: (choice: Choice, done?: boolean) => void }} Desk */

const MOST = 5

/** The stacks tried that cover the goal, the latest first; they outlive a change of page.
 * @type {{ goal: number, tried: { choice: Choice, weights: number }[] }} */
const kept = { goal: 0, tried: [] }

/** The stretch of inputs that is wanted: around the middle of what the stack sees, or up to the output where it is causal. */
function stretchOf(/** @type {Stack} */ stack, /** @type {number} */ wanted) {
  const { first, last } = stackNumbers(stack)
  const causal = stack.layers.every(({ kernel }) => kernel.offsets[kernel.offsets.length - 1] <= 0)
  const from = causal ? 1 - wanted : Math.floor((first + last - wanted + 1) / 2)
  return { from, to: from + wanted - 1 }
}

/** Whether a stack covers a stretch, and what that says. */
function judged(/** @type {Stack} */ stack, /** @type {{ from: number, to: number }} */ { from, to }) {
  const wanted = to - from + 1, { extent, counted: n } = stackNumbers(stack)
  if (extent < wanted) return { covers: false, says: `${whole(extent)} of ${whole(wanted)}: ${whole(wanted - extent)} short` }
  if (!n || !stack.fields) return { covers: false, says: "Long enough; too wide to count the holes under the hand" }
  const { first, paths } = stack.fields[stack.fields.length - 1]
  let holes = 0
  for (let at = from; at <= to; at++) if (!(paths[at - first] > 0)) holes++
  if (holes) return { covers: false, says: `Long enough, but ${counted(holes, "input")} inside ${holes === 1 ? "is a hole" : "are holes"}` }
  return { covers: true, says: `Covers ${counted(wanted, "sample")} with ${counted(stack.weights, "weight")}, no hole among them` }
}

/** What a stack is, for a button that brings it back. */
function nameOf(/** @type {Choice} */ { family, kernel, layers, growth, every, stack }) {
  const pattern = family ? `wing ${family[0]}, dilation ${family[1]}, island ${family[2]}${family[3] ? ", causal" : ""}` : `${counted(kernel.offsets.length, "tap")}`
  const grows = growth > 1 ? `, × ${growth}${every > 1 ? ` every ${every}` : ""}` : ""
  return `${counted(layers, "layer")} of ${pattern}${grows}${stack.length ? ", some of their own" : ""}`
}

/** Prepare the goal; returns how it is judged, and the function that keeps the stacks that cover it. */
export function goal(/** @type {Desk} */ desk) {
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (desk.root.querySelector(name))
  const field = /** @type {HTMLInputElement} */ (find(".wanted")), verdict = find(".verdict"), list = find(".tried"), wrong = find(".goalwrong")
  field.max = String(LIMITS.extent)
  field.oninput = () => want(false)
  field.onchange = () => want(true)

  function want(/** @type {boolean} */ done) {
    const value = Number(field.value), fits = Number.isInteger(value) && value >= 1 && value <= LIMITS.extent
    if (!fits && field.value.trim() !== "") {
      wrong.textContent = done ? `Samples to cover must be a whole number, 1 to ${whole(LIMITS.extent)}.` : ""
    } else {
      wrong.textContent = ""
    }
    desk.aim(fits ? value : 0)
  }

  /** Take the goal as it is now: the field shows it, unless it is being written, and of the stacks tried those stay that cover it. */
  function renew() {
    if (kept.goal !== desk.goal) {
      kept.goal = desk.goal
      kept.tried = kept.tried.filter(({ choice }) => covers(choice))
    }
    const shown = desk.goal ? String(desk.goal) : ""
    if (field.value !== shown && !wrong.textContent && /** @type {ShadowRoot} */ (field.getRootNode()).activeElement !== field)
      field.value = shown
  }

  function covers(/** @type {Choice} */ choice) {
    const layers = stackKernels(choice)
    if (!desk.goal || refusal(layers)) return false
    const stack = stackOf(layers)
    return judged(stack, stretchOf(stack, desk.goal)).covers
  }

  /** Write down a stack that covers the goal; the one with the fewest weights is never dropped. */
  function keep(/** @type {Choice} */ choice, /** @type {number} */ weights) {
    if (kept.tried[0] && same(kept.tried[0].choice, choice)) return
    kept.tried = [{ choice, weights }, ...kept.tried.filter((each) => !same(each.choice, choice))]
    if (kept.tried.length <= MOST) return
    const fewest = Math.min(...kept.tried.map((each) => each.weights))
    const last = kept.tried.map((each) => each.weights > fewest).lastIndexOf(true)
    kept.tried.splice(last < 0 ? MOST : last, 1)
  }

  function write() {
    const fewest = Math.min(...kept.tried.map((each) => each.weights))
    find(".fewest").textContent = kept.tried.length ? `Fewest so far: ${counted(fewest, "weight")}` : ""
    while (list.children.length > kept.tried.length) list.lastChild?.remove()
    kept.tried.forEach(({ choice, weights }, i) => {
      const item = list.children[i] ?? document.createElement("li"), button = item.firstChild ?? document.createElement("button")
      if (!item.parentNode) { item.append(button); list.append(item) }
      const made = /** @type {HTMLButtonElement} */ (button), says = `${counted(weights, "weight")}: ${nameOf(choice)}`
      made.type = "button"
      if (made.textContent !== says) made.textContent = says
      made.onclick = () => desk.change(choice)
      made.classList.toggle("best", weights === fewest)
      made.setAttribute("aria-pressed", String(same(choice, desk.choice)))
    })
  }

  return {
    /** The stretch that is wanted of a stack, null without a goal; the page then says whether it is covered. `done` where
     * no hand holds the stack: then it is written down. */
    judge(/** @type {Stack} */ stack, /** @type {boolean} */ done) {
      renew()
      const stretch = desk.goal ? stretchOf(stack, desk.goal) : null
      const judgement = stretch && judged(stack, stretch)
      verdict.textContent = judgement ? `${judgement.says}.` : ""
      verdict.classList.toggle("covered", Boolean(judgement?.covers))
      if (judgement?.covers && done) keep(desk.choice, stack.weights)
      write()
      return stretch
    },
  }
}
