// The panel of one layer: whether it has the shared pattern or its own, and its stride.

import { LIMITS } from "../boot/constants.js"
import { find } from "../base/dom.js"
import { whole } from "../base/format.js"
import { Draft } from "../base/typed/draft.js"
import { NumberInput } from "../base/typed/number_field.js"
import {
  describeLayer, factorOf, familyIn, isOwn, ownLayer, ownOf, stackKernels, withLayer,
} from "../model/layers.js"
import { DEFAULT_FAMILY } from "../model/pattern.js"
import { parseTyped, typedForm } from "../model/typed_pattern.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("../model/layers.js").Own} Own */
/** @typedef {import("../model/pattern.js").Family} Family */
/** @typedef {import("../editor/editor_model.js").EditorModel} EditorModel */

/** The numbers of a layer's own pattern, in the order of a family. */
const NUMBERS = [
  { name: "wing", label: "Wing", least: 0, most: LIMITS.wing },
  { name: "dilation", label: "Dilation", least: 1, most: LIMITS.ownDilation },
  { name: "island", label: "Island", least: 1, most: LIMITS.island, odd: true },
]
const STRIDE = { label: "Stride", least: 1, most: LIMITS.stride }
const MARGIN = 24 // pixels that stay free below an open panel
const SHARED = { family: null, text: "", origin: 0 }
const TOO_LARGE = "With its growth, the shared pattern is too large for a layer of its own. " +
  "The nearest that is allowed is shown."

/** The panel of a layer. */
export class LayerPanel {
  /** The layer that is shown, or was shown last. */
  #layer = 0
  /** The choice that is shown, or that an edit made.
   * @type {Choice | null} */
  #choice = null

  /**
   * @param {HTMLElement} root
   * @param {EditorModel} model
   * @param {() => void} close */
  constructor(root, model, close) {
    this.model = model
    this.host = /** @type {HTMLElement} */ (find(root, ".panel"))
    this.error = find(this.host, ".error")
    this.shared = find(this.host, ".shared")
    this.own = find(this.host, ".own")
    this.causal = find(this.host, ".causal")
    this.text = find(this.host, ".owntext")
    this.numbers = NUMBERS.map((rule, at) => this.#number(rule.name, rule, (value, done) => {
      const family = this.#family()
      family[at] = value
      this.#putFamily(family, done)
    }))
    this.stride = this.#number("stride", STRIDE, (stride, done) =>
      this.#put({ ...(model.choice.stack[this.#layer] ?? SHARED), stride }, done))
    this.draft = new Draft(this.text, { complete: () => this.#takeText() })
    this.#listen(close)
  }

  /** Show a layer, or close the panel.
   * @param {number | null} layer */
  show(layer) {
    const { host, text, model: { choice } } = this, opened = layer !== null && (host.hidden || layer !== this.#layer)
    host.hidden = layer === null
    if (layer === null) return
    if (layer !== this.#layer || choice !== this.#choice) this.#report("") // what it says is about another
    this.#layer = layer
    this.#choice = choice
    const now = stackKernels(choice)[layer], family = familyIn(choice, layer)
    const place = layer === 0 ? ", at the input" : layer === choice.layers - 1 ? ", at the output" : ""
    find(host, "h4").textContent = `Layer ${layer + 1} of ${choice.layers}${place}`
    find(host, ".summary").textContent = describeLayer(choice, layer, now)
    find(host, ".why").textContent = explainShared(choice, layer)
    this.own.checked = isOwn(choice.stack[layer])
    this.shared.checked = !this.own.checked
    this.numbers.forEach((number, at) => number.show(family ? Number(family[at]) : undefined))
    this.stride.show(now.stride)
    this.causal.checked = Boolean(family?.[3])
    const typed = typedForm(now.kernel)
    if (!text.hasAttribute("aria-invalid")) this.draft.show(typed.value)
    text.placeholder = typed.placeholder
    if (opened) requestAnimationFrame(() => bringIntoView(host)) // the rows above have their height by then
  }

  /** Create the input of a number; leaving it completes the edit.
   * @param {string} name
   * @param {import("../base/typed/typed_number.js").TypedNumber} rule
   * @param {(value: number, done: boolean) => void} take */
  #number(name, rule, take) {
    const abandon = () => this.model.settle()
    return new NumberInput(find(this.host, `.${name}`), rule, { take, abandon, report: (s) => this.#report(s) })
  }

  /** Let the other controls change the layer.
   * @param {() => void} close */
  #listen(close) {
    const { host, causal } = this
    causal.onchange = () => {
      const [wing, dilation, island] = this.#family()
      this.#report("")
      this.#putFamily([wing, dilation, island, causal.checked])
    }
    this.shared.onchange = () => {
      this.#report("")
      this.#put({ ...SHARED, stride: this.#strideNow() })
    }
    this.own.onchange = () => this.#takeOwn()
    find(host, ".close").onclick = close
    host.onkeydown = (event) => {
      if (event.key !== "Escape") return
      event.stopPropagation()
      close()
    }
  }

  /** Take the pattern that was typed. */
  #takeText() {
    const kernel = parseTyped(this.text.value)
    if (typeof kernel === "string") return this.#report(`${kernel} The layer stays as it was.`, this.text)
    this.#report("")
    this.#put(ownOf(kernel, this.#strideNow()))
  }

  /** Give the layer its own pattern: the shared one as it is here, or as near to it as is valid. */
  #takeOwn() {
    const offsets = () => String(stackKernels(this.model.choice)[this.#layer].kernel.offsets), before = offsets()
    this.#put(ownLayer(this.model.choice, this.#layer))
    this.#report(offsets() === before ? "" : TOO_LARGE)
  }

  /** Return a copy of the family's numbers that the layer has, or would start from.
   * @returns {Family} */
  #family() {
    const { choice } = this.model
    return [...(ownLayer(choice, this.#layer).family ?? choice.family ?? DEFAULT_FAMILY)]
  }

  #strideNow() { return this.model.choice.stack[this.#layer]?.stride ?? 1 }

  /** @param {Family} family
   * @param {boolean} done */
  #putFamily(family, done = true) { this.#put({ ...SHARED, stride: this.#strideNow(), family }, done) }

  /** Replace the layer.
   * @param {Own} layer
   * @param {boolean} done */
  #put(layer, done = true) {
    this.model.change(withLayer(this.model.choice, this.#layer, layer), done)
    this.#choice = this.model.choice
  }

  /** Show a sentence about what was entered, "" for none.
   * @param {string} sentence
   * @param {HTMLElement | null} input that it is about */
  #report(sentence, input = null) {
    this.error.textContent = sentence
    this.host.querySelectorAll("input").forEach((node) => node.removeAttribute("aria-invalid"))
    input?.setAttribute("aria-invalid", "true")
  }
}

/** Scroll a panel into view if it is not, with a margin below.
 * @param {HTMLElement} host */
function bringIntoView(host) {
  const { bottom } = host.getBoundingClientRect()
  if (bottom > globalThis.innerHeight - MARGIN) host.scrollIntoView({ block: "center" })
  else host.scrollIntoView({ block: "nearest" })
}

/** Explain how the shared pattern has grown at a layer, "" where it has not.
 * @param {Choice} choice
 * @param {number} layer */
function explainShared(choice, layer) {
  const factor = factorOf(choice, layer)
  if (isOwn(choice.stack[layer]) || factor === 1) return ""
  if (familyIn(choice, layer)?.[0] === 0) return "Without wings there is no dilation that could grow."
  return `The pattern above with its dilation × ${whole(factor)}.`
}
