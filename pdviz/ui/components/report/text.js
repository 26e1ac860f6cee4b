// What a report says: headings, sentences, notes.

import { made, write } from "../base/dom.js"

/** @typedef {{ kind: "heading", text: string }} Heading */
/** @typedef {{ kind: "sentences" | "list", lines: string[] }} Sentences */
/** @typedef {{ kind: "info" | "warning" | "caption", text: string }} Note */

/** A place for a heading. */
export function heading() {
  const node = made("h3", "")
  return { node, show(/** @type {Heading} */ { text }) { write(node, text) }, end() {} }
}

/** A place for a note; a warning is read out when it comes. */
export function note(/** @type {string} */ kind) {
  const node = made("p", `note ${kind}`)
  if (kind === "warning") node.setAttribute("role", "alert")
  return { node, show(/** @type {Note} */ { text }) { write(node, text) }, end() {} }
}

/** A place for sentences below each other, or a list of them; what stands between two ** is strong. */
export function sentences(/** @type {string} */ kind) {
  const list = kind === "list", node = made(list ? "ul" : "div", "sentences")
  let last = ""
  return {
    node,
    show(/** @type {Sentences} */ { lines }) {
      const now = lines.join("\n")
      if (now === last) return
      last = now
      node.replaceChildren(...lines.map((line) => {
        const said = made(list ? "li" : "p", "")
        said.append(...line.split("**").map((text, i) => {
          if (i % 2 === 0) return text
          const strong = document.createElement("strong")
          strong.textContent = text
          return strong
        }))
        return said
      }))
    },
    end() {},
  }
}
