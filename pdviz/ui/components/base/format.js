// Wording of numbers: the one place for drawings. `pdviz.figures.wording` has the functions that Python shares, by the
// same names; `tests/figures/wording.json` holds both to the same texts.

/** Return the text of a number with a real minus sign. */
export const withMinus = (/** @type {number | string} */ v) => String(v).replaceAll("-", "−")

const thousands = new Intl.NumberFormat("en-US")

/** Write a whole number with its thousands set apart. */
export const whole = (/** @type {number} */ v) => withMinus(thousands.format(v))

/** Write a whole number relative to something: with its sign. */
export const signed = (/** @type {number} */ v) => (v > 0 ? "+" : "") + whole(v)

/** Write four significant digits, and an exponent where the number is large or small. */
export function number(/** @type {number} */ v) {
  const [digits, power] = v.toExponential(3).split("e")
  const exponent = Number(power)
  if (v === 0 || (exponent >= -4 && exponent < 4)) return withMinus(Number(v.toPrecision(4)))
  return withMinus(`${Number(digits)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`)
}

/** Write five significant digits, for a number that is read by itself. */
export const exact = (/** @type {number} */ v) => withMinus(Number(v.toPrecision(5)))

/** Write so many of a thing: "1 gap", "8 gaps". */
export const counted = (/** @type {number} */ n, /** @type {string} */ thing) => `${whole(n)} ${thing}${n === 1 ? "" : "s"}`

/** Write the number at a tick: as many decimals as the step has. */
export function axisLabel(/** @type {number} */ value, /** @type {number} */ step, grouped = true) {
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

/** Return how many decimals the numbers of a band take, by its largest. */
const decimalsOf = (/** @type {number} */ top) => Math.max(top < 1000 ? 1 : 0, 1 - Math.floor(Math.log10(top)))

/** Write a number at a bar, where the largest beside it is `top`. */
export function atBar(/** @type {number} */ value, /** @type {number} */ top) {
  if (top < 1e-3) return value === 0 ? "0" : withMinus(value.toExponential(1))
  const text = value.toFixed(decimalsOf(top))
  return withMinus(Number(text) === 0 ? text.replace("-", "") : text)
}

/** Write a number for an axis: two digits, and powers of ten where it would be long. */
export function brief(/** @type {number} */ v) {
  const size = Math.abs(v)
  if (v === 0 || !Number.isFinite(v)) return v === 0 ? "0" : ""
  if (size >= 1e-4 && size < 1e5) return withMinus(Number(v.toPrecision(2)))
  const [digits, power] = v.toExponential(1).split("e")
  const raised = [...String(Number(power))].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("")
  return `${Number(digits) === 1 ? "" : `${withMinus(Number(digits))}·`}10${raised}`
}
