// The inputs inside a receptive field that no path leads to, as text to be copied: "−29, −27…−25, 29".

import { signed, whole } from "../base/format.js"

/** @typedef {import("./receptive_field.js").Field} Field */
/** A stretch of positions, both ends included. @typedef {[number, number]} Stretch */

const MAX_LISTED = 200

/** List the stretches that no path leads to, from the first position to the last.
 * @param {Field} field
 * @returns {Stretch[]} */
export function holesOf({ first, paths }) {
  /** @type {Stretch[]} */
  const holes = []
  for (let i = 0; i < paths.length; i++) {
    if (paths[i]) continue
    const last = holes[holes.length - 1]
    if (last && last[1] === first + i - 1) last[1]++
    else holes.push([first + i, first + i])
  }
  return holes
}

/** Describe the inputs that are not reached.
 * @param {Field} field */
export function describeHoles(field) {
  const holes = holesOf(field), listed = holes.slice(0, MAX_LISTED)
  if (!holes.length) return "Every input from the first to the last is reached."
  const texts = listed.map(([from, to]) => (from === to ? signed(from) : `${signed(from)}…${signed(to)}`))
  const rest = holes.length - listed.length
  return `Not reached: ${texts.join(", ")}${rest ? ` and ${whole(rest)} more` : ""}.`
}
