// The row "Save as" of another drawing on the page: pictures made here, the table by the server.

import { find, write } from "../../base/dom.js"
import { offer, savePicture } from "../../base/save_picture.js"
import { drawingOf } from "../../model/page.js"
import { pageOf, pictureOf } from "./picture.js"

/** @typedef {{ name: string, title: string, words: string, file: string, query: string }} FilesData */

/** Show the row in this element; called again with every change of the data.
 * @param {HTMLElement} root
 * @param {import("../../boot/streamlit.d.ts").Component<FilesData>} component
 * @returns {() => void} ends it */
export function files(root, { data }) {
  find(root, ".csv").href = String(new URL(`figures/${data.name}.csv?${data.query}`, document.baseURI))
  for (const kind of /** @type {const} */ (["svg", "png", "html"]))
    find(root, `.${kind}`).onclick = () => save(kind, data, find(root, "output"))
  return () => {}
}

/** Save the drawing as it is now, or write into `output` why that cannot be.
 * @param {"svg" | "png" | "html"} kind
 * @param {FilesData} data
 * @param {Element} output */
async function save(kind, { name, title, words, file }, output) {
  const drawing = drawingOf(name)
  write(output, "")
  try {
    if (!drawing) return write(output, "The picture is not drawn yet.")
    const picture = pictureOf(drawing, title, words)
    if (kind === "html") offer(new Blob([pageOf(picture, title)], { type: "text/html" }), `${file}.html`)
    else await savePicture(picture, kind, file)
  } catch {
    write(output, "The picture could not be made.")
  }
}
