// Wording of numbers: the one place for drawings. `pdviz.figures.wording` has the functions that Python shares, by the
// same names; `tests/figures/wording.json` checks both against the same texts.

/** Return the text of a number with a real minus sign.
 * @param {number | string} v */
export const withMinus = (v) => String(v).replaceAll("-", "−")

const thousands = new Intl.NumberFormat("en-US")

/** Write a whole number with its thousands set apart.
 * @param {number} v */
export const whole = (v) => withMinus(thousands.format(v))

/** Write a whole number relative to something: with its sign.
 * @param {number} v */
export const signed = (v) => (v > 0 ? "+" : "") + whole(v)

/** Write four significant digits, and an exponent where the number is large or small.
 * @param {number} v */
export function number(v) {
  const [digits, power] = v.toExponential(3).split("e")
  const exponent = Number(power)
  if (v === 0 || (exponent >= -4 && exponent < 4)) return withMinus(Number(v.toPrecision(4)))
  return withMinus(`${Number(digits)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`)
}

/** Write five significant digits, for a number that is read by itself.
 * @param {number} v */
export const exact = (v) => withMinus(Number(v.toPrecision(5)))

/** Write so many of a thing: "1 gap", "8 gaps".
 * @param {number} n
 * @param {string} thing */
export const counted = (n, thing) => `${whole(n)} ${thing}${n === 1 ? "" : "s"}`

/** Write the number at a tick: as many decimals as the step has.
 * @param {number} value
 * @param {number} step
 * @param {boolean} grouped whether thousands are set apart */
export function axisLabel(value, step, grouped = true) {
  const decimals = Math.max(0, -Math.floor(Math.log10(step * 1.0001)))
  if (decimals > 4 || Math.abs(value) >= 1e6) {
    const short = Math.abs(value) < step / 2 ? 0 : Number(value.toPrecision(3))
    return withMinus(short === 0 ? 0 : short.toExponential().replace("e+", "e"))
  }
  const rounded = Number(value.toFixed(decimals)) || 0
  return withMinus(rounded.toLocaleString("en-US", {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: grouped,
  }))
}

/** Return how many decimals the numbers of a band take, by its largest.
 * @param {number} top */
const decimalsOf = (top) => Math.max(top < 1000 ? 1 : 0, 1 - Math.floor(Math.log10(top)))

/** Write a number at a bar, where the largest beside it is `top`.
 * @param {number} value
 * @param {number} top */
export function atBar(value, top) {
  if (top < 1e-3) return value === 0 ? "0" : withMinus(value.toExponential(1))
  const text = value.toFixed(decimalsOf(top))
  return withMinus(Number(text) === 0 ? text.replace("-", "") : text)
}

/** Write a number for an axis: two digits, and powers of ten where it would be long.
 * @param {number} v */
export function brief(v) {
  const size = Math.abs(v)
  if (v === 0 || !Number.isFinite(v)) return v === 0 ? "0" : ""
  if (size >= 1e-4 && size < 1e5) return withMinus(Number(v.toPrecision(2)))
  const [digits, power] = v.toExponential(1).split("e")
  const raised = [...String(Number(power))].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("")
  return `${Number(digits) === 1 ? "" : `${withMinus(Number(digits))}·`}10${raised}`
}
