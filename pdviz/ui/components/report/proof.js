// The badge beside a number: by how many methods it was computed, and whether they agree; it opens to their values.
// A proof is pending while it is being computed: the number is shown before it.

import { createElement, write } from "../base/dom.js"

/** A proof, with the methods by name and value.
 * @typedef {{ ok: boolean, badge: string, methods: [string, string][], verdict: string }} Proof */

/** Create an empty badge.
 * @returns {HTMLButtonElement} */
export function createBadge() {
  const button = /** @type {HTMLButtonElement} */ (createElement("button", "badge"))
  button.setAttribute("type", "button")
  button.append(createElement("span", "mark"), createElement("span", "words"))
  return button
}

/** Write a badge; it looks like a button only where there is something to open. While a proof is pending the keyboard's
 * focus may stay on it.
 * @param {HTMLButtonElement} button
 * @param {string} label of the number
 * @param {Proof | "pending" | null} proof
 * @param {boolean} opened
 * @param {() => void} toggle */
export function writeBadge(button, label, proof, opened, toggle) {
  const pending = proof === "pending"
  const [mark, words] = pending ? ["…", " checking"] : !proof ? ["", "one method"]
    : [proof.ok ? "✓" : "✗", ` ${proof.badge}`]
  write(button.children[0], mark) // which stands alone where there is little room
  write(button.children[1], words)
  button.classList.toggle("pending", pending)
  button.disabled = !proof
  button.onclick = pending ? null : toggle
  if (pending) button.setAttribute("aria-disabled", "true")
  else button.removeAttribute("aria-disabled")
  if (!pending) button.setAttribute("aria-expanded", String(proof !== null && opened))
  if (proof) button.setAttribute("aria-label", `${label}: ${pending ? "checking" : proof.badge}`)
  else button.removeAttribute("aria-label")
}

/** Create what a badge opens to: the methods with their values, and the verdict.
 * @param {Proof} proof */
export function createCheck({ methods, verdict }) {
  const check = createElement("div", "check"), last = createElement("p", "verdict")
  const table = /** @type {HTMLTableElement} */ (createElement("table", "methods"))
  for (const [name, value] of methods) {
    const row = table.insertRow()
    row.insertCell().textContent = name
    row.insertCell().textContent = value
  }
  last.textContent = verdict
  check.append(table, last)
  return check
}

/** Keep the place and the methods of a check whose proof is pending, without values.
 * @param {HTMLElement} check
 * @returns {HTMLElement} */
export function suspendCheck(check) {
  const table = /** @type {HTMLTableElement} */ (check.querySelector(".methods"))
  for (const row of table.rows) write(row.cells[1], "…")
  write(/** @type {HTMLElement} */ (check.querySelector(".verdict")), "Checking …")
  return check
}
