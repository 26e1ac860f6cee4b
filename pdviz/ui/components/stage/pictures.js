// The drawings of the stage: section, columns, loss and paths. They are built anew for another run or width.

import { find } from "../base/dom.js"
import { drag, keys } from "../base/sliders.js"
import { Columns } from "./scene/columns/columns.js"
import { LossCurve } from "./scene/loss_curve.js"
import { ParameterPaths } from "./scene/parameter_paths.js"
import { Section } from "./scene/section.js"

/** @typedef {import("./run/run.js").Run} Run */
/** @typedef {import("./state/stage_model.js").StageModel} StageModel */

const WIDE = 640 // pixels: on wider stages loss and paths stand side by side
const LOSS_SHARE = 0.4, SPACE = 24

/** The drawings, and what a pointer or the keys do on them. */
export class Pictures {
  /** @type {Run | null} */
  #run = null
  #width = 0
  /** @type {{ section: Section, columns: Columns, loss: LossCurve, paths: ParameterPaths } | null} */
  #drawings = null

  /**
   * @param {HTMLElement} root
   * @param {StageModel} model */
  constructor(root, model) {
    const { player } = model
    this.section = find(root, "svg.section")
    this.columns = find(root, "svg.columns")
    this.loss = find(root, "svg.loss")
    this.paths = find(root, "svg.paths")
    drag(this.section, (x) => this.#drawings && model.lookAt(this.#drawings.section.positionAt(x)))
    drag(this.loss, (x) => this.#drawings && player.toStep(this.#drawings.loss.stepAt(x)))
    this.columns.onpointermove = this.columns.onpointerdown = (/** @type {PointerEvent} */ event) =>
      this.#point(event, model)
    this.columns.onfocus = () => { if (model.column < 0) model.point(-model.run.offsets[0]) }
    keys(this.section, () => model.position, () => [0, model.run.L - 1], 10, (position) => model.lookAt(position))
    keys(this.loss, () => player.step, () => [0, model.run.steps], 10, (n) => player.toStep(n))
    keys(this.columns, () => model.column, () => [0, model.run.K - 1], 5, (i) => model.point(i))
  }

  /** Build the drawings of a run, where they are not those that there are.
   * @param {Run} run
   * @param {number} width */
  fit(run, width) {
    if (this.#run === run && this.#width === width) return
    this.#run = run
    this.#width = width
    const wide = width >= WIDE, share = wide ? Math.round(width * LOSS_SHARE) : width
    this.#drawings = {
      section: new Section(this.section, run, width),
      columns: new Columns(this.columns, run, width),
      loss: new LossCurve(this.loss, run, share),
      paths: new ParameterPaths(this.paths, run, wide ? width - share - SPACE : width),
    }
  }

  /** Draw a moment.
   * @param {import("./state/stage_view.js").StageView} view */
  draw({ progress, position, output, column, taken }) {
    if (!this.#drawings) return
    const { section, columns, loss, paths } = this.#drawings
    section.draw(progress, position)
    columns.draw(progress, output, column)
    loss.draw(taken)
    paths.draw(taken)
  }

  /** Point at the element under a pointer.
   * @param {PointerEvent} event
   * @param {StageModel} model */
  #point({ clientX, clientY }, model) {
    if (!this.#drawings) return
    const box = this.columns.getBoundingClientRect()
    const i = this.#drawings.columns.elementAt(clientX - box.left, clientY - box.top)
    if (i >= 0) model.point(i)
  }
}
