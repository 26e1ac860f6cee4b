// Buttons beside the rows of a stack's picture, one per layer: what it is, and the way to its panel.

import { amount, counted } from "../base/format.js"
import { describeLayer, describeShape, familyIn, isOwn } from "../model/layers.js"
import { MAX_HEADER } from "./floors.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("./floors.js").Floors} Floors */

/** The headers of a stack's layers. */
export class LayerHeaders {
  /** The output's first, as they stand on the page.
   * @type {HTMLButtonElement[]} */
  #buttons = []

  /**
   * @param {HTMLElement} host
   * @param {(layer: number) => void} open opens a layer's panel */
  constructor(host, open) {
    this.host = host
    this.open = open
  }

  /** Draw the headers.
   * @param {Floors} layout
   * @param {Choice} choice
   * @param {Stack} stack
   * @param {number | null} opened the layer whose panel is open */
  draw(layout, choice, stack, opened) {
    const buttons = this.#buttons
    while (buttons.length < choice.layers) buttons.push(createHeader(this.host, this.open))
    while (buttons.length > choice.layers) buttons.pop()?.remove()
    buttons.forEach((button, i) => {
      const layer = choice.layers - 1 - i
      writeHeader(button, choice, layer, stack)
      button.setAttribute("aria-expanded", String(layer === opened))
      button.style.top = `${layout.headers[layer]}px`
      button.style.width = layout.head ? `${layout.head - 12}px` : ""
      button.style.height = layout.head ? `${Math.min(MAX_HEADER, layout.pitch - 3)}px` : ""
    })
    this.host.classList.toggle("narrow", !layout.head)
  }
}

/** Create a header.
 * @param {HTMLElement} host
 * @param {(layer: number) => void} open */
function createHeader(host, open) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "floor"
  const edit = Object.assign(document.createElement("i"), { className: "edit", textContent: "Edit" })
  button.append(document.createElement("b"), document.createElement("span"), edit)
  button.onclick = () => open(Number(button.dataset.layer))
  host.insertBefore(button, host.querySelector(".tapcursor"))
  return button
}

/** Write what a layer is into its header.
 * @param {HTMLElement} button
 * @param {Choice} choice
 * @param {number} layer
 * @param {Stack} stack */
function writeHeader(button, choice, layer, { layers }) {
  const { kernel, stride } = layers[layer], own = isOwn(choice.stack[layer])
  const shape = describeShape(familyIn(choice, layer), `span ${amount(kernel.size)}`, amount)
  const [name, what] = [...button.children]
  name.textContent = `Layer ${layer + 1}${own ? ", its own" : ""}${stride > 1 ? `, stride ${stride}` : ""}`
  what.textContent = `${counted(kernel.offsets.length, "tap")}, ${shape}`
  button.title = describeLayer(choice, layer, layers[layer])
  button.dataset.layer = String(layer)
  button.classList.toggle("other", own || stride > 1)
}
