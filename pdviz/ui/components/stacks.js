// The receptive field of the stack under the editor, beside that of a plain dilated kernel.

import { COLOURS } from "./constants.js"
import { drawCone, layout, probeAt, rangeOf, reading, stackOf, summary } from "./cone.js"
import { clamp, counted, whole } from "./drawing.js"
import { dilatedLike } from "./geometry.js"

/** @typedef {import("./cone.js").Stack} Stack */
/** @typedef {import("./cone.js").Probe} Probe */
/** What this part needs of the editor.
 * @typedef {{ root: HTMLElement, choice: import("./choice.js").Choice, width: number, paint: () => void }} Desk */

const IDLE = "Point at a place to see the paths that lead there; click to pin them. The top row is the output: " +
  "point beside it for another output."

/** Prepare the drawings; returns the function that draws them. */
export function stacks(/** @type {Desk} */ desk) {
  const host = /** @type {HTMLElement} */ (desk.root.querySelector(".cones"))
  const words = /** @type {HTMLElement} */ (desk.root.querySelector(".reading"))
  /** @type {Stack[]} */
  let shown = []
  /** @type {Probe | null} */
  let probe = null
  /** @type {ReturnType<typeof layout>} */
  let placed
  let pinned = false, last = ""

  /** What the stacks shown are called. */
  function names() {
    if (shown.length === 1) return ["This pattern"]
    const span = shown[1].kernel.size === desk.choice.kernel.size ? "the same span" : `span ${whole(shown[1].kernel.size)}`
    return ["This pattern", `Plain dilated, ${span}`]
  }

  /** Count the paths anew where the choice has changed, and write what came out. */
  function count() {
    const { kernel, layers } = desk.choice
    const key = `${layers} ${kernel.first} ${kernel.offsets.join()}`
    if (key === last) return
    last = key
    probe = null
    pinned = false
    const plain = dilatedLike(kernel)
    shown = [stackOf(kernel, layers), ...(plain && plain !== kernel ? [stackOf(plain, layers)] : [])]
    while (host.children.length > shown.length) host.lastChild?.remove()
    while (host.children.length < shown.length) host.append(makeCone(host.children.length))
    const weights = (/** @type {number} */ taps) => `${layers > 1 ? `${layers} × ${whole(taps)} = ` : ""}${whole(layers * taps)} weights`
    shown.forEach((stack, i) => {
      const [title, canvas] = host.children[i].children
      const name = names()[i], says = summary(stack)
      title.children[0].textContent = `${name}: `
      title.children[1].textContent = `${weights(stack.kernel.offsets.length)}, ${says}`
      canvas.setAttribute("aria-label", `${name}, ${counted(layers, "layer")}: ${says}. Arrow keys move a probe.`)
    })
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
      return probeAt(placed, desk.choice.layers, event.clientX - box.left, event.clientY - box.top)
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
      /** @type {Record<string, [number, number]>} */
      const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }
      const move = moves[event.key]
      if (event.key !== "Escape" && !move) return
      event.preventDefault()
      pinned = event.key !== "Escape"
      if (!pinned) look(null)
      else if (!probe) look({ row: desk.choice.layers, offset: 0 })
      else look({ row: clamp(probe.row + move[0], 0, desk.choice.layers), offset: probe.offset + move[1] })
    }
    figure.append(title, canvas)
    return figure
  }

  return function draw() {
    count()
    const style = getComputedStyle(desk.root)
    const ink = { font: style.fontFamily, text: style.color, line: style.getPropertyValue("--st-border-color") || COLOURS.gap }
    placed = layout(rangeOf(shown), desk.width, desk.choice.layers)
    shown.forEach((stack, i) => drawCone(/** @type {any} */ (host.children[i].children[1]), stack, placed, probe, ink))
    if (!probe) { words.textContent = IDLE; return }
    const at = probe
    const says = shown.map((stack, i) => `${shown.length > 1 ? `${names()[i].split(",")[0]}: ` : ""}${reading(stack, at)}`)
    words.textContent = says.join(" ") + (pinned ? " Pinned: click again to let go." : "")
  }
}
