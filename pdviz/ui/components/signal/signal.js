// The signal page's drawing: the kernel is dragged along the signal, and all that follows from it is drawn at once.
//
// `SignalModel` has what is shown; the plot and the products each draw it, at most once per frame. After an edit of the
// pattern the section comes twice: as the response to a request, summed in NumPy, and from the page's run, as the layer
// made it. `report/report.js` has these lanes.

import { find, oncePerFrame } from "../base/dom.js"
import { value } from "../base/sliders.js"
import { enlargement } from "../base/theme.js"
import { provideReports, publishDrawing } from "../model/page.js"
import { requester } from "../model/report_request.js"
import { Plot } from "./plot.js"
import { KernelDrag, listenToProducts } from "./pointing.js"
import { Products } from "./products.js"
import { outputAt } from "./section_data.js"
import { SignalModel } from "./signal_model.js"
import { describeOffset, describeSample, describeSection, describeTime, measured } from "./wording.js"

/** @typedef {import("./section_data.js").SignalData} SignalData */
/** @typedef {import("./section_data.js").Section} Section */
/** @typedef {import("../boot/streamlit.d.ts").Component<SignalData>} Component */

const READING = 85 // letters of the longest reading, about, without its units
const LETTER = 6.4 // pixels of a letter of the reading, about

/** Drawings by root element. One that was ended stays: Streamlit may end a drawing and show it again in the same
 * element at once, during a drag and with an edit that the server does not have yet.
 * @type {WeakMap<HTMLElement, SignalDrawing>} */
const LIVE = new WeakMap()

/** Show the data in this element; called again with every change of either.
 * @param {HTMLElement} root
 * @param {Component} component
 * @returns {() => void} ends it */
export function signal(root, component) {
  const self = LIVE.get(root) ?? new SignalDrawing(root, component.data)
  LIVE.set(root, self)
  self.receive(component)
  return () => self.end()
}

/** A drawing in its element. */
class SignalDrawing {
  /** What the drawing fits.
   * @type {Section | null} */
  #section = null
  #width = 0
  #query = ""
  #stopReports = () => {}

  /**
   * @param {HTMLElement} root
   * @param {SignalData} data */
  constructor(root, data) {
    const { request, cancel } = oncePerFrame(() => this.#draw())
    this.root = root
    this.cancelPaint = cancel
    this.readout = find(root, ".readout")
    this.sum = find(root, ".sum")
    this.model = new SignalModel(data)
    this.plot = new Plot(find(root, ".plot"), this.model.section)
    this.products = new Products(find(root, ".products"), this.model.section)
    this.drag = new KernelDrag(this.plot, this.model)
    listenToProducts(this.products, this.model)
    this.model.subscribe(request)
    this.resizes = new ResizeObserver(request)
    this.request = requester(
      () => ({ endpoint: "signal", query: this.#query }),
      (stamp, [section]) => this.model.respond(stamp, section),
    )
  }

  /** Take what the server sends.
   * @param {Component} component */
  receive({ data, setStateValue }) {
    this.resizes.observe(this.root)
    publishDrawing("signal", this.root)
    this.#query = data.query
    this.#stopReports = provideReports(this.request)
    this.model.receive(data, setStateValue, this.drag.active)
  }

  /** Stop drawing, and send what is pending. */
  end() {
    this.resizes.disconnect()
    this.#stopReports()
    this.cancelPaint()
    this.model.flush()
  }

  /** Draw everything. */
  #draw() {
    const { root, model } = this, width = Math.floor(root.clientWidth / enlargement())
    if (!width) return
    if (model.section !== this.#section || width !== this.#width) this.#fit(model.section, width)
    this.plot.draw(model.at, model.sample)
    this.products.draw(model.at, model.offset)
    this.#write()
    root.dataset.position = String(model.position)
  }

  /** Fit the drawing to a section and a width.
   * @param {Section} section
   * @param {number} width */
  #fit(section, width) {
    this.#section = section
    this.#width = width
    this.plot.fit(section, width)
    this.products.fit(section, width)
    this.model.readSample(null)
    this.root.setAttribute("aria-label", describeSection(section))
    const letters = READING + section.data.unit.length + section.data.outputUnit.length
    this.readout.style.minHeight = `${1.5 * Math.ceil((letters * LETTER) / width)}em` // so that nothing below moves
  }

  /** Write what is read, what the products add up to, and the same for screen readers. */
  #write() {
    const { section, at, sample, offset } = this.model, { data: { first, count, outputUnit }, least, size } = section
    const output = measured(outputAt(section, at), outputUnit), time = describeTime(section, at)
    this.readout.textContent = offset !== null ? describeOffset(section, at, offset)
      : sample !== null ? describeSample(section, sample) : `at the kernel: ${describeSample(section, at)}`
    const strong = Object.assign(document.createElement("strong"), { textContent: `y[${at}] = ${output}` })
    const when = section.data.timeUnit === "year" ? "of" : "at"
    this.sum.replaceChildren("They add up to ", strong, `, the output ${when} ${time}.`)
    value(this.plot.svg, [first, first + count - 1], at, `sample ${at}, ${time}, output ${output}`)
    const text = `${describeOffset(section, at, offset ?? 0)}; all add up to ${output}`
    value(this.products.svg, [least, least + size - 1], offset ?? 0, text)
  }
}
