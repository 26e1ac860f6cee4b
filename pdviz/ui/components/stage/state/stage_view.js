// What the stage shows at a moment, as one value that all of its parts are drawn from.

import { chapterOf, progressAt } from "../run/timeline.js"
import { STEPS_ONLY } from "./advance.js"

/** `position` is the output under the window, `output` the one that the columns show, `column` the element pointed at
 * or −1, `first` and `count` the elements that are drawn; `taken` counts steps and their parts; `quick` while steps run
 * by too fast to be read.
 * @typedef {ReturnType<typeof viewOf>} StageView */

/** Return what a stage shows now.
 * @param {import("./stage_model.js").StageModel} model */
export function viewOf({ run, player, position, output, column, first, count }) {
  const progress = progressAt(run.steps, player.drawnTime)
  return {
    run, progress, step: progress.n, chapter: chapterOf(progress), taken: progress.n + progress.take,
    position, output, column, first, count, quick: player.playing !== 0 && player.speed === STEPS_ONLY,
  }
}
