// The training step that the page shows: the stage tells it, and drawings beside the stage follow at once.

/** @typedef {(step: number) => void} Listener */

let step = 0
/** @type {Set<Listener>} */
const listeners = new Set()

/** Tell which step is shown now.
 * @param {number} next counted from 0 */
export function showStep(next) {
  if (next === step) return
  step = next
  for (const listener of listeners) listener(step)
}

/** Follow the step that is shown, from now on.
 * @param {Listener} listener
 * @returns {() => void} ends it */
export function followStep(listener) {
  listeners.add(listener)
  listener(step)
  return () => { listeners.delete(listener) }
}
