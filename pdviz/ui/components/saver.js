// Stands below a Plotly chart: saves it as it is drawn (an SVG that opens alone, or its pixels), and inks its words.

import { element } from "./drawing.js"
import { inlined, savePicture } from "./picture.js"

/** Which chart: the class of its place, and the name of the file.
 * @typedef {{ chart: string, file: string }} SaverData */

/** What Plotly draws for the pointer alone. */
const PASSING = ".hoverlayer, .draglayer, .zoomlayer"

/** Room at every side, for letters of another font. */
const MARGIN = 16

/** What is saved at a press, by the component's root element: the latest that the server sent.
 * @type {WeakMap<HTMLElement, SaverData>} */
const LATEST = new WeakMap()

/** Make the buttons work; called again when the data change. */
export function saver(/** @type {HTMLElement} */ root, /** @type {import("./streamlit.d.ts").Component} */ component) {
  LATEST.set(root, component.data)
  ink(root)
  for (const button of root.querySelectorAll("button")) button.onclick = () => press(root, button)
  return () => { LATEST.delete(root) }
}

/** Write a chart's words in the page's own ink: its theme gives it a paler one. */
function ink(/** @type {HTMLElement} */ root) {
  const colour = getComputedStyle(root).getPropertyValue("--st-text-color").trim()
  if (colour) document.documentElement.style.setProperty("--pdviz-ink", colour)
  if (document.getElementById("pdviz-ink")) return
  const style = Object.assign(document.createElement("style"), { id: "pdviz-ink" })
  style.textContent = ".js-plotly-plot :is(.cartesianlayer, .infolayer) text { fill: var(--pdviz-ink) !important }"
  document.head.append(style)
}

async function press(/** @type {HTMLElement} */ root, /** @type {HTMLButtonElement} */ button) {
  const { chart, file } = /** @type {SaverData} */ (LATEST.get(root))
  const said = /** @type {HTMLElement} */ (root.querySelector(".said"))
  const plot = /** @type {HTMLElement | null} */ (document.querySelector(`.${chart} .js-plotly-plot`))
  said.textContent = plot ? "" : "The picture is not drawn yet."
  if (!plot) return
  button.disabled = true
  try {
    const ground = getComputedStyle(root).getPropertyValue("--st-background-color").trim() || "#fff"
    await savePicture(merged(plot, ground), /** @type {"svg" | "png"} */ (button.value), file)
  } catch {
    said.textContent = "The picture could not be made."
  } finally {
    button.disabled = false
  }
}

/** The chart's layers in one drawing, on the page's background; its styles go with it. */
function merged(/** @type {HTMLElement} */ plot, /** @type {string} */ ground) {
  const box = plot.getBoundingClientRect()
  const width = Math.round(box.width) + 2 * MARGIN, height = Math.round(box.height) + 2 * MARGIN
  const size = { width, height }
  const svg = /** @type {SVGSVGElement} */ (element("svg", document.createElement("div"), {
    xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, ...size,
  }))
  element("rect", svg, { ...size, fill: ground })
  for (const layer of /** @type {NodeListOf<SVGSVGElement>} */ (plot.querySelectorAll(".main-svg"))) {
    const place = layer.getBoundingClientRect(), copy = inlined(layer, PASSING)
    copy.removeAttribute("style")
    copy.setAttribute("x", String(MARGIN + place.left - box.left))
    copy.setAttribute("y", String(MARGIN + place.top - box.top))
    copy.setAttribute("overflow", "visible")
    svg.append(copy)
  }
  for (const node of svg.querySelectorAll("[clip-path]"))
    node.setAttribute("clip-path", local(node.getAttribute("clip-path") ?? ""))
  return { width, height, text: new XMLSerializer().serializeToString(svg) }
}

/** A reference to a part of a page, as one to the same part of this file. */
const local = (/** @type {string} */ reference) => reference.replace(/url\(["']?[^#"')]*(#[^"')]+)["']?\)/g, "url($1)")
