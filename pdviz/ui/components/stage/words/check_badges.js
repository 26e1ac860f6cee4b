// The badges of the proofs under the stage: each opens to what was compared, with the values of its methods.

import { createElement, find } from "../../base/dom.js"

/** @typedef {import("../run/run.js").Check} Check */

/** The badges, of which one may be open. */
export class CheckBadges {
  #shown = ""
  #open = -1
  /** @type {Check[]} */
  #checks = []

  /** @param {HTMLElement} root */
  constructor(root) {
    this.list = find(root, ".checks")
    this.panel = find(root, ".proof")
  }

  /** Show proofs; the one that is open stays open.
   * @param {Check[]} checks */
  show(checks) {
    const text = JSON.stringify(checks)
    if (text === this.#shown) return
    this.#shown = text
    this.#checks = checks
    while (this.list.children.length > checks.length) this.list.lastChild.remove()
    while (this.list.children.length < checks.length) this.list.append(this.#createBadge(this.list.children.length))
    this.#draw()
  }

  /** Create the badge of the k-th proof.
   * @param {number} k */
  #createBadge(k) {
    const item = document.createElement("li"), button = createElement("button", "badge")
    Object.assign(button, { type: "button", onclick: () => {
      this.#open = this.#open === k ? -1 : k
      this.#draw()
    } })
    item.append(button)
    return item
  }

  /** Draw the badges, and the panel of the one that is open. */
  #draw() {
    this.#checks.forEach(({ ok, text }, k) => {
      const item = this.list.children[k], button = item.firstChild
      item.className = ok ? "ok" : "failed"
      button.textContent = ok ? `✓ ${text}` : `✗ Does not hold: ${text}`
      button.setAttribute("aria-expanded", String(k === this.#open))
    })
    const check = this.#checks[this.#open]
    this.panel.hidden = !check
    this.panel.replaceChildren(...(check ? explain(check) : []))
  }
}

/** Create the explanation of a proof: what was compared and how far it agrees, and the values of the methods.
 * @param {Check} check */
function explain({ detail, methods }) {
  const words = document.createElement("p"), table = document.createElement("table")
  words.textContent = detail
  for (const [name, value] of methods) {
    const line = table.insertRow()
    line.insertCell().textContent = name
    line.insertCell().textContent = value
  }
  return [words, table]
}
