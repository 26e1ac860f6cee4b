// The rule for whole numbers that a person types: the same as `Whole` of `pdviz.ui.state.rules`, in the same words.

import { whole } from "./format.js"
import { clamp } from "./view.js"

/** A whole number from `least` to `most`, odd ones alone if `odd`.
 * @typedef {{ label: string, least: number, most: number, odd?: boolean }} WholeNumber */
/** The nearest valid number, null where what was typed is no whole number, and the reason, as a sentence without its
 * full stop, why what was typed is invalid; "" if it is valid.
 * @typedef {{ nearest: number | null, reason: string }} Check */

const DIGITS = /^[-+]?\d+$/
const QUOTED = 20 // characters of what was typed that a sentence repeats

/** Check what was typed against a rule.
 * @param {WholeNumber} rule
 * @param {string} text
 * @returns {Check} */
export function checkWholeNumber({ label, least, most, odd = false }, text) {
  const digits = text.trim().replace("−", "-")
  if (!DIGITS.test(digits)) return { nearest: null, reason: `${label} must be a whole number` }
  const value = Number(digits)
  const inside = clamp(value, least, most), nearest = odd && inside % 2 === 0 ? inside + 1 : inside
  if (inside !== value) return { nearest, reason: `${label} must be ${whole(least)} to ${whole(most)}` }
  return { nearest, reason: nearest === value ? "" : `${label} must be odd` }
}

/** Describe the correction of a typed number: the rule, and what happened to the number.
 * @param {string} text what was typed
 * @param {Check} check
 * @returns {string} "" where the number was valid */
export function describeCorrection(text, { nearest, reason }) {
  if (!reason) return ""
  const typed = text.trim()
  if (nearest === null) {
    const quoted = typed.length > QUOTED ? `${typed.slice(0, QUOTED)}…` : typed
    return `${reason}${typed ? `, not “${quoted}”` : ""}. It stays as it was.`
  }
  return `${reason}: ${whole(Number(typed.replace("−", "-")))} was changed to ${whole(nearest)}.`
}
