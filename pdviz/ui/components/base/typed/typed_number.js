// The rules for numbers that a person types: the same as `Whole` and `Decimal` of `pdviz.ui.state.rules`, in the same
// words. A decimal number may be written with a point or, where it cannot be mistaken, with a comma.

import { whole, withMinus, rounded } from "../format.js"
import { clamp } from "../view.js"
import { quoteTyped } from "./characters.js"

/** A number from `least` to `most`: a whole one, odd ones alone if `odd`; or a `decimal` one. `step` is what an arrow
 * adds.
 * @typedef {{ label: string, least: number, most: number, odd?: boolean, decimal?: boolean, step?: number }}
 *   TypedNumber */
/** The nearest valid number, null where what was typed is none, and the reason, as a sentence without its full stop,
 * why what was typed is invalid; "" if it is valid.
 * @typedef {{ nearest: number | null, reason: string }} Check */

const DIGITS = /^[-+]?\d+$/
const POINT = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?$/i
const COMMA = /^[-+]?\d*,\d+(?:e[-+]?\d{1,3})?$/i
/** A comma that may set thousands apart. */
const GROUPS = /^[-+]?[1-9]\d{0,2},\d{3}$/

/** Read a decimal number; null where there is none, or a comma can be read in two ways.
 * @param {string} text */
export function readDecimal(text) {
  const plain = text.trim().replace("−", "-")
  if (POINT.test(plain)) return Number(plain)
  return COMMA.test(plain) && !GROUPS.test(plain) ? Number(plain.replace(",", ".")) : null
}

/** Whether the comma of a number may stand for its decimals or set thousands apart.
 * @param {string} text */
export const isAmbiguous = (text) => GROUPS.test(text.trim().replace("−", "-"))

/** Check what was typed against a rule.
 * @param {TypedNumber} rule
 * @param {string} text
 * @returns {Check} */
export function checkNumber(rule, text) {
  const { label, least, most, odd = false, decimal = false } = rule
  const plain = text.trim().replace("−", "-"), write = writer(rule)
  const value = decimal ? readDecimal(plain) : DIGITS.test(plain) ? Number(plain) : null
  if (value === null) {
    if (decimal && isAmbiguous(plain))
      return { nearest: null, reason: `${label} must be a number, with a point: the comma may mean thousands` }
    return { nearest: null, reason: `${label} must be a ${decimal ? "" : "whole "}number` }
  }
  const inside = clamp(value, least, most), nearest = odd && inside % 2 === 0 ? inside + 1 : inside
  if (inside !== value) return { nearest, reason: `${label} must be ${write(least)} to ${write(most)}` }
  return { nearest, reason: nearest === value ? "" : `${label} must be odd` }
}

/** Return what writes the numbers of a rule.
 * @param {TypedNumber} rule
 * @returns {(value: number) => string} */
const writer = ({ decimal }) => (decimal ? (value) => (Math.abs(value) < 1e4 ? withMinus(value) : whole(value)) : whole)

/** Describe the correction of a typed number: the rule, and what happened to the number.
 * @param {TypedNumber} rule
 * @param {string} text what was typed
 * @param {Check} check
 * @returns {string} "" where the number was valid */
export function describeCorrection(rule, text, { nearest, reason }) {
  if (!reason) return ""
  const typed = text.trim()
  if (nearest === null) return `${reason}${typed ? `, not ${quoteTyped(typed)}` : ""}. It stays as it was.`
  const before = rule.decimal ? quoteTyped(typed) : whole(Number(typed.replace("−", "-")))
  return `${reason}: ${before} was changed to ${writer(rule)(nearest)}.`
}

/** Return the number one step from another, or the first or last that is valid.
 * @param {TypedNumber} rule
 * @param {number} start
 * @param {-1 | 1} direction */
export function stepped({ least, most, odd = false, step = odd ? 2 : 1 }, start, direction) {
  return clamp(rounded(start + direction * step, 12), least, most)
}
