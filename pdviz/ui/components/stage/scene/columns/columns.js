// The columns of the stage: samples, products, the kernel, right under it the parameters, and its gradient, drawn as a
// pure function of time. Nodes are created once; a frame only moves them.

import { ACCENT } from "../../../boot/constants.js"
import { brief } from "../../../base/format.js"
import { element, fills } from "../../../base/svg.js"
import { ease, clamp, mix } from "../../../base/view.js"
import { at, empty, windowAt } from "../../run/run.js"
import { adding, samplesOver } from "../../run/windows.js"
import { Bars } from "../bars.js"
import { createPassage } from "../passage.js"
import { SvgNode, clear } from "../svg_node.js"
import { Gauge } from "./gauge.js"
import { Gradient } from "./gradient.js"
import { Headings } from "./headings.js"
import { Highlight } from "./highlight.js"
import { Kernel } from "./kernel.js"
import { elementAt, layout, writtenAt } from "./layout.js"
import { Parameters } from "./parameters.js"
import { Products, Samples } from "./products.js"
import { Transfers } from "./transfers.js"
import { WhatIf } from "./what_if.js"

/** @typedef {import("../../run/clip.js").Clip} Clip */
/** @typedef {import("../../run/timeline.js").Progress} Progress */
/** What the bands are drawn with: groups that lie over each other, the elements with parameters, and a way to create
 * bars, which have the fills of their parts or a colour.
 * @typedef {{ run: Clip, places: import("./layout.js").Places, layers: Layers, full: number[],
 *   createBars: (layer: Element, kind: string, elements: number[], colour?: string) => Bars }} Setting */
/** The lowest first.
 * @typedef {{ links: Element, bars: Element, motion: Element, marks: Element }} Layers */
/** A moment: how far everything has come, the scales, how far windows have been added up, the output that is shown,
 * and the sample over each element.
 * @typedef {{ progress: Progress, tops: import("./scales.js").Tops, output: number,
 *   add: import("../../run/windows.js").Adding | null, sample: (i: number) => number }} Frame */

/** The columns. */
export class Columns {
  /**
   * @param {SVGSVGElement} svg
   * @param {Clip} run what is drawn of the run
   * @param {import("./scales.js").Scales} scales of the whole run
   * @param {number} width
   * @param {number} above pixels of what is drawn above them */
  constructor(svg, run, scales, width, above) {
    const places = layout(run, width, scales.extents, above)
    this.run = run
    this.places = places
    this.scales = scales
    clear(svg, width, places.height)
    const fill = fills(svg, "stage")
    this.highlight = new Highlight(svg, run, places)
    this.headings = new Headings(svg, run, places)
    const links = element("g", svg)
    this.gauge = new Gauge(svg, places.gauge)
    const passage = createPassage(svg, [...writtenAt(places), ...this.gauge.written])
    /** @type {Setting} */
    const setting = {
      run, places, full: run.offsets.flatMap((_, i) => (empty(run, i) || run.side[i] ? [] : [i])),
      layers: { links, bars: element("g", passage), motion: element("g", passage), marks: element("g", svg) },
      createBars: (layer, kind, elements, colour) =>
        new Bars(layer, kind, elements, run.parts, (part) => colour ?? fill[part]),
    }
    this.samples = new Samples(setting, this.scales.samples)
    this.products = new Products(setting, this.gauge)
    this.kernel = new Kernel(setting)
    this.gradient = new Gradient(setting, this.scales.samples)
    this.parameters = new Parameters(setting)
    this.transfers = new Transfers(setting)
    this.whatIf = new WhatIf(svg, run, places.whatIf)
    this.token = new SvgNode("circle", setting.layers.motion, { class: "token", r: 5, fill: ACCENT, opacity: 0 })
  }

  /** Return the element of the whole kernel at a place of the drawing, or −1.
   * @param {number} x
   * @param {number} y */
  elementAt(x, y) { return this.run.elements[elementAt(this.run, this.places, x, y)] ?? -1 }

  /** Draw a moment.
   * @param {Progress} progress
   * @param {number} output
   * @param {number} column the element of the whole kernel that is pointed at, or −1 */
  draw(progress, output, column) {
    const { run, scales } = this, add = adding(run, progress)
    scales.lookAt(output)
    const tops = scales.at(progress), sample = samplesOver(run, add, output)
    const frame = { progress, tops, output, add, sample }
    this.samples.draw(frame)
    this.kernel.draw(frame)
    this.products.draw(frame, windowAt(run, output))
    this.gradient.draw(frame)
    this.#drawToken(frame)
    this.parameters.draw(frame)
    this.transfers.draw(frame)
    this.whatIf.draw(progress)
    this.headings.writeTitles(progress, add, output)
    this.headings.writeScales([
      scales.samples, progress.correlate > 0 ? tops.product : 0, tops.kernel, progress.back > 0 ? tops.gradient : 0,
      tops.kernel,
    ], brief)
    this.highlight.draw(run.elements.findIndex((i, k) => i === column && run.side[k] === 0))
  }

  /** Return the middle of a column, and the ends of the drawing between which it lies; null where it is not drawn.
   * @param {number} column the element of the whole kernel
   * @returns {{ x: number, half: number, top: number, foot: number } | null} */
  boxOf(column) {
    const k = this.run.elements.indexOf(column), { places: { place, column: width, samples, kernel } } = this
    if (k < 0 || this.run.side[k]) return null
    return { x: place(k), half: width / 2, top: samples.top, foot: kernel.foot }
  }

  /** Draw ∂L/∂y, as a dot, on its way from the gauge to the gradient; of a whole signal there are too many.
   * @param {Frame} frame */
  #drawToken({ progress: { n, back }, tops }) {
    const { run, places, gauge, token } = this, { position } = run
    const from = gauge.between(at(run, "output", n, position), run.series.target[position], tops.sum)
    const way = ease(clamp(back / 0.3)), visible = run.scope === "position" && back > 0 && back < 0.55
    token.set({
      cx: mix(gauge.x, places.right, way), cy: mix(from, places.gradient.zero, way),
      opacity: visible ? Math.min(1, (0.55 - back) * 8, back * 20) : 0,
    })
  }
}
