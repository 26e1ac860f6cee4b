// What a person takes with them: the stage as one file that plays offline, or the picture as it is now.

import { offer, savePicture } from "../../base/save_picture.js"
import { pageOf } from "./saved_page.js"
import { pictureOf } from "./saved_picture.js"

/** @typedef {"html" | "svg" | "png"} Kind */

/** Save the stage.
 * @param {Kind} kind
 * @param {HTMLElement} root
 * @param {string} html that was in it before anything was drawn
 * @param {import("../state/stage_model.js").StageModel} model */
export async function save(kind, root, html, model) {
  const name = `${model.run.file}-step${model.player.step}`
  if (kind === "html") offer(new Blob([pageOf(root, html, model)], { type: "text/html" }), `${name}.html`)
  else await savePicture(pictureOf(root, model), kind, name)
}
