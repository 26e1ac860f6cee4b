// Weights as a person types or pastes them: one number, or a list of them.

import { quoteTyped } from "./characters.js"
import { isAmbiguous, readDecimal } from "./typed_number.js"
import { counted, whole, rounded as round } from "../format.js"

/** What becomes of the weights: the numbers from the tap that was typed at, or from the first, and which is the first;
 * or why none are taken. `rounded` says which number kept six digits only.
 * @typedef {{ from: number, values: number[], rounded: string } | { refusal: string }} Reading */

const DIGITS = 6 // that a weight keeps

/** Read what was typed or pasted at a tap.
 * @param {string} text
 * @param {{ tap: number, count: number, most: number }} place the tap, how many there are, and the largest weight
 * @returns {Reading} */
export function readWeights(text, { tap, count, most }) {
  const parts = split(text, count)
  if (!parts)
    return refuse(`The commas of ${quoteTyped(text.trim())} can be read in two ways: write points, or one per line`)
  if (parts.length > count) return refuse(`There are ${counted(parts.length, "number")} for ${counted(count, "tap")}`)
  const from = parts.length === count ? 0 : tap
  if (from + parts.length > count)
    return refuse(`There are ${counted(parts.length, "number")} for the ${counted(count - tap, "tap")} from here on`)
  const values = []
  let rounded = ""
  for (const part of parts) {
    const value = readDecimal(part)
    if (value === null) {
      const why = isAmbiguous(part) ? ", with a point: the comma may mean thousands" : ""
      return refuse(`A weight must be a number${why}${part.trim() ? `, not ${quoteTyped(part.trim())}` : ""}`)
    }
    if (!(Math.abs(value) <= most))
      return refuse(`A weight must be ${whole(-most)} to ${whole(most)}, not ${quoteTyped(part.trim())}`)
    const kept = round(value, DIGITS)
    if (kept !== value) rounded ||= `A weight keeps ${DIGITS} digits: “${part.trim()}” became ${kept}.`
    values.push(kept)
  }
  return { from, values, rounded }
}

/** @param {string} reason */
const refuse = (reason) => ({ refusal: `${reason}. Nothing was changed.` })

/** Split what was typed into numbers; null where its commas can be read in two ways.
 * @param {string} text
 * @param {number} count of taps
 * @returns {string[] | null} */
function split(text, count) {
  const plain = text.trim().replace(/^[[(]+|[\])]+$/g, "").trim()
  for (const separator of [/\s*[\r\n\t;]+\s*/, /,\s+/, / +/]) {
    const parts = plain.split(separator).filter((part, i, all) => part || i < all.length - 1)
    if (parts.length > 1) return parts
  }
  const parts = plain.split(",")
  if (parts.length <= 2) return parts.length === 2 && parts[1] && !parts[1].includes(".") && !parts[0].includes(".")
    ? [plain] : parts
  return parts.some((part) => part.includes(".")) || parts.length === count ? parts : null
}
