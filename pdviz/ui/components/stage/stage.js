// The gradient-flow stage: a recorded training run, step by step, drawn as a pure function of time.
//
// Time runs from 0 to 6 · N, six units per training step, one per chapter: assemble, correlate, loss, back, gather,
// step. Play, pause, reverse, speed, steps and scrub only ever change the time; everything is drawn from the view of
// that moment. `StageModel` has what is shown, and in its `Player` the time; the controls, the pictures and the words
// draw it. Every number comes from the server.

import { find } from "../base/dom.js"
import { showStep } from "../model/shown_step.js"
import { Controls } from "./controls.js"
import { Pictures } from "./pictures.js"
import { withValues } from "./run/run_mailbox.js"
import { save } from "./save/save.js"
import { StageModel } from "./state/stage_model.js"
import { viewOf } from "./state/stage_view.js"
import { Words } from "./words/words.js"

/** @typedef {import("./run/run.js").StageData} StageData */
/** `time` is where a page that was saved begins.
 * @typedef {{ data: StageData, time?: number, setStateValue: (name: string, value: unknown) => void }} Component */

const NARROWEST = 280 // pixels

/** Stages by root element.
 * @type {WeakMap<HTMLElement, Stage>} */
const LIVE = new WeakMap()

/** Show the data in this element; called again with every change of either.
 * @param {HTMLElement} root
 * @param {Component} component
 * @returns {() => void} ends it */
export function stage(root, component) {
  const data = withValues(component.data, () => { if (root.isConnected) stage(root, component) })
  if (data) present(root, { ...component, data })
  return () => LIVE.get(root)?.end()
}

/** Show data that has the numbers of its run.
 * @param {HTMLElement} root
 * @param {Component} component */
function present(root, component) {
  const self = LIVE.get(root) ?? new Stage(root, component)
  LIVE.set(root, self)
  self.receive(component)
}

/** A stage in its element. */
class Stage {
  #ended = true
  #width = 0
  #reducedMotion = matchMedia("(prefers-reduced-motion: reduce)")
  #paint = () => this.#draw()

  /**
   * @param {HTMLElement} root
   * @param {Component} component */
  constructor(root, { data, time }) {
    const html = root.innerHTML // before anything is written into it
    this.root = root
    this.model = new StageModel(data, { time, reducedMotion: this.#reducedMotion, changed: this.#paint })
    this.controls = new Controls(root, this.model.player)
    this.pictures = new Pictures(root, this.model)
    this.words = new Words(root)
    this.resizes = new ResizeObserver(([entry]) => this.#resize(Math.floor(entry.contentRect.width)))
    root.setAttribute("aria-label", "A training run, one step after another: from the parameters to the loss and back")
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll(".save button")))
      button.onclick = () => save(/** @type {import("./save/save.js").Kind} */ (button.value), root, html, this.model)
  }

  /** Take what the server sends. Streamlit may end a stage and show it again, in the same element, at once.
   * @param {Component} component */
  receive({ data, setStateValue }) {
    if (this.#ended) this.#resume()
    this.model.receive(data, setStateValue)
    this.words.checks.show(data.checks)
    this.#draw()
  }

  /** Stop drawing, and send what is pending. */
  end() {
    this.#ended = true
    this.model.flush()
    this.model.player.cancel()
    this.#reducedMotion.removeEventListener("change", this.#paint)
    this.resizes.disconnect()
  }

  /** Go on, at first or after an end. */
  #resume() {
    this.#ended = false
    this.#reducedMotion.addEventListener("change", this.#paint)
    this.resizes.observe(find(this.root, ".picture"))
    this.model.player.resume()
  }

  /** @param {number} width */
  #resize(width) {
    const next = Math.max(NARROWEST, width)
    if (next === this.#width) return
    this.#width = next
    this.#draw()
  }

  /** Draw what is shown now; where it does not play, the server follows. */
  #draw() {
    if (!this.#width) return
    const { model } = this
    this.pictures.fit(model, this.#width)
    const view = viewOf(model)
    this.words.fit(view, this.#width)
    this.pictures.draw(view)
    this.controls.draw(view.chapter)
    this.words.draw(view, this.pictures.boxOf(view.column))
    showStep(view.step)
    if (!model.player.playing) model.request({ step: view.step })
  }
}
