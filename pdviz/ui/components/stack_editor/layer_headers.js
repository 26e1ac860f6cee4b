// The buttons beside the rows of a stack's picture, one a layer: what it is, and the way to its panel.

import { counted, whole } from "../base/format.js"
import { familyIn, isOwn, layerWords } from "../model/layers.js"

/** @typedef {import("../model/choice.js").Choice} Choice */

/** Prepare the buttons; returns the function that puts them where they belong. */
export function headers(/** @type {HTMLElement} */ host, /** @type {(layer: number) => void} */ open) {
  /** Output first, as they stand on the page.
   * @type {HTMLButtonElement[]} */
  const buttons = []

  function make() {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "floor"
    button.append(document.createElement("b"), document.createElement("span"))
    button.onclick = () => open(Number(button.dataset.layer))
    host.insertBefore(button, host.querySelector(".tapcursor"))
    buttons.push(button)
  }

  return function draw(/** @type {import("./picture.js").Floors} */ place, /** @type {Choice} */ choice, /** @type {import("../model/paths.js").Stack} */ stack, /** @type {number | null} */ opened) {
    while (buttons.length < choice.layers) make()
    while (buttons.length > choice.layers) buttons.pop()?.remove()
    buttons.forEach((button, i) => {
      const layer = choice.layers - 1 - i, { kernel, stride } = stack.layers[layer]
      const own = isOwn(choice.stack[layer]), family = familyIn(choice, layer)
      const shape = !family ? `span ${whole(kernel.size)}` : family[0] ? `dilation ${whole(family[1])}` : "no wings"
      const [name, what] = /** @type {HTMLElement[]} */ ([...button.children])
      name.textContent = `Layer ${layer + 1}${own ? ", its own" : ""}${stride > 1 ? `, stride ${stride}` : ""}`
      what.textContent = `${counted(kernel.offsets.length, "tap")}, ${shape}`
      button.title = layerWords(choice, layer, stack.layers[layer])
      button.dataset.layer = String(layer)
      button.classList.toggle("other", own || stride > 1)
      button.setAttribute("aria-expanded", String(layer === opened))
      button.style.top = `${place.headers[layer]}px`
      button.style.width = place.head ? `${place.head - 12}px` : ""
      button.style.height = place.head ? `${Math.min(44, place.pitch - 3)}px` : ""
    })
    host.classList.toggle("narrow", !place.head)
  }
}
