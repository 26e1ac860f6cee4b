// The files of a figure: pictures made here from the chart, pages and tables made by the server.

import { createElement, write } from "../../base/dom.js"
import { offer } from "../../base/save_picture.js"
import { wrap } from "../../base/svg.js"
import { tint } from "./plotly.js"

/** @typedef {import("./figure.js").Figure} Figure */
/** A figure with what it is drawn with; `width` is of the plot, in pixels.
 * @typedef {{ Plotly: any, figure: Figure, template: any, width: number }} Chart */

/** Room at every side of a saved picture, in pixels, for letters of another font. */
const MARGIN = 16
const TITLE = { size: 15, line: 20, letter: 8.5 } // pixels; a letter of any font is narrower, on average
const LINKS = /** @type {const} */ ([
  ["html", "One file that opens in any browser, with the values under the pointer"],
  ["csv", "The numbers behind this figure, for a spreadsheet or a program"],
])

/** Create the row of buttons and links below a figure; `follow` turns its links to another figure.
 * @param {() => Chart | null} chart returns null until the figure is drawn */
export function figureFiles(chart) {
  const node = createElement("figcaption", "files"), output = createElement("output", "")
  node.append("Save as ")
  for (const kind of /** @type {const} */ (["svg", "png"])) {
    const button = /** @type {HTMLButtonElement} */ (createElement("button", ""))
    const onclick = () => save(chart(), kind, button, output)
    node.append(Object.assign(button, { type: "button", textContent: kind.toUpperCase(), onclick }))
  }
  const links = LINKS.map(([kind, title]) => {
    const link = /** @type {HTMLAnchorElement} */ (createElement("a", ""))
    node.append(Object.assign(link, { textContent: kind.toUpperCase(), title, download: "" }))
    return { kind, link }
  })
  node.append(output)
  return {
    node,
    follow(/** @type {Figure} */ figure) {
      for (const { kind, link } of links) link.href = addressOf(figure, kind)
    },
  }
}

/** Return the address of a figure as a file of the server's.
 * @param {Figure} figure
 * @param {string} kind */
function addressOf({ name, query }, kind) {
  return String(new URL(`figures/${name}.${kind}?${query}`, document.baseURI))
}

/** Offer a figure as a picture, or write into `output` why that cannot be.
 * @param {Chart | null} chart
 * @param {"svg" | "png"} kind
 * @param {HTMLButtonElement} button pressed for it
 * @param {Element} output */
async function save(chart, kind, button, output) {
  if (!chart) return write(output, "The picture is not drawn yet.")
  write(output, "")
  button.disabled = true
  try {
    offer(await createPicture(chart, kind), `${chart.figure.file}.${kind}`)
  } catch {
    write(output, "The picture could not be made.")
  } finally {
    button.disabled = false
  }
}

/** Draw a figure once more, below its title, on the page's ground and with room at its sides, as a file.
 * @param {Chart} chart
 * @param {"svg" | "png"} kind
 * @returns {Promise<Blob>} */
async function createPicture({ Plotly, figure, template, width: plotWidth }, kind) {
  const spec = JSON.parse(figure.spec), { data, layout } = spec, { margin } = layout
  tint(spec, template)
  const lines = wrap(figure.title, plotWidth, (words) => TITLE.letter * words.length)
  const head = TITLE.line * lines.length + MARGIN / 2
  const width = plotWidth + 2 * MARGIN, height = layout.height + head + 2 * MARGIN
  for (const side of ["t", "b", "l", "r"]) margin[side] += MARGIN
  margin.t += head
  const title = {
    text: `<b>${lines.join("<br>")}</b>`, font: { size: TITLE.size }, automargin: false,
    x: 0, xref: "container", xanchor: "left", y: 1, yref: "container", yanchor: "top", pad: { l: MARGIN, t: MARGIN },
  }
  Object.assign(layout, { title, width, height, template, paper_bgcolor: template.ground })
  const options = { format: kind, width, height, scale: kind === "png" ? 2 : 1 }
  const image = await Plotly.toImage({ data, layout }, options)
  return (await fetch(image)).blob()
}
