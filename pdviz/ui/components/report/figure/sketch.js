// A figure drawn over Plotly's during a drag: the same picture, in a tenth of the time. What it cannot draw, it leaves
// to Plotly: it draws rows of shades, lines and words over axes that list their ticks (`even_ticks` in
// `pdviz.figures.style`).

import { set } from "../../base/svg.js"
import { createElement } from "../../base/dom.js"
import { drawLevels, drawPositions } from "./sketch_axes.js"
import { drawTrace } from "./sketch_traces.js"

/** @typedef {import("./figure.js").Spec} Spec */
/** The scales of a trace, from numbers to pixels, and the box of its axes: left, top, width, height.
 * @typedef {{ x: (v: number) => number, y: (v: number) => number, box: number[] }} Scales */
/** Where a trace is drawn, and the template of its looks.
 * @typedef {{ svg: SVGSVGElement, host: HTMLElement, template: any } & Scales} Place */

const NARROW = 640 // pixels: on narrower figures Plotly leaves out labels that have no room

/** A frame for the chart that Plotly draws, and for sketches over it. */
export class Sketch {
  frame = createElement("div", "frame")
  #node = createElement("div", "sketch")

  /** @param {HTMLElement} plot the element of the chart */
  constructor(plot) {
    this.plot = plot
    this.#node.hidden = true
    this.#node.setAttribute("aria-hidden", "true")
    this.frame.append(plot, this.#node)
  }

  /** Draw a figure in place of Plotly's chart.
   * @param {Spec} spec
   * @param {Spec} chart what Plotly has drawn
   * @param {any} template
   * @returns {boolean} whether that is possible */
  draw({ data, layout }, chart, template) {
    if (!canSketch(layout)) return false
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), host = this.#node
    set(svg, { width: layout.width, height: layout.height })
    host.replaceChildren(svg)
    host.style.background = template.ground
    /** @type {Record<string, Place>} */
    const places = {}
    for (const { name, axis } of uprightAxes(layout)) {
      places[name] = { svg, host, template, ...scalesOf(layout, axis) }
      if (axis.visible !== false && !drawLevels(name, axis, places[name], this.plot)) return false
    }
    if (!data.every((trace) => drawTrace(trace, places[trace.yaxis ?? "y"]))) return false
    const down = footOf(layout) - footOf(chart.layout)
    if (!drawPositions(layout.xaxis, places.y, this.plot, down)) return false
    this.frame.style.height = `${layout.height}px`
    host.hidden = false
    return true
  }

  /** Hide the sketch, so that the chart is visible. */
  hide() {
    if (this.#node.hidden) return
    this.#node.hidden = true
    this.frame.style.height = ""
  }
}

/** Return whether a layout can be sketched: it is wide enough, lists the ticks of its visible axes, and has nothing
 * drawn beside the traces.
 * @param {any} layout */
export function canSketch(layout) {
  const axes = uprightAxes(layout).map(({ axis }) => axis).filter(({ visible }) => visible !== false)
  const listed = [layout.xaxis, ...axes].every((axis) => axis?.ticktext)
  return listed && !layout.annotations && !layout.shapes && layout.width >= NARROW
}

/** List the upright axes of a layout, each with the name that traces have for it: y, y2 …
 * @param {any} layout
 * @returns {{ name: string, axis: any }[]} */
function uprightAxes(layout) {
  const names = Object.keys(layout).filter((name) => name.startsWith("yaxis"))
  return names.map((name) => ({ name: name.replace("axis", ""), axis: layout[name] }))
}

/** Scale the plot of a layout and an upright axis.
 * @param {any} layout
 * @param {any} axis
 * @returns {Scales} */
export function scalesOf(layout, { domain = [0, 1], range: [low, high] }) {
  const { width, margin, xaxis: { range: [first, last] } } = layout, foot = footOf(layout)
  const [from, to] = domain.map((/** @type {number} */ share) => foot - share * (foot - margin.t))
  const plotWidth = width - margin.l - margin.r
  return {
    x: (v) => margin.l + ((v - first) / (last - first)) * plotWidth,
    y: (v) => from - ((v - low) / (high - low)) * (from - to),
    box: [margin.l, to, plotWidth, from - to],
  }
}

/** Return the foot of a layout's plot, in pixels from the top.
 * @param {any} layout */
const footOf = ({ height, margin }) => height - margin.b
