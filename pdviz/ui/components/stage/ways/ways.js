// All ways at the same step, side by side. The step is the stage's, which is followed in the browser; every number
// comes from the server.

import { editStream } from "../../base/edit_stream.js"
import { find, write } from "../../base/dom.js"
import { enlargement } from "../../base/theme.js"
import { followStep } from "../../model/shown_step.js"
import { Panel } from "./panel.js"
import { Scales, WayRun } from "./way_run.js"

/** @typedef {import("./way_run.js").WaysData} WaysData */
/** @typedef {{ data: WaysData, setStateValue: (name: string, value: unknown) => void }} Component */

/** @type {WeakMap<HTMLElement, Ways>} */
const LIVE = new WeakMap()
const NARROWEST = 240 // pixels

/** Show the data in this element; called again with every change.
 * @param {HTMLElement} root
 * @param {Component} component
 * @returns {() => void} ends it */
export function ways(root, component) {
  const self = LIVE.get(root) ?? new Ways(root)
  LIVE.set(root, self)
  self.receive(component)
  return () => self.end()
}

/** The panels in their element. */
class Ways {
  #stream = editStream("ways")
  /** @type {WaysData | null} */
  #data = null
  #key = ""
  /** @type {(WayRun | null)[]} */
  #runs = []
  /** @type {Scales | null} */
  #scales = null
  #step = 0
  #width = 0
  #ended = true
  #unfollow = () => {}

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    this.panels = find(root, ".panels")
    this.resizes = new ResizeObserver(() => this.#resize())
    /** @type {Panel[]} */
    this.shown = []
  }

  /** Take what the server sends.
   * @param {Component} component */
  receive({ data, setStateValue }) {
    this.#stream.receive(data, setStateValue)
    const key = JSON.stringify({ ...data, rev: 0, seq: 0, way: 0 })
    if (key !== this.#key) this.#load(data)
    this.#key = key
    this.#data = data
    if (this.#ended) this.#resume()
    this.#draw()
  }

  /** Stop following the stage. */
  end() {
    this.#ended = true
    this.#stream.flush()
    this.#unfollow()
    this.resizes.disconnect()
  }

  #resume() {
    this.#ended = false
    this.resizes.observe(this.panels)
    this.#unfollow = followStep((step) => {
      this.#step = step
      this.#draw()
    })
  }

  /** Unpack other runs.
   * @param {WaysData} data */
  #load(data) {
    const size = data.offsets.length
    this.#runs = data.ways.map((way) => (way.why ? null : new WayRun(way, size)))
    this.#scales = new Scales(this.#runs.filter((run) => run !== null), data.steps, size)
    while (this.shown.length < data.ways.length) {
      const panel = new Panel((way) => this.#stream.send({ way }))
      this.shown.push(panel)
      this.panels.append(panel.node)
    }
  }

  #resize() {
    const [panel] = this.shown, { clientWidth } = panel.svg.parentElement
    const width = Math.max(NARROWEST, Math.floor(clientWidth / enlargement()))
    if (width === this.#width) return
    this.#width = width
    this.#draw()
  }

  #draw() {
    const data = this.#data, scales = this.#scales
    if (!data || !scales || !this.#width) return
    const n = Math.min(this.#step, data.steps - 1)
    write(find(this.root, ".moment"), `${n} of ${data.steps} steps taken, and what the next one does.`)
    data.ways.forEach((way, k) => {
      const run = this.#runs[k]
      if (run) this.shown[k].draw(data, run, scales, n, this.#width)
      else this.shown[k].refuse(way)
    })
  }
}
