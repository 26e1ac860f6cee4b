// A table: titles of rows, columns of numbers, and beside a row the badge of its proof.

import { createElement, write } from "../base/dom.js"
import { createBadge, showProof } from "./proof.js"

/** @typedef {{ title: string, cells: string[], meaning: string,
 *   proof: import("./proof.js").Subject["proof"] }} Row */
/** @typedef {{ kind: "table", name: string, heads: string[], rows: Row[], proved: boolean }} Table */

/** Create a place for a table.
 * @param {Set<string>} open the keys of the proofs that are open
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
      const heads = block.proved ? [...block.heads, "Proof"] : block.heads
      fit(head.rows[0] ?? head.insertRow(), heads, () => createCell("th", "col"))
      const rows = [...body.rows].filter((row) => !row.classList.contains("panel"))
      while (rows.length > block.rows.length) removeRow(/** @type {HTMLTableRowElement} */ (rows.pop()))
      while (rows.length < block.rows.length) rows.push(body.insertRow())
      block.rows.forEach((row, i) => fill(rows[i], row, block, open))
    },
    end() {},
  }
}

/** Write a row's title and cells, and its badge where the table has proofs.
 * @param {HTMLTableRowElement} row
 * @param {Row} content
 * @param {Table} block
 * @param {Set<string>} open */
function fill(row, { title, cells, meaning, proof }, block, open) {
  const badge = row.querySelector("button"), texts = [title, ...cells]
  if (!block.proved) badge?.parentElement?.remove()
  const last = block.proved && badge ? badge.parentElement : null
  fit(row, texts, (i) => createCell(i ? "td" : "th", i ? "" : "row"), last)
  if (!block.proved) return
  const button = badge ?? createBadge()
  if (!badge) {
    const corner = createCell("td", "")
    corner.append(button)
    row.append(corner)
  }
  row.title = meaning
  button.hidden = !proof && cells.every((text) => text === "none")
  showProof(button, row, { key: `${block.name}: ${title}`, label: title, meaning, proof }, open)
}

/** Write texts into a row, one per cell, before its `last` cell if that stays.
 * @param {HTMLTableRowElement} row
 * @param {string[]} texts
 * @param {(i: number) => HTMLTableCellElement} create
 * @param {HTMLElement | null} last */
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

/** Remove a row, and the panel of its proof if that is open.
 * @param {HTMLTableRowElement} row */
function removeRow(row) {
  if (row.nextElementSibling?.classList.contains("panel")) row.nextElementSibling.remove()
  row.remove()
}
