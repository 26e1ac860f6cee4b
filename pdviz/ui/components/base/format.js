// Wording of numbers: the one place for drawings. `pdviz.figures.wording` has the functions that Python shares, by the
// same names; `tests/figures/wording.json` checks both against the same texts.

/** Return the text of a number with a real minus sign.
 * @param {number | string} v */
export const withMinus = (v) => String(v).replaceAll("-", "−")

const SMALLEST = 1e-4, LARGEST = 1e7 // numbers below the one, and from the other on, have a power of ten
const WORDS = /** @type {[number, string][]} */ ([[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]])
/** So many stretches that are alike are worded as one, and so many items are listed. */
const FEWEST_ALIKE = 5, MOST_STRETCHES = 40
const LONG = 1e5 // from here on an axis has powers of ten
const thousands = new Intl.NumberFormat("en-US")

/** Write a whole number with its thousands set apart.
 * @param {number} v */
export const whole = (v) => withMinus(thousands.format(v))

/** Write a whole number relative to something: with its sign.
 * @param {number} v */
export const signed = (v) => (v > 0 ? "+" : "") + whole(v)

/** Write four significant digits, or all in front of the point; far from 1 a power of ten.
 * @param {number} v */
export const number = (v) => significant(v, 4)

/** Round to so many significant digits.
 * @param {number} v
 * @param {number} digits */
export const rounded = (v, digits) => Number(v.toPrecision(digits))

/** Write so many significant digits; see `number`.
 * @param {number} v
 * @param {number} digits */
function significant(v, digits) {
  if (Number.isNaN(v)) return "undefined"
  if (!Number.isFinite(v)) return v > 0 ? "∞" : "−∞"
  const kept = rounded(v, digits), size = Math.abs(kept)
  if (size === 0) return "0"
  if (size < SMALLEST || size >= LARGEST) return scientific(v, digits)
  return withMinus(Number(size < 10 ** digits ? kept : v.toFixed(0)).toLocaleString("en-US", {
    maximumFractionDigits: Math.max(0, digits - 1 - Math.floor(Math.log10(size))),
  }))
}

/** Write a number with a power of ten.
 * @param {number} v
 * @param {number} digits */
export function scientific(v, digits) {
  const [mantissa, power] = v.toExponential(digits - 1).split("e"), text = String(Number(mantissa))
  const raised = [...String(Number(power))].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("")
  return withMinus(/^-?1$/.test(text) ? text.replace("1", `10${raised}`) : `${text}·10${raised}`)
}

/** Write five significant digits, for numbers that are multiplied by hand.
 * @param {number} v */
export const exact = (v) => significant(v, 5)

/** Write a share in per cent, to a tenth, or two digits; 100 only if it is all, 0 if nothing.
 * @param {number} share */
export function percent(share) {
  if (share === 0 || share === 1) return `${100 * share}%`
  if (share < 0.0001) return "under 0.01%"
  return `${Math.min(100 * share, 99.9).toFixed(share >= 0.00995 ? 1 : share >= 0.000995 ? 2 : 3)}%`
}

/** Write a number with so many decimals, thousands not set apart: a time.
 * @param {number} v
 * @param {number} decimals */
export const fixed = (v, decimals) => withMinus(v.toFixed(decimals))

/** Write so many of a thing: "1 gap", "8 gaps".
 * @param {number} n
 * @param {string} thing */
export const counted = (n, thing) => `${whole(n)} ${thing}${n === 1 ? "" : "s"}`

/** Write a whole number: all digits where they can be read, else four and a word or a power.
 * @param {number} value
 * @param {string} unit */
export function amount(value, unit = "") {
  const [size, word] = WORDS.find(([least]) => value >= least) ?? [1, ""]
  const text = value < LARGEST ? whole(value) : value >= 1e15 ? scientific(value, 4) : `${number(value / size)} ${word}`
  return unit ? `${text} ${unit}` : text
}

/** List stretches of inputs by their first and last; of `count` in all, those that are in `ends`. Five in a row or more
 * that are equally long and equally far apart are one item of the list.
 * @param {[number, number][]} ends
 * @param {number} count */
export function stretches(ends, count) {
  const texts = []
  let start = 0
  while (start < ends.length && texts.length < MOST_STRETCHES) {
    const [first, last] = ends[start], alike = countAlike(ends, start)
    if (alike >= FEWEST_ALIKE) {
      const step = ends[start + 1][0] - first, length = last - first + 1
      const second = length === 1 && step === 2
      const every = second ? "every second input" : `${whole(length)} of every ${whole(step)} inputs`
      texts.push(`${every} from ${signed(first)} to ${signed(ends[start + alike - 1][1])}`)
      start += alike
    } else {
      texts.push(first === last ? signed(first) : `${signed(first)}…${signed(last)}`)
      start++
    }
  }
  return texts.join(", ") + (count > start ? ` and ${counted(count - start, "more hole")}` : "")
}

/** Count the stretches from `start` on that are equally long and equally far apart.
 * @param {[number, number][]} ends
 * @param {number} start */
function countAlike(ends, start) {
  const length = (/** @type {number} */ i) => ends[i][1] - ends[i][0]
  const step = (/** @type {number} */ i) => ends[i][0] - ends[i - 1][0]
  let stop = start + 1
  while (stop < ends.length && length(stop) === length(start) && step(stop) === step(start + 1)) stop++
  return stop - start
}

/** Write the number at a tick: as many decimals as the step has.
 * @param {number} value
 * @param {number} step
 * @param {boolean} grouped whether thousands are set apart */
export function axisLabel(value, step, grouped = true) {
  const decimals = Math.max(0, -Math.floor(Math.log10(step * 1.0001)))
  if (decimals > 4 || Math.abs(value) >= 1e6) return Math.abs(value) < step / 2 ? "0" : scientific(value, 3)
  const rounded = Number(value.toFixed(decimals)) || 0
  return withMinus(rounded.toLocaleString("en-US", {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: grouped,
  }))
}

/** Write a number at a bar: two digits, and as many decimals as the largest beside it, `top`, takes.
 * @param {number} value
 * @param {number} top */
export function atBar(value, top) {
  if (value === 0) return "0"
  if (Math.abs(value) < 1e-3) return scientific(value, 2)
  const needed = 1 - Math.floor(Math.log10(Math.abs(value))), usual = 1 - Math.floor(Math.log10(top))
  const decimals = Math.max(0, needed, top < 1000 ? 1 : 0, usual)
  return withMinus(value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }))
}

/** Write a number for an axis: two digits, and powers of ten where it, or the largest beside it, would be long.
 * @param {number} v
 * @param {number} top the largest beside it */
export function brief(v, top = v) {
  if (!Number.isFinite(v)) return ""
  const size = Math.abs(v), long = size >= (Math.abs(top) >= LONG ? 1000 : LONG)
  return v === 0 || (size >= SMALLEST && !long) ? significant(v, 2) : scientific(v, 2)
}
