// The choices to which undo and redo return; they outlive a change of page.

/** @typedef {import("./choice.js").Choice} Choice */

const MAX_KEPT = 200

/** The choices before and after the one that is shown. */
export class History {
  /** @type {Choice[]} */
  #past = []
  /** @type {Choice[]} */
  #future = []

  get canUndo() { return this.#past.length > 0 }
  get canRedo() { return this.#future.length > 0 }

  /** Keep a choice that is being replaced by a new one.
   * @param {Choice} choice */
  keep(choice) {
    this.#past.push(choice)
    if (this.#past.length > MAX_KEPT) this.#past.shift()
    this.#future.length = 0
  }

  /** Return the choice before (or after) `now`, and keep `now` for the way back.
   * @param {-1 | 1} direction
   * @param {Choice} now
   * @returns {Choice | undefined} */
  travel(direction, now) {
    const choice = (direction < 0 ? this.#past : this.#future).pop()
    if (choice) (direction < 0 ? this.#future : this.#past).push(now)
    return choice
  }
}

/** The history of all editors of this tab. */
export const history = new History()
