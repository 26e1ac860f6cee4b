// A table: names of rows, columns of numbers, and beside a row the badge of its proof.

import { createElement, write } from "../base/dom.js"
import { panelAfter, showSubject } from "./panel.js"
import { createBadge } from "./proof.js"

/** @typedef {{ title: string, cells: string[], meaning: string,
 *   proof: import("./panel.js").Subject["proof"] }} Row */
/** @typedef {{ kind: "table", name: string, heads: string[], rows: Row[], proved: boolean }} Table */

/** Create a place for a table.
 * @param {Set<string>} open the names and badges that are open
 * @returns {import("./report.js").Place} */
export function table(open) {
  const frame = createElement("div", "wide")
  const grid = /** @type {HTMLTableElement} */ (createElement("table", "grid"))
  frame.tabIndex = 0
  frame.setAttribute("role", "region")
  frame.append(grid)
  let last = ""
  return {
    node: frame,
    show(/** @type {Table} */ block) {
      const now = JSON.stringify(block)
      if (now === last) return
      last = now
      frame.setAttribute("aria-label", block.name)
      const head = grid.tHead ?? grid.createTHead(), body = grid.tBodies[0] ?? grid.createTBody()
      const heads = block.proved ? [...block.heads, "Check"] : block.heads
      fit(head.rows[0] ?? head.insertRow(), heads, () => createCell("th", "col"))
      const rows = [...body.rows].filter((row) => !row.classList.contains("panel"))
      while (rows.length > block.rows.length) removeRow(/** @type {HTMLTableRowElement} */ (rows.pop()))
      while (rows.length < block.rows.length) rows.push(body.insertRow())
      block.rows.forEach((row, i) => fill(rows[i], row, block, open))
    },
    end() {},
  }
}

/** Write a row's name and cells, and its badge where the table has proofs.
 * @param {HTMLTableRowElement} row
 * @param {Row} content
 * @param {Table} block
 * @param {Set<string>} open */
function fill(row, { title, cells, meaning, proof }, block, open) {
  const badge = block.proved ? badgeOf(row) : null
  if (!badge) row.querySelector(".badge")?.parentElement?.remove()
  fit(row, [title, ...cells], (i) => createCell(i ? "td" : "th", i ? "" : "row"), badge?.parentElement)
  if (badge) badge.hidden = !proof && cells.every((text) => text === "none")
  const subject = { key: `${block.name}: ${title}`, label: title, meaning, proof }
  showSubject({ title: row.cells[0], badge, place: row }, subject, open)
}

/** Return the badge of a row, in its last cell; create it if there is none.
 * @param {HTMLTableRowElement} row
 * @returns {HTMLButtonElement} */
function badgeOf(row) {
  const before = /** @type {HTMLButtonElement | null} */ (row.querySelector(".badge"))
  if (before) return before
  const corner = createCell("td", ""), badge = createBadge()
  corner.append(badge)
  row.append(corner)
  return badge
}

/** Write texts into a row, one per cell, before its `last` cell if that stays.
 * @param {HTMLTableRowElement} row
 * @param {string[]} texts
 * @param {(i: number) => HTMLTableCellElement} create
 * @param {HTMLElement | null} [last] */
function fit(row, texts, create, last = null) {
  const count = () => row.cells.length - (last ? 1 : 0)
  while (count() > texts.length) row.cells[texts.length].remove()
  while (count() < texts.length) row.insertBefore(create(count()), last)
  texts.forEach((text, i) => write(row.cells[i], text))
}

/** Create a cell.
 * @param {"th" | "td"} name
 * @param {string} scope */
function createCell(name, scope) {
  const cell = document.createElement(name)
  if (scope) cell.scope = scope
  return cell
}

/** Remove a row, and its panel if that is open.
 * @param {HTMLTableRowElement} row */
function removeRow(row) {
  panelAfter(row)?.remove()
  row.remove()
}
