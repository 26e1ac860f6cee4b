// The badge beside a number: how many methods it was computed by and whether they agree; it opens to their values.
// A proof is pending while it is being computed: the number is shown before it.

import { createElement, write } from "../base/dom.js"

/** A proof, with the methods by name and value.
 * @typedef {{ ok: boolean, badge: string, methods: [string, string][], verdict: string }} Proof */
/** A number, or a row of a table, with its proof; null where there is none.
 * @typedef {{ key: string, label: string, meaning: string, proof: Proof | "pending" | null }} Subject */

/** Create an empty badge.
 * @returns {HTMLButtonElement} */
export function createBadge() {
  const button = /** @type {HTMLButtonElement} */ (createElement("button", "badge"))
  button.setAttribute("type", "button")
  button.append(createElement("span", "mark"), createElement("span", "words"))
  return button
}

/** Show the proof of a subject in its badge; the panel opens after the subject's place.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} place
 * @param {Subject} subject
 * @param {Set<string>} open the keys of the proofs that are open */
export function showProof(button, place, subject, open) {
  const { key, label, meaning, proof } = subject
  const next = /** @type {HTMLElement | null} */ (place.nextElementSibling)
  const panel = next?.classList.contains("panel") ? next : null
  button.classList.toggle("pending", proof === "pending")
  place.classList.toggle("failed", proof !== "pending" && proof?.ok === false)
  if (proof === "pending") return showPending(button, label, meaning, panel)
  button.disabled = !proof
  button.setAttribute("aria-expanded", String(proof !== null && open.has(key)))
  if (!proof || !open.has(key)) panel?.remove()
  if (!proof) {
    button.removeAttribute("aria-label")
    return writeBadge(button, "", "one method")
  }
  writeBadge(button, proof.ok ? "✓" : "✗", ` ${proof.badge}`)
  button.setAttribute("aria-label", `${label}: ${proof.badge}`)
  button.onclick = () => {
    if (!open.delete(key)) open.add(key)
    showProof(button, place, subject, open)
  }
  if (open.has(key)) contentOf(panel ?? createPanel(place)).replaceChildren(...createExplanation(meaning, proof))
}

/** Show in a badge that its proof is pending; an open panel keeps its place and its methods, without values.
 * @param {HTMLButtonElement} button
 * @param {string} label
 * @param {string} meaning
 * @param {HTMLElement | null} panel */
function showPending(button, label, meaning, panel) {
  button.disabled = false
  button.onclick = null
  button.setAttribute("aria-label", `${label}: checking`)
  writeBadge(button, "…", " checking")
  if (!panel) return
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (contentOf(panel).querySelector(name))
  for (const row of /** @type {HTMLTableElement} */ (find(".methods")).rows) write(row.cells[1], "…")
  write(find(".meaning"), meaning)
  write(find(".verdict"), "Checking …")
}

/** Write a badge: a mark, which stands alone where there is little room, and words.
 * @param {HTMLButtonElement} button
 * @param {string} mark
 * @param {string} words */
function writeBadge(button, mark, words) {
  write(button.children[0], mark)
  write(button.children[1], words)
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

/** Create the explanation of a proof: what the number means, the methods with their values, and the verdict.
 * @param {string} meaning
 * @param {Proof} proof */
function createExplanation(meaning, { methods, verdict }) {
  const first = createElement("p", "meaning"), last = createElement("p", "verdict")
  const table = /** @type {HTMLTableElement} */ (createElement("table", "methods"))
  first.textContent = meaning
  first.hidden = !meaning
  for (const [name, value] of methods) {
    const row = table.insertRow()
    row.insertCell().textContent = name
    row.insertCell().textContent = value
  }
  last.textContent = verdict
  return [first, table, last]
}
