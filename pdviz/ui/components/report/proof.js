// The badge beside a number: how many ways to it there are and whether they agree; it opens to the ways themselves.
// A proof that is awaited is still being made: the number is there before it.

import { made, write } from "../base/dom.js"

/** @typedef {{ ok: boolean, badge: string, ways: [string, string][], says: string }} Proof */
/** What is proved: a number by its label, or a row of a table.
 * @typedef {{ key: string, label: string, means: string, proof: Proof | "awaited" | null }} Proved */

/** An empty badge. */
export function makeBadge() {
  const button = made("button", "badge")
  button.setAttribute("type", "button")
  button.append(made("span", "mark"), made("span", "words"))
  return /** @type {HTMLButtonElement} */ (button)
}

/** Let a badge say what is proved of what stands at `place`; the panel opens after that.
 * @param {Set<string>} open the keys of the proofs that are open */
export function prove(/** @type {HTMLButtonElement} */ button, /** @type {HTMLElement} */ place,
  /** @type {Proved} */ proved, open) {
  const { key, label, means, proof } = proved, next = /** @type {HTMLElement | null} */ (place.nextElementSibling)
  const shown = next?.classList.contains("panel") ? next : null
  button.classList.toggle("awaited", proof === "awaited")
  place.classList.toggle("failed", proof !== "awaited" && proof?.ok === false)
  if (proof === "awaited") return wait(button, label, means, shown)
  button.disabled = !proof
  button.setAttribute("aria-expanded", String(proof !== null && open.has(key)))
  if (!proof || !open.has(key)) shown?.remove()
  if (!proof) {
    button.removeAttribute("aria-label")
    return letter(button, "", "one way alone")
  }
  letter(button, proof.ok ? "✓" : "✗", ` ${proof.badge}`)
  button.setAttribute("aria-label", `${label}: ${proof.badge}`)
  button.onclick = () => {
    if (!open.delete(key)) open.add(key)
    prove(button, place, proved, open)
  }
  if (!open.has(key)) return
  const panel = shown ?? makePanel(place)
  inside(panel).replaceChildren(...explained(means, proof))
}

/** Let a badge say that its proof is on its way; a panel that is open keeps its place and its ways, without values. */
function wait(/** @type {HTMLButtonElement} */ button, /** @type {string} */ label, /** @type {string} */ means,
  /** @type {HTMLElement | null} */ shown) {
  button.disabled = false
  button.onclick = null
  button.setAttribute("aria-label", `${label}: checking`)
  letter(button, "…", " checking")
  if (!shown) return
  for (const row of /** @type {HTMLTableElement} */ (inside(shown).querySelector(".ways")).rows) write(row.cells[1], "…")
  write(/** @type {HTMLElement} */ (inside(shown).querySelector(".means")), means)
  write(/** @type {HTMLElement} */ (inside(shown).querySelector(".says")), "Checking …")
}

/** What a badge says: a mark, which stands alone where there is little room, and words. */
function letter(/** @type {HTMLButtonElement} */ button, /** @type {string} */ mark, /** @type {string} */ words) {
  write(button.children[0], mark)
  write(button.children[1], words)
}

/** A panel after a card, or a row of its own after a row. */
function makePanel(/** @type {HTMLElement} */ place) {
  const row = place instanceof HTMLTableRowElement
  const panel = made(row ? "tr" : "dd", "panel")
  if (row) {
    const cell = document.createElement("td")
    cell.colSpan = place.cells.length
    panel.append(cell)
  }
  place.after(panel)
  return panel
}

const inside = (/** @type {HTMLElement} */ panel) =>
  panel instanceof HTMLTableRowElement ? panel.cells[0] : panel

/** What a number means, the ways to it with their values, and how they agree. */
function explained(/** @type {string} */ means, /** @type {Proof} */ { ways, says }) {
  const first = made("p", "means"), table = made("table", "ways"), last = made("p", "says")
  first.textContent = means
  first.hidden = !means
  for (const [name, value] of ways) {
    const row = /** @type {HTMLTableElement} */ (table).insertRow()
    row.insertCell().textContent = name
    row.insertCell().textContent = value
  }
  last.textContent = says
  return [first, table, last]
}
