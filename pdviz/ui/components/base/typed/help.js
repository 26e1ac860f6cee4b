// The explanation of a field, shown while its mark is pointed at or has the focus.

import { createElement } from "../dom.js"

/** Add the mark of an explanation to a field's label.
 * @param {HTMLElement} place
 * @param {string} text */
export function addHelp(place, text) {
  const mark = Object.assign(createElement("button", "help"), { type: "button", textContent: "?" })
  const note = Object.assign(createElement("div", "note"), { textContent: text, popover: "manual" })
  mark.setAttribute("aria-label", text)
  const show = () => {
    if (note.matches(":popover-open")) return
    note.showPopover()
    const { left, bottom } = mark.getBoundingClientRect(), { width, height } = note.getBoundingClientRect()
    note.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`
    note.style.top = `${bottom + height + 12 > innerHeight ? bottom - 28 - height : bottom + 4}px`
  }
  const hide = () => { if (note.matches(":popover-open")) note.hidePopover() }
  mark.onpointerenter = mark.onfocus = mark.onclick = show
  mark.onpointerleave = mark.onblur = hide
  mark.onkeydown = (event) => { if (event.key === "Escape") hide() }
  place.querySelector("label")?.after(mark)
  place.append(note)
}
