// The goal's controls: the samples to cover, the verdict on the stack, and the stacks tried that cover them.

import { LIMITS } from "../boot/constants.js"
import { find, write } from "../base/dom.js"
import { counted } from "../base/format.js"
import { quoteTyped } from "../base/typed/characters.js"
import { Draft } from "../base/typed/draft.js"
import { listenToArrows } from "../base/typed/number_field.js"
import { checkNumber, stepped } from "../base/typed/typed_number.js"
import { describeStack, same } from "../model/choice.js"
import { coversGoal, goalStretch, judgeStretch, keepBest } from "../model/goal.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../editor/editor_model.js").EditorModel} EditorModel */
/** @typedef {{ choice: Choice, weights: number }} Attempt */

const RULE = { label: "Samples to cover", least: 1, most: LIMITS.extent }
const MAX_ATTEMPTS = 5

/** The attempts: stacks that covered the goal, the latest first; they outlive a change of page.
 * @type {{ goal: number, attempts: Attempt[] }} */
const cached = { goal: 0, attempts: [] }

/** The controls of the goal. */
export class Goal {
  /** The goal that the field shows, or has set. */
  #shown = 0

  /**
   * @param {HTMLElement} root
   * @param {EditorModel} model */
  constructor(root, model) {
    this.model = model
    this.input = find(root, ".goal")
    this.error = find(root, ".goal-error")
    this.verdict = find(root, ".verdict")
    this.fewest = find(root, ".fewest")
    this.list = find(root, ".tried")
    listenToArrows(this.input, (direction) => this.#step(direction))
    this.draft = new Draft(this.input, { read: () => this.#take(false), complete: () => this.#take(true) })
  }

  /** Judge the stack, and show the verdict and the attempts; a stack that is `settled` and covers the goal joins
   * them.
   * @param {Stack} stack
   * @param {boolean} settled
   * @returns {import("../model/goal.js").Stretch | null} the stretch of inputs to cover */
  draw(stack, settled) {
    const { goal, choice } = this.model
    this.#renew(goal)
    const stretch = goal ? goalStretch(stack, goal) : null, verdict = stretch && judgeStretch(stack, stretch)
    this.verdict.textContent = verdict ? `${verdict.text}.` : ""
    this.verdict.classList.toggle("covered", Boolean(verdict?.covers))
    if (verdict?.covers && settled) keep({ choice, weights: stack.weights })
    this.#drawAttempts()
    return stretch
  }

  /** Take what is typed: a valid number for the goal, no goal else. What is invalid stays to be corrected.
   * @param {boolean} done whether the field was left */
  #take(done) {
    const { value } = this.input, { nearest, reason } = checkNumber(RULE, value)
    this.error.textContent = done && reason && value.trim() ? `${reason}, not ${quoteTyped(value.trim())}.` : ""
    this.#shown = reason ? 0 : Number(nearest)
    this.model.setGoal(this.#shown)
  }

  /** Take the number one step from what is typed, or from nothing.
   * @param {-1 | 1} direction */
  #step(direction) {
    const start = checkNumber(RULE, this.input.value).nearest ?? 0
    this.input.value = String(stepped(RULE, start, direction))
    this.draft.drop()
    this.#take(true)
  }

  /** Take the goal as it is now: the field shows it, unless it is being typed in, and only stacks that cover it remain
   * among the attempts.
   * @param {number} goal */
  #renew(goal) {
    if (cached.goal !== goal) {
      cached.goal = goal
      cached.attempts = cached.attempts.filter(({ choice }) => coversGoal(choice, goal))
    }
    if (goal !== this.#shown) this.error.textContent = "" // it is about another number
    this.#shown = goal
    if (!this.error.textContent) this.draft.show(goal ? String(goal) : "")
  }

  /** Draw the buttons that bring back the attempts. */
  #drawAttempts() {
    const { list, model } = this, { attempts } = cached
    const fewest = Math.min(...attempts.map(({ weights }) => weights))
    this.fewest.textContent = attempts.length ? `Fewest so far: ${counted(fewest, "weight")}` : ""
    while (list.children.length > attempts.length) list.lastChild.remove()
    while (list.children.length < attempts.length) list.append(createButton())
    attempts.forEach(({ choice, weights }, i) => {
      const button = list.children[i].firstChild
      write(button, `${counted(weights, "weight")}: ${describeStack(choice)}`)
      button.onclick = () => model.change(choice)
      button.classList.toggle("best", weights === fewest)
      button.setAttribute("aria-pressed", String(same(choice, model.choice)))
    })
  }
}

/** Add a stack to the attempts.
 * @param {Attempt} stack */
function keep(stack) {
  const { attempts } = cached
  if (attempts[0] && same(attempts[0].choice, stack.choice)) return
  cached.attempts = keepBest([stack, ...attempts.filter(({ choice }) => !same(choice, stack.choice))], MAX_ATTEMPTS)
}

/** Create an item of the list, with its button. */
function createButton() {
  const item = document.createElement("li")
  item.append(Object.assign(document.createElement("button"), { type: "button" }))
  return item
}
