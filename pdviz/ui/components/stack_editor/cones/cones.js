// The receptive field of the stack under the editor, above that of a plain dilated stack.

import { find } from "../../base/dom.js"
import { counted, whole } from "../../base/format.js"
import { differences, refusal, stackKernels } from "../../model/layers.js"
import { describeUnreached, rangeOf, reading, stackOf, summary } from "../../model/paths.js"
import { dilatedLike } from "../../model/pattern.js"
import { CUT, cutEnds, drawAxis, drawCone, layOut, nameRows, probeAt, writeKey } from "../cone.js"
import { drawSavedCones } from "./saved_cones.js"
import { PINNED, probeAfterKey } from "../pointing.js"

/** @typedef {import("../../model/paths.js").Stack} Stack */
/** @typedef {import("../../model/paths.js").Probe} Probe */
/** @typedef {import("../../model/choice.js").Choice} Choice */
/** @typedef {import("../../model/receptive_field.js").Layer} Layer */
/** @typedef {import("../../editor/editor_model.js").EditorModel} EditorModel */

const IDLE = "Point at a place to see the paths that lead there; click to pin them. The top row is the output: " +
  "point beside it for another output."
const ELSEWHERE = "The Receptive field page edits the layers."

/** The cones of the chosen stack and of a plain dilated one, over one axis, with one probe. */
export class Cones {
  /** @type {Stack[]} */
  stacks = []
  /** @type {Probe | null} */
  probe = null
  pinned = false
  /** @type {import("../cone.js").Layout | null} */
  layout = null
  /** The choice that was counted last.
   * @type {Choice | null} */
  #choice = null
  /** @type {import("../../base/theme.js").Ink | null} */
  #ink = null

  /**
   * @param {HTMLElement} root
   * @param {EditorModel} model
   * @param {() => void} paint */
  constructor(root, model, paint) {
    this.host = find(root, ".cones")
    this.reading = find(root, ".reading")
    this.differences = find(root, ".stack .differences")
    this.key = /** @type {HTMLElement} */ (find(root, ".stack .key"))
    this.unreached = find(root, ".stack .unreached")
    this.model = model
    this.paint = paint
  }

  /** Return nothing: a cone's title is read with it. */
  describe() { return "" }

  /** Show the paths through a probe.
   * @param {Probe | null} probe
   * @param {boolean} pinned */
  point(probe, pinned) {
    this.probe = probe
    this.pinned = pinned
    this.paint()
  }

  /** Draw the cones.
   * @param {import("../../editor/editor.js").Frame} frame */
  draw({ width, ink }) {
    const { choice } = this.model
    if (choice !== this.#choice) this.#count(choice)
    const { stacks, probe, host } = this, layout = this.layout = layOut(rangeOf(stacks), width, choice.layers)
    stacks.forEach((stack, i) => {
      const canvas = /** @type {HTMLCanvasElement} */ (host.children[i].children[1])
      drawCone(canvas, { stack, layout, probe, ink })
      nameRows(canvas, { stack, layout, probe, ink })
      drawAxis(canvas, layout, ink)
    })
    this.reading.textContent = this.#describeProbe(choice)
    writeKey(this.key, ink)
    this.#ink = ink
  }

  /** Draw the cones as they are, for a file.
   * @returns {SVGSVGElement[]} */
  saved() {
    const { stacks, layout, probe, host } = this, ink = this.#ink, { choice } = this.model
    if (!stacks.length || !layout || !ink) return []
    const names = nameStacks(stacks, differences(choice) !== "")
    const cones = stacks.map((stack, i) =>
      ({ name: names[i], numbers: describeNumbers(stack), cone: { stack, layout, probe, ink } }))
    return [drawSavedCones(cones, probe ? this.#describeProbe(choice) : "", getComputedStyle(host))]
  }

  /** Count the paths of another choice, and write the titles.
   * @param {Choice} choice */
  #count(choice) {
    this.#choice = choice
    this.probe = null
    this.pinned = false
    const layers = stackKernels(choice), refusalText = refusal(layers), differing = differences(choice), { host } = this
    this.differences.textContent = refusalText || (differing && `${differing} ${ELSEWHERE}`)
    const plain = refusalText ? null : plainStack(layers)
    this.stacks = refusalText ? [] : [stackOf(layers), ...(plain ? [plain] : [])]
    while (host.children.length > this.stacks.length) host.lastChild.remove()
    while (host.children.length < this.stacks.length) host.append(createCone(this, host.children.length))
    this.unreached.textContent = this.stacks.length ? describeUnreached(this.stacks[0]) : ""
    const names = nameStacks(this.stacks, differing !== "")
    this.stacks.forEach((stack, i) => writeTitle(host.children[i], names[i], stack))
  }

  /** Describe in sentences what the probe shows in each stack.
   * @param {Choice} choice */
  #describeProbe(choice) {
    const { stacks, probe } = this
    if (!stacks.length) return ""
    if (!probe) return IDLE
    const names = nameStacks(stacks, differences(choice) !== "").map((name) => `${name.split(",")[0]}: `)
    const sentences = stacks.map((stack, i) => `${stacks.length > 1 ? names[i] : ""}${reading(stack, probe)}`)
    const { layout } = this, cut = layout && stacks.some((stack) => cutEnds(stack, layout, probe).length)
    return sentences.join(" ") + (cut ? CUT : "") + (this.pinned ? PINNED : "")
  }
}

/** Count the stack of the plain dilated kernels over the same elements, layer by layer; return null if it is the same.
 * @param {Layer[]} layers */
function plainStack(layers) {
  const plain = layers.map(({ kernel, stride }) => ({ kernel: dilatedLike(kernel) ?? kernel, stride }))
  const same = plain.every(({ kernel }, l) => String(kernel.offsets) === String(layers[l].kernel.offsets))
  return same ? null : stackOf(plain)
}

/** Name the stacks that are drawn.
 * @param {Stack[]} stacks
 * @param {boolean} differing whether the layers differ from one another */
function nameStacks(stacks, differing) {
  const name = differing ? "This stack" : "This pattern"
  if (stacks.length < 2) return [name]
  const [spans, others] = stacks.map(({ layers }) => layers.map(({ kernel }) => kernel.size))
  const same = String(spans) === String(others)
  const span = same ? "the same span" : differing ? "layer by layer" : `span ${whole(others[0])}`
  return [name, `Plain dilated, ${span}`]
}

/** Write the title of a cone, which its canvas has for a label.
 * @param {Element} figure
 * @param {string} name
 * @param {Stack} stack */
function writeTitle(figure, name, stack) {
  const [title, canvas] = figure.children, text = summary(stack), depth = counted(stack.layers.length, "layer")
  title.children[0].textContent = `${name}: `
  title.children[1].textContent = describeNumbers(stack)
  canvas.setAttribute("aria-label", `${name}, ${depth}: ${text}. Arrow keys move a probe.`)
}

/** Describe a stack by its weights and what it reaches.
 * @param {Stack} stack */
const describeNumbers = (stack) => `${describeWeights(stack)}, ${summary(stack)}`

/** Describe the weights of a stack, as a product where all layers have the same number.
 * @param {Stack} stack */
function describeWeights({ layers, weights }) {
  const taps = layers.map(({ kernel }) => kernel.offsets.length)
  const alike = layers.length > 1 && taps.every((n) => n === taps[0])
  return `${alike ? `${layers.length} × ${whole(taps[0])} = ` : ""}${whole(weights)} weights`
}

/** Create the title and the canvas of a cone, which is pointed at by pointer and keyboard.
 * @param {Cones} cones
 * @param {number} number */
function createCone(cones, number) {
  const figure = document.createElement("div"), title = document.createElement("h4")
  title.append(document.createElement("b"), document.createElement("span"))
  const canvas = document.createElement("canvas")
  canvas.tabIndex = 0
  canvas.setAttribute("role", "img")
  canvas.dataset.cone = String(number)
  const under = (/** @type {MouseEvent} */ event) => {
    const box = canvas.getBoundingClientRect()
    return cones.layout && probeAt(cones.layout, cones.stacks[0], event.clientX - box.left, event.clientY - box.top)
  }
  canvas.onpointermove = (event) => { if (!cones.pinned) cones.point(under(event), false) }
  canvas.onpointerleave = () => { if (!cones.pinned) cones.point(null, false) }
  canvas.onclick = (event) => {
    const probe = under(event)
    cones.point(probe, !cones.pinned && probe !== null)
  }
  canvas.onkeydown = (event) => {
    const probe = probeAfterKey(cones.probe, event.key, cones.stacks[0])
    if (event.key !== "Escape" && !probe) return
    event.preventDefault()
    cones.point(probe, probe !== null)
  }
  figure.append(title, canvas)
  return figure
}
