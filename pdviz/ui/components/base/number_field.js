// A field for a whole number, with what it takes, two buttons that step it, and a sentence where it had to be mended.

import { whole } from "./format.js"
import { clamp } from "./view.js"
import { made, write } from "./dom.js"

/** @typedef {{ label: string, hint: string, least: number, most: number, odd?: boolean }} Kind */

/** A field in `host`; `take` is given every number that can be taken, `leave` when it is done.
 * @param {(value: number, done: boolean) => void} take */
export function numberField(/** @type {HTMLElement} */ host, /** @type {Kind} */ kind, take) {
  const { label, hint, least, odd } = kind
  const place = made("div", "field"), head = document.createElement("label"), row = made("div", "number")
  const input = document.createElement("input"), said = made("p", "said")
  const text = made("span", "name"), note = made("span", "hint")
  text.textContent = label
  note.textContent = hint
  const id = `pattern-${label.toLowerCase().replaceAll(" ", "-")}`
  Object.assign(input, { id, type: "number", inputMode: "numeric", step: odd ? "2" : "1" })
  head.htmlFor = id
  note.id = `${id}-hint`
  input.setAttribute("aria-describedby", note.id)
  said.setAttribute("role", "alert")
  head.append(text)
  row.append(input, stepper("−", -1), stepper("+", 1))
  place.append(head, note, row, said)
  host.append(place)
  let most = kind.most, shown = ""

  function stepper(/** @type {string} */ sign, /** @type {-1 | 1} */ way) {
    const button = /** @type {HTMLButtonElement} */ (made("button", "step"))
    Object.assign(button, { type: "button", textContent: sign, tabIndex: -1 })
    button.setAttribute("aria-label", `${way > 0 ? "More" : "Less"}: ${label}`)
    button.onclick = () => {
      const from = Number(input.value.trim() || input.placeholder)
      input.value = String(clamp(from + way * (odd ? 2 : 1), least, most))
      read(true)
    }
    return button
  }

  function say(/** @type {string} */ sentence) {
    write(said, sentence)
    input.setAttribute("aria-invalid", String(sentence !== ""))
  }

  /** Take what is typed: at once where it can be taken, mended when the field is left. */
  function read(/** @type {boolean} */ done) {
    const value = Number(input.value)
    if (!Number.isInteger(value) || input.value.trim() === "") {
      if (!done) return
      input.value = shown
      return say(`${label} must be a whole number. It stays as it was.`)
    }
    const inside = clamp(value, least, most), nearest = odd && inside % 2 === 0 ? inside + 1 : inside
    if (nearest !== value && !done) return
    const must = inside !== value ? `${whole(least)} to ${whole(most)}` : "odd"
    take(nearest, done)
    say(nearest === value ? "" : `${label} must be ${must}: ${whole(value)} was changed to ${whole(nearest)}.`)
    input.value = String(nearest)
  }

  input.oninput = () => read(false)
  input.onchange = () => read(true)

  return {
    place,
    /** Show a number, or none where `instead` waits to be taken; a field that is being typed in is left alone. */
    show(/** @type {number | undefined} */ value, { upTo = most, instead = least } = {}) {
      most = upTo
      input.placeholder = String(instead)
      const now = value === undefined ? "" : String(value)
      const typing = /** @type {ShadowRoot} */ (input.getRootNode()).activeElement === input
      shown = now
      if (!typing && input.value !== now) input.value = now
      for (const [name, limit] of [["min", least], ["max", most]]) {
        const text = String(limit)
        if (input.getAttribute(/** @type {string} */ (name)) !== text) input.setAttribute(/** @type {string} */ (name), text)
      }
    },
    /** Let go of what was said. */
    clear() { say("") },
  }
}
