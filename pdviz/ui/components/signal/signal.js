// The signal page's drawing: the kernel goes along the signal under a hand, and all that follows is drawn at once.

import { exact, number, whole } from "../base/format.js"
import { clamp } from "../base/view.js"
import { keys, value } from "../base/sliders.js"
import { plot } from "./plot.js"
import { products } from "./products.js"
import { outputAt, partAt, sampleAt, unpack, when } from "./section_data.js"
import { editStream } from "../base/edit_stream.js"

/** @typedef {import("./section_data.js").SignalData} SignalData */
/** @typedef {import("./section_data.js").Wave} Wave */
/** The hand that holds the kernel: where it began, how far beside the kernel it is, whether it has moved.
 * @typedef {{ from: number, grip: number, moved: boolean }} Drag */

const STILL = 3 // a hand that moves less, in pixels, has pointed at a place
const LETTER = 6.4 // pixels of a letter of the reading, about

/** Drawings by root element. One that was ended is kept with it: Streamlit may end a drawing and show it again in
 * the same element at once, under a hand that drags and with an edit of which the server has not heard yet. */
const LOCAL = new WeakMap()

/** Show the data in this element; called again with every change of either. */
export function signal(/** @type {HTMLElement} */ root, /** @type {import("../boot/streamlit.d.ts").Component} */ component) {
  const self = LOCAL.get(root) ?? create(root)
  LOCAL.set(root, self)
  self.receive(component.data, component.setStateValue)
  return self.end
}

/** Build the drawing in `root`. */
function create(/** @type {HTMLElement} */ root) {
  const find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(name))
  const plotted = find(".plot"), columns = find(".products"), readout = find(".readout"), sum = find(".sum")
  const section = plot(plotted), rows = products(columns), stream = editStream()
  /** @type {Wave | null} */
  let wave = null
  /** @type {Wave | null} */
  let fitted = null
  /** @type {Drag | null} */
  let drag = null
  /** A sample, and an offset, that is read. @type {number | null} */
  let sample = null
  /** @type {number | null} */
  let offset = null
  let position = 0, frame = 0, width = 0
  const observer = new ResizeObserver(paint)

  function receive(/** @type {SignalData} */ data, /** @type {import("../base/edit_stream.js").Send} */ setStateValue) {
    wave = unpack(data, wave)
    position = stream.receive(data, setStateValue, drag !== null) ? data.position : position
    position = clamp(position, 0, data.count - 1)
    observer.observe(root)
    paint()
  }

  function end() {
    observer.disconnect()
    cancelAnimationFrame(frame)
    frame = 0
    stream.flush()
  }

  /** Bring the kernel to a place of the section. */
  function move(/** @type {number} */ to) {
    if (!wave) return
    const next = clamp(to, 0, wave.data.count - 1)
    if (next === position) return
    position = next
    stream.send({ position })
    paint()
  }

  // Drawing, at most once a frame.

  function paint() {
    if (!frame) frame = requestAnimationFrame(draw)
  }

  function draw() {
    frame = 0
    const wide = root.clientWidth
    if (!wave || !wide) return
    if (wave !== fitted || wide !== width) {
      section.fit(wave, wide)
      rows.fit(wave, wide)
      offset = offset === null ? null : clamp(offset, wave.least, wave.least + wave.K - 1)
      sample = null
      root.setAttribute("aria-label", `${wave.data.title}: ${whole(wave.data.count)} samples from ${when(wave, wave.data.first)} ` +
        `to ${when(wave, wave.data.first + wave.data.count - 1)}, the layer's output below them on the same axis of time, ` +
        "and weights, samples and products under the kernel.")
      const letters = 85 + wave.data.unit.length + wave.data.outputUnit.length
      readout.style.minHeight = `${1.5 * Math.ceil((letters * LETTER) / wide)}em` // so that nothing below moves
      fitted = wave
      width = wide
    }
    const at = wave.data.first + position
    section.draw(at, sample)
    rows.draw(at, offset)
    write(wave, at)
    root.dataset.position = String(position)
  }

  /** Everything that is written: what is read, what it adds up to, and the same for who does not see it. */
  function write(/** @type {Wave} */ shown, /** @type {number} */ at) {
    const { data, least, K } = shown
    const output = `${number(outputAt(shown, at))} ${data.outputUnit}`
    readout.textContent = offset !== null ? under(shown, at, offset)
      : (sample === null ? "at the kernel: " : "") + reading(shown, sample ?? at)
    sum.replaceChildren("They add up to ", strong(`y[${at}] = ${output}`), `, the output at ${when(shown, at)}.`)
    value(plotted, [data.first, data.first + data.count - 1], at, `sample ${at}, ${when(shown, at)}, output ${output}`)
    value(columns, [least, least + K - 1], offset ?? 0, `${under(shown, at, offset ?? 0)}; all add up to ${output}`)
  }

  /** Input and output at a sample. */
  function reading(/** @type {Wave} */ shown, /** @type {number} */ i) {
    const { unit, outputUnit } = shown.data
    return `sample ${whole(i)} · ${when(shown, i)} · input ${exact(sampleAt(shown, i))} ${unit}` +
      ` · output ${exact(outputAt(shown, i))} ${outputUnit}`
  }

  /** What lies at an offset of the kernel. */
  function under(/** @type {Wave} */ shown, /** @type {number} */ at, /** @type {number} */ o) {
    const part = partAt(shown, o), x = sampleAt(shown, at + o), weight = shown.weights[shown.element(o)]
    const { unit, outputUnit } = shown.data
    const place = `offset ${whole(o)}, ${part}: `
    if (part === "gap") return `${place}sample ${exact(x)} ${unit}, which nothing multiplies`
    return `${place}weight ${exact(weight)} × sample ${exact(x)} ${unit} = product ${exact(weight * x)} ${outputUnit}`
  }

  // Pointer and keys.

  /** Where an event is, in pixels of the drawing. */
  const across = (/** @type {PointerEvent} */ event, /** @type {Element} */ svg) => event.clientX - svg.getBoundingClientRect().left

  plotted.onpointerdown = (/** @type {PointerEvent} */ event) => {
    if (!wave || event.button !== 0) return
    plotted.setPointerCapture(event.pointerId)
    const x = across(event, plotted), under = section.sampleUnder(x) - wave.data.first - position
    const inside = under >= wave.least - 0.5 && under <= wave.least + wave.K - 0.5
    const held = inside && section.span() < section.width() / 2
    drag = { from: x, grip: held ? under : 0, moved: !held }
    sample = null
    if (!held) follow(x)
  }
  plotted.onpointermove = (/** @type {PointerEvent} */ event) => {
    if (!wave) return
    const x = across(event, plotted)
    offset = null
    if (!drag) {
      if (event.pointerType === "touch") return
      const { first, count } = wave.data
      sample = clamp(Math.round(section.sampleUnder(x)), first, first + count - 1)
      return paint()
    }
    drag.moved ||= Math.abs(x - drag.from) >= STILL
    if (drag.moved) follow(x)
  }
  plotted.onpointerup = (/** @type {PointerEvent} */ event) => {
    if (!drag) return
    if (!drag.moved) {
      drag.grip = 0
      follow(across(event, plotted))
    }
    drag = null
  }
  plotted.onlostpointercapture = () => { drag = null }
  plotted.onpointerleave = () => {
    sample = null
    paint()
  }

  /** Bring the kernel to the hand. */
  function follow(/** @type {number} */ x) {
    if (wave && drag) move(Math.round(section.sampleUnder(x) - drag.grip) - wave.data.first)
  }

  const read = (/** @type {PointerEvent} */ event) => {
    if (!wave) return
    offset = rows.offsetUnder(across(event, columns))
    paint()
  }
  columns.onpointermove = read
  columns.onpointerdown = read
  columns.onpointerleave = columns.onblur = () => {
    offset = null
    paint()
  }
  columns.onfocus = () => {
    offset ??= 0
    paint()
  }

  keys(plotted, () => position, () => [0, (wave?.data.count ?? 1) - 1], 10, move)
  keys(columns, () => offset ?? 0, () => wave ? [wave.least, wave.least + wave.K - 1] : [0, 0], 10, (o) => {
    offset = o
    paint()
  })

  return { receive, end }
}

function strong(/** @type {string} */ text) {
  return Object.assign(document.createElement("strong"), { textContent: text })
}
