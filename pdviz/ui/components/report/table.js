// A table: titles of rows, columns of numbers, and beside a row the badge of its proof.

import { made, write } from "../base/dom.js"
import { makeBadge, prove } from "./proof.js"

/** @typedef {{ title: string, cells: string[], means: string, proof: import("./proof.js").Proved["proof"] }} Row */
/** @typedef {{ kind: "table", name: string, heads: string[], rows: Row[], proved: boolean }} Table */

/** A place for a table; returns its element, and what shows another in it. */
export function table(/** @type {Set<string>} */ open) {
  const frame = made("div", "wide"), grid = /** @type {HTMLTableElement} */ (made("table", "grid"))
  frame.tabIndex = 0
  frame.setAttribute("role", "region")
  frame.append(grid)
  let last = ""
  return {
    node: frame,
    show(/** @type {Table} */ part) {
      const now = JSON.stringify(part)
      if (now === last) return
      last = now
      frame.setAttribute("aria-label", part.name)
      const head = grid.tHead ?? grid.createTHead(), body = grid.tBodies[0] ?? grid.createTBody()
      const heads = part.proved ? [...part.heads, "Proof"] : part.heads
      fit(head.rows[0] ?? head.insertRow(), heads, () => cell("th", "col"))
      const rows = [...body.rows].filter((row) => !row.classList.contains("panel"))
      while (rows.length > part.rows.length) drop(/** @type {HTMLTableRowElement} */ (rows.pop()))
      while (rows.length < part.rows.length) rows.push(body.insertRow())
      part.rows.forEach((shown, i) => fill(rows[i], shown, part, open))
    },
    end() {},
  }
}

function fill(/** @type {HTMLTableRowElement} */ row, /** @type {Row} */ { title, cells, means, proof },
  /** @type {Table} */ part, /** @type {Set<string>} */ open) {
  const badge = row.querySelector("button"), texts = [title, ...cells]
  if (!part.proved) badge?.parentElement?.remove()
  fit(row, texts, (i) => cell(i ? "td" : "th", i ? "" : "row"), part.proved && badge ? badge.parentElement : null)
  if (!part.proved) return
  const button = badge ?? makeBadge()
  if (!badge) {
    const held = cell("td", "")
    held.append(button)
    row.append(held)
  }
  row.title = means
  button.hidden = !proof && cells.every((text) => text === "none")
  prove(button, row, { key: `${part.name}: ${title}`, label: title, means, proof }, open)
}

/** Let a row hold these texts, a cell each, before its `last` cell if that stays. */
function fit(/** @type {HTMLTableRowElement} */ row, /** @type {string[]} */ texts,
  /** @type {(i: number) => HTMLTableCellElement} */ make, /** @type {HTMLElement | null} */ last = null) {
  const count = () => row.cells.length - (last ? 1 : 0)
  while (count() > texts.length) row.cells[texts.length].remove()
  while (count() < texts.length) row.insertBefore(make(count()), last)
  texts.forEach((text, i) => write(row.cells[i], text))
}

function cell(/** @type {"th" | "td"} */ name, /** @type {string} */ scope) {
  const made = document.createElement(name)
  if (scope) made.scope = scope
  return made
}

function drop(/** @type {HTMLTableRowElement} */ row) {
  if (row.nextElementSibling?.classList.contains("panel")) row.nextElementSibling.remove()
  row.remove()
}
