// The stack of layers, edited: how many, how the dilation grows, each one's own, and what all of them reach.

import { LIMITS } from "../boot/constants.js"
import { find, write } from "../base/dom.js"
import { counted, percent, whole } from "../base/format.js"
import { LITTLE, clamp, mixViews, within } from "../base/view.js"
import { chooseFamily, same } from "../model/choice.js"
import { refusal, stackKernels, withDepth } from "../model/layers.js"
import { rangeOf, reading, stackNumbers, stackOf, summary } from "../model/paths.js"
import { CUT, cutEnds, writeKey } from "./cone.js"
import { layOutFloors } from "./floors.js"
import { Goal } from "./goal.js"
import { LayerHeaders } from "./layer_headers.js"
import { LayerPanel } from "./layer_panel.js"
import { StackPicture } from "./picture.js"
import { PINNED, Pointing } from "./pointing.js"
import { describeTapEffect, tapEffect } from "./tap_effect.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../base/view.js").View} View */
/** @typedef {import("../editor/editor_model.js").EditorModel} EditorModel */
/** @typedef {import("../editor/editor.js").Frame} Frame */

const IDLE = "Point at a tap to see which inputs it adds, or at a position to see the paths that lead there; " +
  "click to pin."
const TOO_WIDE = "Too wide to count in this drawing: its rows go from end to end, holes included. " +
  "“Each number, and its check” below has all counts."
const WIDEST = 3 // a goal is shown up to so many times what the stack reaches
const PACE = 70 // ms in which the picture's scale comes close to where it goes
const MAX_PASSED = 50 // ms of motion in one frame, however long the frame took
const NEAR = 0.002 // of its width: then it is there

/** The editor of a stack. */
export class StackEditor {
  /** The layer whose panel is open.
   * @type {number | null} */
  #openLayer = null
  /** The choice that was counted last, its stack, and why it is not computed, "" if it is.
   * @type {Choice | null} */
  #choice = null
  #stack = stackOf([])
  #refusal = ""
  #motion = new RangeMotion()

  /**
   * @param {HTMLElement} root
   * @param {EditorModel} model
   * @param {() => void} paint */
  constructor(root, model, paint) {
    this.root = root
    this.model = model
    this.paint = paint
    this.rows = /** @type {HTMLElement} */ (find(root, ".rows"))
    this.axis = find(root, ".axis.under")
    this.reading = find(root, ".tap-reading")
    this.key = /** @type {HTMLElement} */ (find(root, ".tower .key"))
    this.picture = new StackPicture(this.rows)
    this.headers = new LayerHeaders(this.rows, (layer) => this.#open(layer))
    this.panel = new LayerPanel(root, model, () => this.#close())
    this.goal = new Goal(root, model)
    this.pointing = new Pointing(this.rows, paint)
    listenToControls(root, model)
  }

  /** Describe the stack for screen readers. */
  describe() {
    if (this.#refusal) return ` ${this.#refusal}`
    return ` ${counted(this.model.choice.layers, "layer")}: ${summary(this.#stack)}.`
  }

  /** Draw the stack.
   * @param {Frame} frame */
  draw({ now, width, ink, still }) {
    const { model, pointing } = this, { choice } = model
    if (choice !== this.#choice) this.#count(choice)
    this.panel.show(this.#openLayer)
    const stack = this.#stack, goal = this.goal.draw(stack, model.settled)
    const range = this.#motion.advance(rangeWith(stack, goal), now, still)
    if (this.#motion.moving) this.paint()
    const layout = layOutFloors(range, width, choice.layers, goal !== null)
    const point = pointing.draw(layout, stack), tap = point?.tap ?? null, probe = point?.probe ?? null
    const effect = tap && tapEffect(stack, tap)
    this.rows.style.height = `${layout.height}px`
    this.axis.style.paddingLeft = `${layout.head}px`
    this.picture.draw({ stack, layout, probe, ink, highlight: effect && highlightOf(effect), tap, goal })
    writeKey(this.key, ink)
    this.headers.draw(layout, choice, stack, this.#openLayer)
    const text = tap ? describeTapEffect(stack, tap, effect) : probe ? reading(stack, probe) : IDLE
    const cut = cutEnds(stack, layout, probe).length ? CUT : ""
    write(this.reading, text + cut + (pointing.pinned ? PINNED : ""))
  }

  /** Count the stack of another choice, and write what came out.
   * @param {Choice} choice */
  #count(choice) {
    this.#choice = choice
    const layers = stackKernels(choice)
    this.#refusal = refusal(layers)
    this.#stack = stackOf(layers)
    if (this.#openLayer !== null && this.#openLayer >= layers.length) this.#openLayer = null
    this.pointing.renew(this.#stack)
    const refusalText = this.#refusal || (this.#stack.fields ? "" : TOO_WIDE)
    writeControls(this.root, choice)
    writeNumbers(this.root, this.#stack, refusalText)
    drawReadyMade(find(this.root, ".readymade"), this.model)
  }

  /** Open the panel of a layer, or close it if it is open.
   * @param {number} layer */
  #open(layer) {
    this.#openLayer = layer === this.#openLayer ? null : layer
    this.paint()
  }

  /** Close the panel, and return to the header that opened it. */
  #close() {
    const button = /** @type {HTMLElement | null} */ (find(this.rows, `.floor[data-layer="${this.#openLayer}"]`))
    this.#openLayer = null
    this.paint()
    button?.focus()
  }
}

/** The range of inputs that a picture shows, on its way to another: at once where that is little. */
class RangeMotion {
  /** @type {View | null} */
  #range = null
  #last = 0
  moving = false

  /** Advance to the next frame.
   * @param {View} goal
   * @param {number} now
   * @param {boolean} still
   * @returns {View} */
  advance(goal, now, still) {
    const range = this.#range, passed = Math.min(MAX_PASSED, now - this.#last)
    this.#last = now
    this.moving = range !== null && !still && !within(range, goal, this.moving ? NEAR : LITTLE)
    this.#range = range && this.moving ? mixViews(range, goal, 1 - Math.exp(-passed / PACE)) : goal
    return this.#range
  }
}

/** Return the inputs to be shown: what the stack reaches, every tap, and the goal where it is not much wider.
 * @param {Stack} stack
 * @param {import("../model/goal.js").Stretch | null} goal
 * @returns {View} */
function rangeWith(stack, goal) {
  let { lo, hi } = rangeOf([stack])
  stack.layers.forEach(({ kernel: { offsets } }, l) => {
    const jump = stack.jumps[stack.layers.length - l]
    lo = Math.min(lo, (offsets[0] - 0.5) * jump)
    hi = Math.max(hi, (offsets[offsets.length - 1] + 0.5) * jump)
  })
  if (!goal) return { lo, hi }
  const most = (WIDEST - 1) * (hi - lo)
  return { lo: clamp(goal.from - 1.5, lo - most, lo), hi: clamp(goal.to + 1.5, hi, hi + most) }
}

/** Return what to highlight of a tap's effect.
 * @param {import("./tap_effect.js").TapEffect} effect
 * @returns {import("./cone.js").Highlight} */
function highlightOf({ row, through, alone }) {
  const inputs = new Set(alone)
  return { row, through, isAlone: (offset) => inputs.has(offset) }
}

/** Let the controls of the whole stack change it.
 * @param {HTMLElement} root
 * @param {EditorModel} model */
function listenToControls(root, model) {
  const depth = find(root, ".stacklayers"), growth = find(root, ".growth"), every = find(root, ".every")
  depth.max = LIMITS.layers
  depth.oninput = () => model.change(withDepth(model.choice, Number(depth.value)), false)
  depth.onchange = () => model.settle()
  for (let n = 1; n <= LIMITS.growth; n++) growth.append(new Option(n === 1 ? "not" : `× ${n}`, String(n)))
  for (let n = 1; n <= LIMITS.every; n++) every.append(new Option(String(n), String(n)))
  growth.onchange = () => model.change({ ...model.choice, growth: Number(growth.value) })
  every.onchange = () => model.change({ ...model.choice, every: Number(every.value) })
  find(root, ".alike").onclick = () => model.change({ ...model.choice, stack: [] })
}

/** Write a choice into the controls of the whole stack.
 * @param {HTMLElement} root
 * @param {Choice} choice */
function writeControls(root, choice) {
  find(root, ".stacklayers").value = find(root, ".tower output").textContent = String(choice.layers)
  find(root, ".growth").value = String(choice.growth)
  find(root, ".every").value = String(choice.every)
  find(root, ".pace").style.visibility = choice.growth > 1 ? "" : "hidden" // its place stays
  find(root, ".unit").textContent = choice.every === 1 ? "layer" : "layers"
  find(root, ".alike").disabled = choice.stack.length === 0
}

/** Write the numbers of a stack.
 * @param {HTMLElement} root
 * @param {Stack} stack
 * @param {string} refusalText why some of them are missing */
function writeNumbers(root, stack, refusalText) {
  const { extent, numbers } = stackNumbers(stack), values = [whole(stack.weights), whole(extent)]
  if (numbers) {
    const { support, coverage, longestHole } = numbers
    values.push(whole(support), percent(coverage), whole(longestHole))
  } else values.push("–", "–", "–")
  const nodes = find(root, ".stack-numbers").querySelectorAll("dd")
  nodes.forEach((/** @type {HTMLElement} */ node, /** @type {number} */ i) => { node.textContent = values[i] })
  find(root, ".refusal").textContent = refusalText
}

/** Draw the buttons of the ready-made stacks.
 * @param {HTMLElement} host
 * @param {EditorModel} model */
function drawReadyMade(host, model) {
  const stacks = model.data.stacks.map(([name, stack]) => ({ name, choice: chooseFamily(stack.family, stack) }))
  while (host.children.length < stacks.length) {
    const { name, choice } = stacks[host.children.length]
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name })
    button.onclick = () => model.change(choice)
    host.append(button)
  }
  stacks.forEach(({ choice }, i) => {
    host.children[i].setAttribute("aria-pressed", String(same(choice, model.choice)))
  })
}
