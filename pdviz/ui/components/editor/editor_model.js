// State of an editor: the choice and the goal that it shows, what undo returns to, and the messages about it.

import { afterPaint } from "../base/dom.js"
import { editStream } from "../base/edit_stream.js"
import { choiceFrom, messageOf, same } from "../model/choice.js"
import { history } from "../model/history.js"
import { canRequestReport, requestReport } from "../model/page.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("../model/choice.js").EditorData} EditorData */
/** @typedef {import("../base/edit_stream.js").Send} Send */
/** A change of the model: the server sent another choice, an edit was made or completed, or the goal was set.
 * @typedef {"receive" | "edit" | "settle" | "goal"} Change */

const REPORT_PATIENCE = 150 // ms until the page runs for an edit whose report has not come; else it runs after that
const DRAG_PATIENCE = 100 // ms until it runs for an edit of a drag, on a page without a report: each run costs frames

/** What an editor shows; it sends its edits to the server, and notifies those who show it. */
export class EditorModel {
  #stream = editStream("editor")
  /** The choice at the last completed edit.
   * @type {Choice} */
  #settled
  /** @type {((change: Change) => void)[]} */
  #listeners = []

  /** @param {EditorData} data */
  constructor(data) {
    this.data = data
    /** @type {Choice} */
    this.choice = this.#settled = choiceFrom(data)
    /** Samples in a row to be covered, 0 for no goal. */
    this.goal = data.goal
  }

  /** Whether no edit is in progress. */
  get settled() { return this.choice === this.#settled }

  get canUndo() { return history.canUndo }
  get canRedo() { return history.canRedo }

  /** Call `listener` at every change.
   * @param {(change: Change) => void} listener */
  subscribe(listener) { this.#listeners.push(listener) }

  /** Take what the server sent, unless what is shown is newer.
   * @param {EditorData} data
   * @param {Send} send
   * @param {boolean} dragging
   * @returns {boolean} whether another choice or goal is shown now */
  receive(data, send, dragging) {
    const { choice, goal } = this
    this.data = data
    if (this.#stream.receive(data, send, dragging)) this.#adopt(choiceFrom(data), data.goal)
    return this.choice !== choice || this.goal !== goal
  }

  /** Change the choice.
   * @param {Choice} choice
   * @param {boolean} done whether this completes the edit */
  change(choice, done = true) {
    if (!same(choice, this.choice)) {
      this.choice = choice
      const message = { ...messageOf(choice), goal: this.goal }
      const stamp = this.#stream.send(message, canRequestReport() ? REPORT_PATIENCE : done ? 0 : DRAG_PATIENCE)
      requestReport(stamp, message, () => afterPaint(() => this.flush()))
    }
    this.#notify("edit")
    if (done) this.settle()
  }

  /** Complete the edit: undo returns to the choice before it. */
  settle() {
    if (!same(this.choice, this.#settled)) history.keep(this.#settled)
    this.#settled = this.choice
    if (!canRequestReport()) this.flush()
    this.#notify("settle")
  }

  /** Change the goal.
   * @param {number} goal */
  setGoal(goal) {
    if (goal !== this.goal) {
      this.goal = goal
      this.#stream.send({ ...messageOf(this.choice), goal })
    }
    this.#notify("goal")
  }

  /** Return to the choice before (or after) the one that is shown.
   * @param {-1 | 1} direction */
  travel(direction) {
    const choice = history.travel(direction, this.#settled)
    if (!choice) return
    this.#settled = choice
    this.change(choice)
  }

  /** Send now what is pending. */
  flush() { this.#stream.flush() }

  /** Show a choice of the server's.
   * @param {Choice} choice
   * @param {number} goal */
  #adopt(choice, goal) {
    this.goal = goal
    if (same(choice, this.choice)) return
    if (!same(choice, this.#settled)) history.keep(this.#settled)
    this.choice = this.#settled = choice
    this.#notify("receive")
  }

  /** @param {Change} change */
  #notify(change) {
    for (const listener of this.#listeners) listener(change)
  }
}
