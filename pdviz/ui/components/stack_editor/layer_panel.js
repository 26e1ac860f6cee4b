// The panel of one layer: whether it is like all others, its own pattern, and its stride.

import { read } from "../model/choice.js"
import { LIMITS } from "../boot/constants.js"
import { whole } from "../base/format.js"
import { clamp } from "../base/view.js"
import { text } from "../model/pattern.js"
import { factorOf, familyIn, isOwn, layerWords, ownOf, stackKernels, withLayer } from "../model/layers.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("../model/layers.js").Own} Own */
/** @typedef {import("../model/pattern.js").Family} Family */
/** What this part needs of the editor.
 * @typedef {{ root: HTMLElement, choice: Choice, change: (choice: Choice, done?: boolean) => void, settle: () => void,
 *   paint: () => void }} Desk */

/** The numbers of a layer: their names, limits and what they are called.
 * @type {Record<string, { label: string, least: number, most: number, at: number }>} */
const NUMBERS = {
  wing: { label: "Wing", least: 0, most: LIMITS.wing, at: 0 },
  dilation: { label: "Dilation", least: 1, most: LIMITS.ownDilation, at: 1 },
  island: { label: "Island", least: 1, most: LIMITS.island, at: 2 },
  stride: { label: "Stride", least: 1, most: LIMITS.stride, at: -1 },
}
const FALLBACK = /** @type {Family} */ ([4, 2, 5, false])

/** Prepare the panel; returns the function that shows layer `l`, or nothing. */
export function panel(/** @type {Desk} */ desk, /** @type {() => void} */ close) {
  const host = /** @type {HTMLElement} */ (desk.root.querySelector(".panel"))
  const find = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (host.querySelector(name))
  const refused = find(".wrong"), written = find(".owntext"), causal = find(".causal")
  const shared = find(".shared"), own = find(".own")
  let l = 0
  const active = () => /** @type {ShadowRoot} */ (desk.root.getRootNode()).activeElement

  /** The layer as it is chosen, with a pattern of its own. */
  function mine() {
    const now = desk.choice.stack[l], stride = now?.stride ?? 1
    if (now && isOwn(now)) return now
    const [{ kernel }] = stackKernels({ ...desk.choice, stack: [] }).slice(l), family = familyIn({ ...desk.choice, stack: [] }, l)
    if (family) return { stride, family: /** @type {Family} */ ([family[0], Math.min(family[1], LIMITS.ownDilation), family[2], family[3]]), text: "", origin: 0 }
    return ownOf(kernel.size <= LIMITS.text ? kernel : desk.choice.kernel, stride)
  }

  function put(/** @type {Own | null} */ layer, done = true) { desk.change(withLayer(desk.choice, l, layer), done) }

  function say(/** @type {string} */ sentence, /** @type {HTMLElement | null} */ at = null) {
    refused.textContent = sentence
    host.querySelectorAll("input").forEach((node) => node.removeAttribute("aria-invalid"))
    if (at) at.setAttribute("aria-invalid", "true")
  }

  /** Take what a number's field holds: at once where it can be taken, mended when the field is left. */
  function take(/** @type {string} */ name, /** @type {HTMLInputElement} */ node, /** @type {boolean} */ done) {
    const { label, least, most, at } = NUMBERS[name]
    const value = Number(node.value), odd = name === "island"
    const nearest = clamp(odd && value % 2 === 0 ? value + 1 : value, least, most)
    const whole = Number.isInteger(value) && node.value.trim() !== ""
    if (!whole || nearest !== value) {
      if (!done) return
      if (!whole) { say(`${label} must be a whole number. It stays as it was.`, node); return show(l) }
      say(`${label} must be ${least} to ${most.toLocaleString("en-US")}${odd ? " and odd" : ""}: ${nearest.toLocaleString("en-US")} was taken.`)
    } else {
      say("")
    }
    if (name === "stride") put({ ...(desk.choice.stack[l] ?? { family: null, text: "", origin: 0 }), stride: nearest }, done)
    else {
      const layer = mine(), family = /** @type {Family} */ ([...(layer.family ?? desk.choice.family ?? FALLBACK)])
      family[at] = nearest
      put({ stride: layer.stride, family, text: "", origin: 0 }, done)
    }
  }

  for (const name of Object.keys(NUMBERS)) {
    const node = find(`.${name}`)
    node.min = String(NUMBERS[name].least)
    node.max = String(NUMBERS[name].most)
    node.oninput = () => take(name, node, false)
    node.onchange = () => { take(name, node, true); desk.settle(); show(l) }
  }
  causal.onchange = () => {
    const layer = mine(), [wing, dilation, island] = layer.family ?? desk.choice.family ?? FALLBACK
    say("")
    put({ stride: layer.stride, family: [wing, dilation, island, causal.checked], text: "", origin: 0 })
  }
  shared.onchange = () => {
    say("")
    put({ stride: desk.choice.stack[l]?.stride ?? 1, family: null, text: "", origin: 0 })
  }
  own.onchange = () => {
    const before = stackKernels(desk.choice)[l].kernel.offsets, layer = mine()
    put(layer)
    const kept = String(stackKernels(desk.choice)[l].kernel.offsets) === String(before)
    say(kept ? "" : "The pattern above, grown as far as here, is larger than a layer's own may be: this is as near as it comes.")
  }
  written.onchange = () => {
    const kernel = read(written.value)
    if (typeof kernel === "string") return say(`${kernel} The layer stays as it was.`, written)
    say("")
    put(ownOf(kernel, desk.choice.stack[l]?.stride ?? 1))
  }
  written.onkeydown = (event) => { if (event.key === "Enter") written.blur() }
  find(".close").onclick = close
  host.onkeydown = (event) => { if (event.key === "Escape") { event.stopPropagation(); close() } }

  function show(/** @type {number | null} */ layer) {
    const opened = layer !== null && (host.hidden || layer !== l)
    host.hidden = layer === null
    if (layer === null) return
    if (layer !== l) say("")
    l = layer
    const { choice } = desk, { kernel, stride } = stackKernels(choice)[l]
    const family = familyIn(choice, l), now = choice.stack[l]
    find("h4").textContent = `Layer ${l + 1} of ${choice.layers}${l === 0 ? ", at the input" : l === choice.layers - 1 ? ", at the output" : ""}`
    find(".are").textContent = layerWords(choice, l, { kernel, stride })
    shared.checked = !isOwn(now)
    own.checked = isOwn(now)
    const values = { wing: family?.[0], dilation: family?.[1], island: family?.[2], stride }
    for (const [name, value] of Object.entries(values)) {
      const node = find(`.${name}`)
      if (active() !== node) node.value = value === undefined ? "" : String(value)
    }
    causal.checked = Boolean(family?.[3])
    const writable = kernel.size <= LIMITS.text
    if (active() !== written) written.value = writable ? text(kernel) : ""
    written.placeholder = writable ? "" : `${whole(kernel.size)} elements, too long to write`
    const factor = factorOf(choice, l)
    const grown = !isOwn(now) && factor > 1
    find(".why").textContent = !grown ? "" : family?.[0] === 0 ? "Without wings there is no dilation that could grow."
      : `The pattern above with its dilation × ${whole(factor)}.`
    if (opened) host.scrollIntoView({ block: "nearest" })
  }
  return show
}
