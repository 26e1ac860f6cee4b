// The drawings of the stage: section, columns, loss and paths; of a kernel too long for the columns a stretch is drawn
// in them, and the whole above it. They are built anew for another run, width or stretch.

import { find } from "../base/dom.js"
import { drag, keys } from "../base/sliders.js"
import { placeIn } from "../base/svg.js"
import { enlargement } from "../base/theme.js"
import { clip } from "./run/clip.js"
import { Columns } from "./scene/columns/columns.js"
import { LOSS, frameOf, roomFor } from "./scene/columns/layout.js"
import { Scales } from "./scene/columns/scales.js"
import { LossCurve } from "./scene/loss_curve.js"
import { HEIGHT as OVERVIEW, Overview } from "./scene/overview.js"
import { ParameterPaths } from "./scene/parameter_paths.js"
import { Section } from "./scene/section.js"

/** @typedef {import("./run/run.js").Run} Run */
/** @typedef {import("./state/stage_model.js").StageModel} StageModel */

const SPACE = 6 // pixels below each drawing

/** The drawings, and what a pointer or the keys do on them. */
export class Pictures {
  /** @type {Run | null} */
  #run = null
  #width = 0
  #first = -1
  /** @type {{ section: Section, scales: Scales, overview: Overview, loss: LossCurve } | null} */
  #whole = null
  /** @type {{ columns: Columns, paths: ParameterPaths } | null} */
  #stretch = null

  /**
   * @param {HTMLElement} root
   * @param {StageModel} model */
  constructor(root, model) {
    const { player } = model
    this.section = find(root, "svg.section")
    this.overview = find(root, "svg.overview")
    this.columns = find(root, "svg.columns")
    this.loss = find(root, "svg.loss")
    this.paths = find(root, "svg.paths")
    drag(this.section, (x) => this.#whole && model.lookAt(this.#whole.section.positionAt(x)))
    drag(this.overview, (x) => this.#whole && model.showAround(this.#whole.overview.elementAt(x)))
    drag(this.loss, (x) => this.#whole && player.toStep(this.#whole.loss.stepAt(x)))
    listenToColumns(this, model)
    keys(this.section, () => model.position, () => [0, model.run.L - 1], 10, (position) => model.lookAt(position))
    keys(this.overview, () => model.middle, () => [0, model.run.K - 1], model.count, (i) => model.showAround(i))
    keys(this.loss, () => player.step, () => [0, model.run.steps], 10, (n) => player.toStep(n))
    keys(this.columns, () => model.column, () => [0, model.run.K - 1], 5, (i) => model.pointWithin(i))
  }

  /** Build the drawings, where they are not those that there are.
   * @param {StageModel} model
   * @param {number} space pixels of the width */
  fit(model, space) {
    const width = Math.floor(space / enlargement())
    const { run } = model, another = this.#run !== run || this.#width !== width, { count, room } = roomFor(run.K, width)
    model.show(count)
    if (!another && this.#first === model.first) return
    const { wide, side } = frameOf(width), whole = count === run.K
    if (another || !this.#whole) this.#whole = {
      section: new Section(this.section, run, width), scales: new Scales(run),
      overview: new Overview(this.overview, run, width), loss: new LossCurve(this.loss, run, wide ? side : width, LOSS),
    }
    const part = clip(run, model.first, count, room)
    const above = this.#whole.section.scale.height + SPACE + (whole ? 0 : OVERVIEW + SPACE)
    this.#run = run
    this.#width = width
    this.#first = model.first
    this.#stretch = {
      columns: new Columns(this.columns, part, this.#whole.scales, width, above),
      paths: new ParameterPaths(this.paths, part, width),
    }
    this.overview.parentElement.hidden = whole
    this.loss.classList.toggle("beside", wide) // the section
  }

  /** Draw a moment.
   * @param {import("./state/stage_view.js").StageView} view */
  draw({ progress, position, output, column, taken, first, count }) {
    if (!this.#whole || !this.#stretch) return
    const { section, loss, overview } = this.#whole, { columns, paths } = this.#stretch
    section.draw(progress, position)
    overview.draw(first, count)
    columns.draw(progress, output, column)
    loss.draw(taken)
    paths.draw(taken)
  }

  /** Return where a column is drawn, or null.
   * @param {number} column */
  boxOf(column) {
    const box = column < 0 ? null : this.#stretch?.columns.boxOf(column) ?? null, by = enlargement()
    return box && { x: box.x * by, half: box.half * by, top: box.top * by }
  }

  /** Return the element under a pointer, or −1.
   * @param {PointerEvent} event */
  elementUnder(event) {
    const { x, y } = placeIn(this.columns, event)
    return this.#stretch?.columns.elementAt(x, y) ?? -1
  }
}

/** Let a pointer and the keyboard's focus read columns. What a finger has tapped stays.
 * @param {Pictures} pictures
 * @param {StageModel} model */
function listenToColumns(pictures, model) {
  const { columns } = pictures
  columns.onpointermove = columns.onpointerdown = (/** @type {PointerEvent} */ event) => {
    const i = pictures.elementUnder(event)
    if (i >= 0) model.point(i)
  }
  columns.onpointerleave = (/** @type {PointerEvent} */ { pointerType }) => {
    if (pointerType === "mouse" && !columns.matches(":focus-visible")) model.point(-1)
  }
  columns.onfocus = () => {
    if (model.column < 0 && columns.matches(":focus-visible")) model.pointWithin(-model.run.offsets[0])
  }
  columns.onblur = () => model.point(-1)
}
