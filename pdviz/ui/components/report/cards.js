// Numbers side by side, each a card with what it is, its value, and the badge of its proof.

import { made, write } from "../base/dom.js"
import { makeBadge, prove } from "./proof.js"

/** @typedef {{ label: string, value: string, unit: string, means: string, proof: import("./proof.js").Proved["proof"] }} Card */
/** @typedef {{ kind: "numbers", cards: Card[] }} Numbers */

/** A place for numbers; returns its element, and what shows others in it. */
export function numbers(/** @type {Set<string>} */ open) {
  const list = made("dl", "numbers")
  /** @type {ReturnType<typeof card>[]} */
  const cards = []
  return {
    node: list,
    show(/** @type {Numbers} */ part) {
      while (cards.length > part.cards.length) cards.pop()?.remove()
      while (cards.length < part.cards.length) cards.push(card(list, open))
      part.cards.forEach((each, i) => cards[i].show(each))
    },
    end() {},
  }
}

function card(/** @type {HTMLElement} */ list, /** @type {Set<string>} */ open) {
  const place = made("div", "card"), title = document.createElement("dt"), held = document.createElement("dd")
  const value = made("dd", "value"), digits = made("span", "digits"), unit = made("span", "unit"), badge = makeBadge()
  value.append(digits, unit)
  held.append(badge)
  place.append(title, value, held)
  list.append(place)
  let last = ""
  return {
    show(/** @type {Card} */ shown) {
      const now = JSON.stringify(shown)
      if (now === last) return
      last = now
      write(title, shown.label)
      write(digits, shown.value)
      write(unit, shown.unit)
      place.title = shown.means
      place.classList.toggle("long", shown.value.length > 12)
      badge.hidden = !shown.proof && shown.value === "none"
      prove(badge, place, { key: shown.label, ...shown }, open)
    },
    remove() {
      if (place.nextElementSibling?.classList.contains("panel")) place.nextElementSibling.remove()
      place.remove()
    },
  }
}
