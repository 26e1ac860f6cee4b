// A number or a row, and what opens below it: its name opens to what it means, its badge to how it was checked.

import { createElement, write } from "../base/dom.js"
import { createCheck, suspendCheck, writeBadge } from "./proof.js"

/** A number, or a row of a table, with its proof; null where there is none.
 * @typedef {{ key: string, label: string, meaning: string,
 *   proof: import("./proof.js").Proof | "pending" | null }} Subject */
/** The elements of a subject: what holds its name, its badge, and its place, after which the panel opens. A table
 * without proofs has no badges.
 * @typedef {{ title: HTMLElement, badge: HTMLButtonElement | null, place: HTMLElement }} Parts */

/** Show a subject: its name, its badge, and its panel if it is open.
 * @param {Parts} parts
 * @param {Subject} subject
 * @param {Set<string>} open the names and badges that are open */
export function showSubject(parts, subject, open) {
  const { title, badge, place } = parts, { key, label, meaning, proof } = subject
  const names = { meaning: `name ${key}`, check: `badge ${key}` }
  const toggle = (/** @type {string} */ name) => {
    if (!open.delete(name)) open.add(name)
    showSubject(parts, subject, open)
  }
  showName(title, { label, meaning, opened: open.has(names.meaning), toggle: () => toggle(names.meaning) })
  if (badge) writeBadge(badge, label, proof, open.has(names.check), () => toggle(names.check))
  place.classList.toggle("failed", proof !== null && proof !== "pending" && !proof.ok)
  const panel = panelAfter(place), before = /** @type {HTMLElement | null} */ (panel?.querySelector(".check") ?? null)
  const sections = []
  if (meaning && open.has(names.meaning)) sections.push(createMeaning(meaning))
  if (badge && proof && open.has(names.check)) {
    const check = proof === "pending" ? before && suspendCheck(before) : createCheck(proof)
    if (check) sections.push(check)
  }
  if (!sections.length) return panel?.remove()
  if (!(place instanceof HTMLTableRowElement)) sections.unshift(createSubjectName(label)) // a row's is right above
  contentOf(panel ?? createPanel(place)).replaceChildren(...sections)
}

/** Return the panel that is open after a place.
 * @param {Element} place */
export function panelAfter(place) {
  const next = /** @type {HTMLElement | null} */ (place.nextElementSibling)
  return next?.classList.contains("panel") ? next : null
}

/** Show the name of a subject: a button if it has a meaning, which a mouse that rests on it reads, too.
 * @param {HTMLElement} title
 * @param {{ label: string, meaning: string, opened: boolean, toggle: () => void }} name */
function showName(title, { label, meaning, opened, toggle }) {
  const before = title.querySelector("button")
  if (!meaning) return before ? title.replaceChildren(label) : write(title, label)
  const button = before ?? /** @type {HTMLButtonElement} */ (createElement("button", "meant"))
  if (!before) title.replaceChildren(button)
  write(button, label)
  Object.assign(button, { type: "button", title: meaning, onclick: toggle })
  button.setAttribute("aria-expanded", String(opened))
}

/** Create the name of what a panel explains: several may be open below a row of cards.
 * @param {string} label */
function createSubjectName(label) {
  const name = createElement("p", "subject")
  name.textContent = label
  return name
}

/** Create the sentence that a name opens to.
 * @param {string} meaning */
function createMeaning(meaning) {
  const sentence = createElement("p", "meaning")
  sentence.textContent = meaning
  return sentence
}

/** Create a panel after a card, or in a row of its own after a row.
 * @param {HTMLElement} place */
function createPanel(place) {
  const row = place instanceof HTMLTableRowElement
  const panel = createElement(row ? "tr" : "dd", "panel")
  if (row) {
    const cell = document.createElement("td")
    cell.colSpan = place.cells.length
    panel.append(cell)
  }
  place.after(panel)
  return panel
}

/** Return the element that holds what a panel shows.
 * @param {HTMLElement} panel */
const contentOf = (panel) => panel instanceof HTMLTableRowElement ? panel.cells[0] : panel
