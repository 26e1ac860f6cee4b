// The words of a report: headings, sentences, notes.

import { createElement, write } from "../base/dom.js"

/** @typedef {import("./report.js").Place} Place */
/** @typedef {{ kind: "heading", text: string }} Heading */
/** @typedef {{ kind: "sentences" | "list", lines: string[] }} Sentences */
/** @typedef {{ kind: "info" | "warning" | "caption", text: string }} Note */

/** Create a place for a heading.
 * @returns {Place} */
export function heading() {
  const node = createElement("h3", "")
  return { node, show(/** @type {Heading} */ { text }) { write(node, text) }, end() {} }
}

/** Create a place for a note; a warning is read out when it comes.
 * @param {string} kind
 * @returns {Place} */
export function note(kind) {
  const node = createElement("p", `note ${kind}`)
  if (kind === "warning") node.setAttribute("role", "alert")
  return { node, show(/** @type {Note} */ { text }) { write(node, text) }, end() {} }
}

/** Create a place for sentences below each other, or for a list of them.
 * @param {string} kind
 * @returns {Place} */
export function sentences(kind) {
  const list = kind === "list", node = createElement(list ? "ul" : "div", "sentences")
  let last = ""
  return {
    node,
    show(/** @type {Sentences} */ { lines }) {
      const now = lines.join("\n")
      if (now === last) return
      last = now
      node.replaceChildren(...lines.map((line) => {
        const sentence = createElement(list ? "li" : "p", "")
        sentence.append(...emphasized(line))
        return sentence
      }))
    },
    end() {},
  }
}

/** Split a line into texts and strong elements, which stand between two **.
 * @param {string} line */
function emphasized(line) {
  return line.split("**").map((text, i) => {
    if (i % 2 === 0) return text
    const strong = document.createElement("strong")
    strong.textContent = text
    return strong
  })
}
