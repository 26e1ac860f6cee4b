// A figure that Plotly draws and keeps: what changes is drawn into the same chart, in the page's own looks.

import { offer } from "../base/save_picture.js"
import { made, write } from "../base/dom.js"
import { sketch } from "./sketch.js"

/** @typedef {{ kind: "figure", name: string, spec: string, alt: string, query: string }} Figure */
/** @typedef {{ data: any[], layout: any }} Spec */

const CONFIG = { displayModeBar: false, scrollZoom: false, doubleClick: false }
/** Room at every side of a saved picture, for letters of another font. */
const MARGIN = 16
/** ms after the last change until Plotly draws what is out of sight or sketched: it takes a hand two frames and more. */
const REST = 200

/** @type {Promise<any> | null} */
let arriving = null

/** plotly.js, which is asked for once, when the first figure is there. */
function plotly() {
  arriving ??= new Promise((done, failed) => {
    const script = document.createElement("script")
    script.src = String(new URL("plotly.js", document.baseURI))
    script.onload = () => done(/** @type {any} */ (globalThis).Plotly)
    script.onerror = () => {
      arriving = null
      script.remove()
      failed(new Error("plotly.js did not arrive."))
    }
    document.head.append(script)
  })
  return arriving
}

/** A place for a figure with the files that a person takes with them. */
export function figure() {
  const node = made("figure", ""), plot = made("div", "plot"), files = made("figcaption", "files")
  const over = sketch(plot)
  const said = made("output", "")
  /** What is drawn. @type {Spec | null} */
  let spec = null
  /** @type {Figure | null} */
  let shown = null
  /** @type {any} */
  let look = null
  /** @type {any} */
  let Plotly = null
  let ended = false, inSight = true, later = 0
  plot.setAttribute("role", "img")
  files.append("Save as ")
  for (const kind of /** @type {const} */ (["svg", "png"])) {
    const button = /** @type {HTMLButtonElement} */ (made("button", ""))
    Object.assign(button, { type: "button", textContent: kind.toUpperCase(), onclick: () => save(button, kind) })
    files.append(button)
  }
  const links = /** @type {[string, string][]} */ ([
    ["html", "One file that opens in any browser, with the values under the pointer"],
    ["csv", "The numbers behind this figure, for a spreadsheet or a program"],
  ]).map(([kind, title]) => {
    const link = /** @type {HTMLAnchorElement} */ (made("a", ""))
    Object.assign(link, { textContent: kind.toUpperCase(), title, download: "" })
    files.append(link)
    return { kind, link }
  })
  files.append(said)
  node.append(over.frame, files)
  const resized = new ResizeObserver(() => {
    if (spec && plot.clientWidth && plot.clientWidth !== spec.layout.width) draw()
  })
  const seen = new IntersectionObserver((entries) => {
    inSight = entries[entries.length - 1].isIntersecting
    if (inSight && later) draw()
  })

  function show(/** @type {Figure} */ part) {
    // Streamlit shows the same again when its theme has changed; with other values it has not.
    if (!look || part.spec === shown?.spec) {
      const now = looks(node)
      if (part.spec === shown?.spec && JSON.stringify(now) === JSON.stringify(look)) return follow(part)
      look = now
    }
    follow(part)
    if (!Plotly) begin(part)
    else if (inSight && !(spec && over.draw(wanted(), spec, look))) draw()
    else {
      clearTimeout(later)
      later = window.setTimeout(draw, REST)
    }
  }

  /** What is to be drawn. */
  function wanted() {
    const found = JSON.parse(/** @type {Figure} */ (shown).spec)
    Object.assign(found.layout, { width: plot.clientWidth, template: look })
    return found
  }

  /** Keep the place until there is Plotly to draw into it. */
  async function begin(/** @type {Figure} */ part) {
    plot.style.minHeight = `${JSON.parse(part.spec).layout.height}px`
    try {
      const arrived = await plotly()
      if (ended || Plotly) return
      Plotly = arrived
    } catch {
      return write(plot, "The figure could not be loaded. Load the page again.")
    }
    plot.textContent = ""
    plot.style.minHeight = ""
    draw()
    resized.observe(plot)
    seen.observe(plot)
  }

  /** What the figure says and where its files are. */
  function follow(/** @type {Figure} */ part) {
    shown = part
    node.dataset.name = part.name
    if (plot.getAttribute("aria-label") !== part.alt) plot.setAttribute("aria-label", part.alt)
    for (const { kind, link } of links) link.href = address(part, kind)
  }

  function draw() {
    clearTimeout(later)
    later = 0
    spec = /** @type {Spec} */ (wanted())
    Plotly.react(plot, spec.data, spec.layout, CONFIG)
    over.hide()
  }

  async function save(/** @type {HTMLButtonElement} */ button, /** @type {"svg" | "png"} */ kind) {
    if (!shown || !Plotly) return write(said, "The picture is not drawn yet.")
    write(said, "")
    button.disabled = true
    try {
      const { name } = shown, { data, layout } = JSON.parse(shown.spec), { margin } = layout
      const width = plot.clientWidth + 2 * MARGIN, height = layout.height + 2 * MARGIN
      for (const side of ["t", "b", "l", "r"]) margin[side] += MARGIN
      Object.assign(layout, { width, height, template: look, paper_bgcolor: look.ground })
      const made = await Plotly.toImage({ data, layout }, { format: kind, width, height, scale: kind === "png" ? 2 : 1 })
      offer(await (await fetch(made)).blob(), `pdviz-${name}.${kind}`)
    } catch {
      write(said, "The picture could not be made.")
    } finally {
      button.disabled = false
    }
  }

  function end() {
    ended = true
    clearTimeout(later)
    resized.disconnect()
    seen.disconnect()
    if (Plotly) Plotly.purge(plot)
  }

  return { node, show, end }
}

/** Where the server gives this figure as a file. */
function address(/** @type {Figure} */ { name, query }, /** @type {string} */ kind) {
  return String(new URL(`figures/${name}.${kind}?${query}`, document.baseURI))
}

/** The page's own letters, ink and ground, as a template of Plotly's. */
function looks(/** @type {HTMLElement} */ node) {
  const style = getComputedStyle(node)
  const of = (/** @type {string} */ name) => style.getPropertyValue(`--st-${name}`).trim()
  const ink = of("text-color"), edge = of("border-color"), font = { family: of("font"), size: 12, color: ink }
  const axis = { gridcolor: edge, zerolinecolor: edge, linecolor: edge, tickcolor: edge, title: { font: { size: 13 } } }
  const clear = "rgba(0,0,0,0)"
  return {
    ground: of("background-color") || "#fff",
    layout: {
      font, paper_bgcolor: clear, plot_bgcolor: clear, xaxis: axis, yaxis: axis,
      hoverlabel: { bgcolor: of("secondary-background-color"), bordercolor: edge, font: { ...font, size: 13 } },
    },
  }
}
