// The receptive field of the stack under the editor, beside that of a plain dilated kernel.

import { drawAxis, drawCone, layout, nameRows, probeAt } from "./cone.js"
import { counted, whole } from "../base/format.js"
import { dilatedLike } from "../model/pattern.js"
import { differences, refusal, stackKernels } from "../model/layers.js"
import { rangeOf, reading, stackOf, summary } from "../model/paths.js"
import { moved } from "./probes.js"

/** @typedef {import("../model/paths.js").Stack} Stack */
/** @typedef {import("../model/paths.js").Probe} Probe */
/** @typedef {import("../model/receptive_field.js").Layer} Layer */
/** What this part needs of the editor.
 * @typedef {{ root: HTMLElement, choice: import("../model/choice.js").Choice, width: number, ink: import("./cone.js").Ink, paint: () => void }} Desk */

const IDLE = "Point at a place to see the paths that lead there; click to pin them. The top row is the output: " +
  "point beside it for another output."

/** Prepare the drawings; returns the function that draws them. */
export function stacks(/** @type {Desk} */ desk) {
  const host = /** @type {HTMLElement} */ (desk.root.querySelector(".cones"))
  const words = /** @type {HTMLElement} */ (desk.root.querySelector(".reading"))
  const differs = /** @type {HTMLElement} */ (desk.root.querySelector(".differs"))
  /** @type {Stack[]} */
  let shown = []
  /** @type {Probe | null} */
  let probe = null
  /** @type {ReturnType<typeof layout>} */
  let placed
  /** @type {import("../model/choice.js").Choice | null} */
  let last = null
  let pinned = false, refused = ""

  /** The stack of the plain dilated kernels over the same elements, layer by layer; null if it is the same. */
  function plainStack(/** @type {Layer[]} */ layers) {
    const plain = layers.map(({ kernel, stride }) => ({ kernel: dilatedLike(kernel) ?? kernel, stride }))
    const same = plain.every(({ kernel }, l) => String(kernel.offsets) === String(layers[l].kernel.offsets))
    return same ? null : stackOf(plain)
  }

  /** What the stacks shown are called. */
  function names() {
    const name = differences(desk.choice) ? "This stack" : "This pattern"
    if (shown.length === 1) return [name]
    const [spans, others] = shown.map(({ layers }) => layers.map(({ kernel }) => kernel.size))
    const span = String(spans) === String(others) ? "the same span" : name === "This stack" ? "layer by layer" : `span ${whole(others[0])}`
    return [name, `Plain dilated, ${span}`]
  }

  /** Count the paths anew where the choice has changed, and write what came out. */
  function count() {
    if (desk.choice === last) return
    last = desk.choice
    probe = null
    pinned = false
    const layers = stackKernels(desk.choice)
    refused = refusal(layers)
    differs.textContent = refused || (differences(desk.choice) && `${differences(desk.choice)} The Receptive field page edits the layers.`)
    const plain = refused ? null : plainStack(layers)
    shown = refused ? [] : [stackOf(layers), ...(plain ? [plain] : [])]
    while (host.children.length > shown.length) host.lastChild?.remove()
    while (host.children.length < shown.length) host.append(makeCone(host.children.length))
    shown.forEach((stack, i) => {
      const [title, canvas] = host.children[i].children
      const name = names()[i], says = summary(stack)
      title.children[0].textContent = `${name}: `
      title.children[1].textContent = `${weights(stack)}, ${says}`
      canvas.setAttribute("aria-label", `${name}, ${counted(layers.length, "layer")}: ${says}. Arrow keys move a probe.`)
    })
  }

  /** The weights of a stack, as a product where all layers have the same number. */
  function weights(/** @type {Stack} */ { layers, weights: all }) {
    const taps = layers.map(({ kernel }) => kernel.offsets.length)
    const product = layers.length > 1 && taps.every((n) => n === taps[0]) ? `${layers.length} × ${whole(taps[0])} = ` : ""
    return `${product}${whole(all)} weights`
  }

  function makeCone(/** @type {number} */ number) {
    const figure = document.createElement("div")
    const title = document.createElement("h4")
    title.append(document.createElement("b"), document.createElement("span"))
    const canvas = document.createElement("canvas")
    canvas.tabIndex = 0
    canvas.setAttribute("role", "img")
    canvas.dataset.cone = String(number)
    const under = (/** @type {MouseEvent} */ event) => {
      const box = canvas.getBoundingClientRect()
      return probeAt(placed, shown[0], event.clientX - box.left, event.clientY - box.top)
    }
    const look = (/** @type {Probe | null} */ at) => { probe = at; desk.paint() }
    canvas.onpointermove = (event) => { if (!pinned) look(under(event)) }
    canvas.onpointerleave = () => { if (!pinned) look(null) }
    canvas.onclick = (event) => {
      const at = under(event)
      pinned = !pinned && at !== null
      look(at)
    }
    canvas.onkeydown = (event) => {
      const at = moved(probe, event.key, shown[0])
      if (event.key !== "Escape" && !at) return
      event.preventDefault()
      pinned = at !== null
      look(at)
    }
    figure.append(title, canvas)
    return figure
  }

  return function draw() {
    count()
    const { ink } = desk
    placed = layout(rangeOf(shown), desk.width, desk.choice.layers)
    shown.forEach((stack, i) => {
      const canvas = /** @type {HTMLCanvasElement} */ (host.children[i].children[1])
      drawCone(canvas, stack, placed, probe, ink)
      nameRows(canvas, stack, placed, probe, ink)
      drawAxis(canvas, placed, ink)
    })
    if (refused) { words.textContent = ""; return }
    if (!probe) { words.textContent = IDLE; return }
    const at = probe
    const says = shown.map((stack, i) => `${shown.length > 1 ? `${names()[i].split(",")[0]}: ` : ""}${reading(stack, at)}`)
    words.textContent = says.join(" ") + (pinned ? " Pinned: click again to let go." : "")
  }
}
