// Pointer and keys: the kernel is moved along the signal, and samples and offsets are read.

import { keys } from "../base/sliders.js"
import { placeIn } from "../base/svg.js"

/** @typedef {import("./plot.js").Plot} Plot */
/** @typedef {import("./products.js").Products} Products */
/** @typedef {import("./signal_model.js").SignalModel} SignalModel */
/** A drag of the kernel: where it began, in pixels, how many samples beside the kernel's place the pointer is, and
 * whether it has moved.
 * @typedef {{ from: number, grip: number, moved: boolean }} Drag */

const STILL = 3 // a pointer that moves less, in pixels, has clicked at a place
const PAGE = 10 // samples or offsets that the page keys move

/** The kernel, moved by dragging it, by clicking where it should be, or with the arrow keys. */
export class KernelDrag {
  /** @type {Drag | null} */
  #drag = null

  /**
   * @param {Plot} plot
   * @param {SignalModel} model */
  constructor(plot, model) {
    const { svg } = plot
    this.plot = plot
    this.model = model
    svg.onpointerdown = (event) => this.#grab(event)
    svg.onpointermove = (event) => this.#move(event)
    svg.onpointerup = (event) => this.#release(event)
    svg.onlostpointercapture = () => { this.#drag = null }
    svg.onpointerleave = () => model.readSample(null)
    keys(svg, () => model.position, () => [0, model.section.data.count - 1], PAGE, (position) => model.move(position))
  }

  /** Whether the kernel is being dragged. */
  get active() { return this.#drag !== null }

  /** Begin a drag: of the kernel, if it is pressed and is not most of the plot; else it comes to the pointer.
   * @param {PointerEvent} event */
  #grab(event) {
    if (event.button !== 0) return
    const { plot, model } = this, { least, size } = model.section
    plot.svg.setPointerCapture(event.pointerId)
    const x = placeIn(plot.svg, event).x, beside = plot.sampleAt(x) - model.at
    const inside = beside >= least - 0.5 && beside <= least + size - 0.5
    const grip = inside && plot.windowWidth < plot.innerWidth / 2
    this.#drag = { from: x, grip: grip ? beside : 0, moved: !grip }
    model.readSample(null)
    if (!grip) this.#follow(this.#drag, x)
  }

  /** Move the kernel in a drag; read the sample under a mouse outside one.
   * @param {PointerEvent} event */
  #move(event) {
    const { plot, model } = this, drag = this.#drag, x = placeIn(plot.svg, event).x
    model.readOffset(null)
    if (drag) {
      drag.moved ||= Math.abs(x - drag.from) >= STILL
      if (drag.moved) this.#follow(drag, x)
    } else if (event.pointerType !== "touch") {
      model.readSample(plot.sampleAt(x))
    }
  }

  /** End a drag; one that has not moved was a click, and brings the kernel's middle to the pointer.
   * @param {PointerEvent} event */
  #release(event) {
    const drag = this.#drag
    if (drag && !drag.moved) this.#follow({ ...drag, grip: 0 }, placeIn(this.plot.svg, event).x)
    this.#drag = null
  }

  /** Move the kernel to the pointer.
   * @param {Drag} drag
   * @param {number} x */
  #follow({ grip }, x) {
    const { plot, model } = this
    model.move(Math.round(plot.sampleAt(x) - grip) - model.section.data.first)
  }
}

/** Let pointer and keys read the offsets in the rows under the kernel.
 * @param {Products} products
 * @param {SignalModel} model */
export function listenToProducts(products, model) {
  const { svg } = products
  const read = (/** @type {PointerEvent} */ event) => model.readOffset(products.offsetAt(placeIn(svg, event).x))
  const stop = () => model.readOffset(null)
  Object.assign(svg, { onpointermove: read, onpointerdown: read, onpointerleave: stop, onblur: stop })
  svg.onfocus = () => model.readOffset(model.offset ?? 0)
  const ends = () => /** @type {[number, number]} */ (
    [model.section.least, model.section.least + model.section.size - 1])
  keys(svg, () => model.offset ?? 0, ends, PAGE, (offset) => model.readOffset(offset))
}
