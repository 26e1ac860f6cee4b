// A figure that Plotly draws and keeps: what changes is drawn into the same chart, in the page's own looks.

import { createElement, write } from "../../base/dom.js"
import { figureFiles } from "./figure_files.js"
import { loadPlotly, readTemplate, tint } from "./plotly.js"
import { Sketch } from "./sketch.js"

/** A figure with its link, and the title and the name that it has as a file.
 * @typedef {{ kind: "figure", name: string, spec: string, alt: string, query: string,
 *   title: string, file: string }} Figure */
/** @typedef {{ data: any[], layout: any }} Spec */

const CONFIG = { displayModeBar: false, scrollZoom: false, doubleClick: false }
/** ms after the last change until Plotly draws what is out of sight or sketched: its drawing takes two frames or more,
 * too long for a drag. */
const REST = 200

/** Create a place for a figure, with the files that a person takes away.
 * @returns {import("../report.js").Place} */
export function figure() {
  const place = new FigurePlace()
  return { node: place.node, show: (block) => place.show(block), end: () => place.end() }
}

/** A chart of Plotly's, the sketch over it and the files below it. */
class FigurePlace {
  node = createElement("figure", "")
  #plot = createElement("div", "plot")
  #sketch = new Sketch(this.#plot)
  #files = figureFiles(() => this.#figure && this.#Plotly && {
    Plotly: this.#Plotly, figure: this.#figure, template: this.#template, width: this.#plot.clientWidth,
  })
  /** @type {Figure | null} */
  #figure = null
  /** What Plotly has drawn.
   * @type {Spec | null} */
  #chart = null
  /** @type {any} */
  #template = null
  /** @type {any} */
  #Plotly = null
  #ended = false
  #inSight = true
  /** The timer of a drawing that is pending. */
  #timer = 0
  #resizes = new ResizeObserver(() => {
    const { clientWidth } = this.#plot
    if (this.#chart && clientWidth && clientWidth !== this.#chart.layout.width) this.#draw()
  })
  #visibility = new IntersectionObserver((entries) => {
    this.#inSight = entries[entries.length - 1].isIntersecting
    if (this.#inSight && this.#timer) this.#draw()
  })

  constructor() {
    this.#plot.setAttribute("role", "img")
    this.node.append(this.#sketch.frame, this.#files.node)
  }

  /** Show a figure: sketched where that can be, drawn by Plotly where it is in sight, or drawn later.
   * @param {Figure} block */
  show(block) {
    // Streamlit shows the same figure again when its theme has changed; with other values it has not.
    if (!this.#template || block.spec === this.#figure?.spec) {
      const template = readTemplate(this.node)
      const same = JSON.stringify(template) === JSON.stringify(this.#template)
      if (block.spec === this.#figure?.spec && same) return this.#follow(block)
      this.#template = template
    }
    this.#follow(block)
    if (!this.#Plotly) this.#begin(block)
    else if (this.#inSight && !this.#drawSketch()) this.#draw()
    else {
      clearTimeout(this.#timer)
      this.#timer = window.setTimeout(() => this.#draw(), REST)
    }
  }

  /** Sketch the figure over the chart; return whether that is possible.
   * @returns {boolean} */
  #drawSketch() {
    return this.#chart !== null && this.#sketch.draw(this.#spec(), this.#chart, this.#template)
  }

  /** Build what Plotly is to draw.
   * @returns {Spec} */
  #spec() {
    const spec = JSON.parse(/** @type {Figure} */ (this.#figure).spec)
    tint(spec, this.#template)
    Object.assign(spec.layout, { width: this.#plot.clientWidth, template: this.#template })
    return spec
  }

  /** Load Plotly and draw; keep the figure's place until then.
   * @param {Figure} block */
  async #begin(block) {
    this.#plot.style.minHeight = `${JSON.parse(block.spec).layout.height}px`
    try {
      const Plotly = await loadPlotly()
      if (this.#ended || this.#Plotly) return
      this.#Plotly = Plotly
    } catch {
      return write(this.#plot, "The figure could not be loaded. Load the page again.")
    }
    this.#plot.textContent = ""
    this.#plot.style.minHeight = ""
    this.#draw()
    this.#resizes.observe(this.#plot)
    this.#visibility.observe(this.#plot)
  }

  /** Take a figure's name, description and files.
   * @param {Figure} block */
  #follow(block) {
    this.#figure = block
    this.node.dataset.name = block.name
    if (this.#plot.getAttribute("aria-label") !== block.alt) this.#plot.setAttribute("aria-label", block.alt)
    this.#files.follow(block)
  }

  /** Let Plotly draw the figure. */
  #draw() {
    clearTimeout(this.#timer)
    this.#timer = 0
    this.#chart = this.#spec()
    this.#sketch.frame.style.setProperty("--tall", `${this.#chart.layout.height}px`)
    this.#Plotly.react(this.#plot, this.#chart.data, this.#chart.layout, CONFIG)
    this.#sketch.hide()
  }

  /** Stop drawing, and take the chart down. */
  end() {
    this.#ended = true
    clearTimeout(this.#timer)
    this.#resizes.disconnect()
    this.#visibility.disconnect()
    if (this.#Plotly) this.#Plotly.purge(this.#plot)
  }
}
