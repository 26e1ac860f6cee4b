// How numbers are written; `pdviz.figures.wording` writes the same.

/** The text of a number with a real minus sign. */
export const withMinus = (/** @type {number | string} */ v) => String(v).replaceAll("-", "−")

const thousands = new Intl.NumberFormat("en-US")

/** A whole number with its thousands set apart. */
export const whole = (/** @type {number} */ v) => withMinus(thousands.format(v))

/** A whole number relative to something: with its sign. */
export const signed = (/** @type {number} */ v) => (v > 0 ? "+" : "") + whole(v)

/** Four significant digits, as `pdviz.ui.words.number` writes them: with an exponent where it has one. */
export function number(/** @type {number} */ v) {
  const [digits, power] = v.toExponential(3).split("e")
  const exponent = Number(power)
  if (v === 0 || (exponent >= -4 && exponent < 4)) return withMinus(Number(v.toPrecision(4)))
  return withMinus(`${Number(digits)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`)
}

/** Five significant digits, for a number that is read by itself. */
export const exact = (/** @type {number} */ v) => withMinus(Number(v.toPrecision(5)))

/** So many of a thing: "1 gap", "8 gaps". */
export const counted = (/** @type {number} */ n, /** @type {string} */ thing) => `${whole(n)} ${thing}${n === 1 ? "" : "s"}`
