// What moves time: buttons, the scrubber, and the keys.

import { find, write } from "../base/dom.js"
import { CHAPTERS } from "./run/timeline.js"

/** @typedef {import("./state/player.js").Player} Player */

/** The transport, the chapters and the steps. */
export class Controls {
  #chapter = -1

  /**
   * @param {HTMLElement} root
   * @param {Player} player */
  constructor(root, player) {
    this.root = root
    this.player = player
    this.play = find(root, ".play")
    this.reverse = find(root, ".reverse")
    this.scrub = find(root, ".scrub")
    this.chapters = CHAPTERS.map((name, chapter) => createChapter(name, chapter, player))
    find(root, ".chapters").replaceChildren(...this.chapters)
    this.play.onclick = () => player.toggle(1)
    this.reverse.onclick = () => player.toggle(-1)
    this.scrub.oninput = () => player.halt(Number(this.scrub.value))
    find(root, ".back").onclick = () => player.back()
    find(root, ".forward").onclick = () => player.forward()
    find(root, ".earlier").onclick = () => player.toStep(player.step - 1)
    find(root, ".later").onclick = () => player.toStep(player.step + 1)
    find(root, ".speed").onchange = (/** @type {any} */ event) => player.setSpeed(event.target.value)
    root.onkeydown = (event) => press(event, player)
  }

  /** Show where time stands.
   * @param {number} chapter */
  draw(chapter) {
    const { player, scrub } = this, end = String(player.end)
    if (scrub.max !== end) scrub.max = end
    scrub.value = String(player.time)
    write(this.play, player.playing > 0 ? "Pause" : "Play")
    write(this.reverse, player.playing < 0 ? "Pause" : "Reverse")
    if (chapter === this.#chapter) return
    this.chapters[this.#chapter]?.removeAttribute("aria-current")
    this.chapters[chapter].setAttribute("aria-current", "step")
    this.#chapter = chapter
  }
}

/** Create the button of a chapter, which shows it in the present step.
 * @param {string} name
 * @param {number} chapter
 * @param {Player} player */
function createChapter(name, chapter, player) {
  const button = document.createElement("button")
  button.type = "button"
  button.textContent = `${chapter + 1} ${name}`
  button.onclick = () => player.show(6 * player.step + chapter)
  return button
}

/** Take a key that nothing else has taken.
 * @param {KeyboardEvent} event
 * @param {Player} player */
function press(event, player) {
  const { key, shiftKey } = event, { tagName } = /** @type {HTMLElement} */ (event.target)
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || tagName === "SELECT") return
  if (key === " " && tagName !== "BUTTON") player.toggle(1)
  else if (key === "ArrowRight") shiftKey ? player.forward() : player.nudge(1)
  else if (key === "ArrowLeft") shiftKey ? player.back() : player.nudge(-1)
  else if (key === "PageUp") player.toStep(player.step + 1)
  else if (key === "PageDown") player.toStep(player.step - 1)
  else if (key === "Home") player.halt(0)
  else if (key === "End") player.halt(player.end)
  else return
  event.preventDefault()
}
