// Numbers side by side, each a card with its name, its value, and the badge of its proof.

import { createElement, write } from "../base/dom.js"
import { panelAfter, showSubject } from "./panel.js"
import { createBadge } from "./proof.js"

/** @typedef {{ label: string, value: string, unit: string, meaning: string,
 *   proof: import("./panel.js").Subject["proof"] }} Card */
/** @typedef {{ kind: "numbers", cards: Card[] }} Numbers */

/** Create a place for numbers.
 * @param {Set<string>} open the names and badges that are open
 * @returns {import("./report.js").Place} */
export function numbers(open) {
  const list = createElement("dl", "numbers")
  /** @type {ReturnType<typeof createCard>[]} */
  const cards = []
  return {
    node: list,
    show(/** @type {Numbers} */ block) {
      while (cards.length > block.cards.length) cards.pop()?.remove()
      while (cards.length < block.cards.length) cards.push(createCard(list, open))
      block.cards.forEach((card, i) => cards[i].show(card))
    },
    end() {},
  }
}

/** Create a card at the end of the list.
 * @param {HTMLElement} list
 * @param {Set<string>} open */
function createCard(list, open) {
  const place = createElement("div", "card"), title = document.createElement("dt")
  const value = createElement("dd", "value"), digits = createElement("span", "digits")
  const unit = createElement("span", "unit"), corner = document.createElement("dd"), badge = createBadge()
  value.append(digits, unit)
  corner.append(badge)
  place.append(title, value, corner)
  list.append(place)
  let last = ""
  return {
    show(/** @type {Card} */ card) {
      const now = JSON.stringify(card)
      if (now === last) return
      last = now
      write(digits, card.value)
      write(unit, card.unit)
      place.classList.toggle("long", card.value.length > 12)
      badge.hidden = !card.proof && card.value === "none"
      showSubject({ title, badge, place }, { key: card.label, ...card }, open)
    },
    remove() {
      panelAfter(place)?.remove()
      place.remove()
    },
  }
}
