// The pattern in plain fields beside every page. They are another hand of the editor: what they do is its edit,
// and they show what it shows, at once.

import { choose, member, read } from "../model/choice.js"
import { LIMITS } from "../boot/constants.js"
import { whole } from "../base/format.js"
import { numberField } from "../base/number_field.js"
import { parse, text } from "../model/pattern.js"
import { withDepth } from "../model/layers.js"
import { made, write } from "../base/dom.js"
import { shared } from "../model/page.js"

/** @typedef {import("../model/pattern.js").Family} Family */
/** @typedef {import("../model/page.js").Editor} Editor */

const NUMBERS = [
  { label: "Wing", hint: "taps in each", least: 0, most: LIMITS.wing },
  { label: "Dilation", hint: "samples from tap to tap", least: 1, most: LIMITS.dilation },
  { label: "Island", hint: "taps, an odd number", least: 1, most: LIMITS.island, odd: true },
]
const FREE = "A free pattern. Change a number above to go back to wings and island."

/** The family's numbers that were last shown, for the way back from a free pattern.
 * @type {Family} */
let last = [4, 2, 5, false]

/** Fill the place; the fields live as long as it does. */
export function pattern(/** @type {HTMLElement} */ root, /** @type {import("../boot/streamlit.d.ts").Component<{ last: Family }>} */ { data }) {
  last = data.last
  if (!root.children.length) shared.show = build(root)
  shared.show()
  return () => {}
}

function build(/** @type {HTMLElement} */ root) {
  /** The choice that the fields show, or have made. @type {import("../model/choice.js").Choice | null} */
  let seen = null
  /** The editor's choice changed in one way. @type {(make: (editor: Editor) => import("../model/choice.js").Choice, done: boolean) => void} */
  const edit = (make, done) => {
    const { editor } = shared
    if (!editor) return
    quiet()
    editor.change(make(editor), done)
    seen = editor.choice
  }
  const numbers = NUMBERS.map((kind, at) => numberField(root, kind, (value, done) => edit(({ choice }) => {
    const family = /** @type {Family} */ ([...(choice.family ?? last)])
    family[at] = value
    return member(family, choice)
  }, done)))
  const causal = causalField(root, (checked) => edit(({ choice }) => {
    const [wing, dilation, island] = choice.family ?? last
    return member([wing, dilation, island, checked], choice)
  }, true))
  const written = textField(root, (kernel) => edit(({ choice }) => choose(kernel, choice), true))
  const origin = numberField(root, { label: "Origin", hint: "element of the output", least: 0, most: 0 }, (value, done) =>
    edit(({ choice }) => choose(parse(text(choice.kernel), value), choice), done))
  const free = made("p", "free")
  free.textContent = FREE
  root.append(free)
  const layers = numberField(root, { label: "Layers", hint: "one on another", least: 1, most: LIMITS.layers }, (value, done) =>
    edit(({ choice }) => withDepth(choice, value), done))
  const fields = [...numbers, origin, layers]

  function quiet() {
    for (const field of fields) field.clear()
    written.clear()
  }

  return function show() {
    if (!shared.editor?.choice) return
    const { choice } = shared.editor, { kernel, family, layers: count } = choice
    if (choice !== seen) quiet() // what was said was of another choice
    seen = choice
    last = family ?? last
    numbers.forEach((field, at) => field.show(/** @type {number | undefined} */ (family?.[at]), { instead: Number(last[at]) }))
    causal.show(family ? family[3] : false)
    written.show(kernel)
    origin.place.hidden = free.hidden = family !== null
    origin.show(-kernel.first, { upTo: kernel.size - 1 })
    layers.show(count)
  }
}

/** Whether there is no right wing. */
function causalField(/** @type {HTMLElement} */ host, /** @type {(checked: boolean) => void} */ take) {
  const label = made("label", "field switch"), input = document.createElement("input"), hint = made("span", "hint")
  const name = made("span", "name")
  Object.assign(input, { type: "checkbox", onchange: () => take(input.checked) })
  input.setAttribute("role", "switch")
  input.setAttribute("aria-label", "Causal")
  name.textContent = "Causal"
  hint.textContent = "no right wing"
  label.append(input, name, hint)
  host.append(label)
  return { show(/** @type {boolean} */ value) { input.checked = value } }
}

/** The pattern as text, to be typed over. */
function textField(/** @type {HTMLElement} */ host, /** @type {(kernel: import("../model/pattern.js").Kernel) => void} */ take) {
  const place = made("div", "field"), label = document.createElement("label"), input = document.createElement("input")
  const said = made("p", "said"), hint = made("span", "hint")
  Object.assign(input, { id: "pattern-text", type: "text", spellcheck: false, autocomplete: "off", inputMode: "numeric" })
  label.htmlFor = input.id
  label.textContent = "As text"
  hint.id = "pattern-text-hint"
  hint.textContent = "1 is a tap, 0 a gap"
  input.setAttribute("aria-describedby", hint.id)
  said.setAttribute("role", "alert")
  place.append(label, hint, input, said)
  host.append(place)
  const say = (/** @type {string} */ sentence) => {
    write(said, sentence)
    input.setAttribute("aria-invalid", String(sentence !== ""))
  }
  input.onchange = () => {
    const kernel = read(input.value)
    if (typeof kernel === "string") return say(`${kernel} The pattern stays as it was.`)
    take(kernel)
    const left = input.value.replace(/\s/g, "").length - kernel.size
    say(left > 0 ? `Gaps outside taps and origin were left out: ${whole(left)}.` : "")
    input.value = text(kernel)
  }
  return {
    show(/** @type {import("../model/pattern.js").Kernel} */ kernel) {
      const writable = kernel.size <= LIMITS.text, typing = /** @type {ShadowRoot} */ (input.getRootNode()).activeElement === input
      const now = writable ? text(kernel) : ""
      if (!typing && !said.textContent && input.value !== now) input.value = now
      input.placeholder = writable ? "" : `${whole(kernel.size)} elements, too long to write`
    },
    clear() { say("") },
  }
}
