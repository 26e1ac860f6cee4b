// The goal's controls: the samples to cover, the verdict on the stack, what to change next, and the stacks tried that
// cover them.

import { LIMITS } from "../boot/constants.js"
import { afterPaint, find, hasFocus, write } from "../base/dom.js"
import { counted } from "../base/format.js"
import { quoteTyped } from "../base/typed/characters.js"
import { Draft } from "../base/typed/draft.js"
import { listenToArrows } from "../base/typed/number_field.js"
import { checkNumber, stepped } from "../base/typed/typed_number.js"
import { describeStack, same } from "../model/choice.js"
import { coversGoal, goalStretch, judgeStretch, keepBest, searchSteps } from "../model/goal.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../editor/editor_model.js").EditorModel} EditorModel */
/** @typedef {{ choice: Choice, weights: number }} Attempt */

const RULE = { label: "Samples to cover", least: 1, most: LIMITS.extent }
const MAX_ATTEMPTS = 5
const MAX_STEPS = 4 // as many next steps are offered
const NO_STEP = "No one number alone reaches it: change two, for instance the layers and the growth."
const FEWEST = "No change of one number covers it with fewer weights."
const TOO_WIDE = "Too wide to look for the next step in this drawing."

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
    this.advice = new Advice(find(root, ".advice"), model)
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
    this.advice.draw(Boolean(verdict?.covers), settled)
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
    while (list.children.length < attempts.length) list.append(createItem())
    attempts.forEach(({ choice, weights }, i) => {
      const button = list.children[i].firstChild
      write(button, `${counted(weights, "weight")}: ${describeStack(choice)}`)
      button.onclick = () => model.change(choice)
      button.classList.toggle("best", weights === fewest)
      button.setAttribute("aria-pressed", String(same(choice, model.choice)))
    })
  }
}

/** What to change next: the stacks that cover the goal and differ in one number, as buttons. */
class Advice {
  /** What the advice is for.
   * @type {Choice | null} */
  #choice = null
  #goal = 0

  /**
   * @param {HTMLElement} host
   * @param {EditorModel} model */
  constructor(host, model) {
    this.host = host
    this.model = model
  }

  /** Draw the advice, once what else has changed is drawn; keep its place while an edit is in progress.
   * @param {boolean} covers whether the stack covers the goal
   * @param {boolean} settled */
  draw(covers, settled) {
    const { host, model: { choice, goal } } = this, fresh = choice === this.#choice && goal === this.#goal
    host.hidden = !goal
    if (fresh || !goal) return
    host.classList.add("stale")
    if (!settled) return
    this.#choice = choice
    this.#goal = goal
    afterPaint(() => { if (choice === this.#choice && goal === this.#goal) this.#search(covers) })
  }

  /** Search for the next steps, and show them.
   * @param {boolean} covers */
  #search(covers) {
    const { host, model } = this, { steps, complete } = searchSteps(model.choice, model.goal)
    const none = !complete ? TOO_WIDE : covers ? FEWEST : NO_STEP
    const buttons = steps.slice(0, MAX_STEPS).map(({ choice, text, weights }) => {
      const button = createButton()
      write(button, `${text}: ${counted(weights, "weight")}`)
      button.onclick = () => model.change(choice)
      return button
    })
    const sentence = document.createElement("span")
    write(sentence, buttons.length ? (covers ? "With fewer weights:" : "One change covers it:") : none)
    const focused = [...host.children].some(hasFocus)
    host.replaceChildren(sentence, ...buttons)
    if (focused) host.focus() // it stays where it was in the order of the page
    host.classList.remove("stale")
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
function createItem() {
  const item = document.createElement("li")
  item.append(createButton())
  return item
}

/** Create a button. */
const createButton = () => Object.assign(document.createElement("button"), { type: "button" })
