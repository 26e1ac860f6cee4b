// What the drawing says in words.

import { fixed, number, signed, whole } from "../base/format.js"
import { outputAt, partAt, sampleAt, timeOf } from "./section_data.js"

/** @typedef {import("./section_data.js").Section} Section */

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December"]
const YEARLY = 1, QUARTERLY = 4, MONTHLY = 12 // samples in a year

/** Describe the time of a sample: a date, or seconds to a fraction that distinguishes it from its neighbours.
 * @param {Section} section
 * @param {number} i */
export function describeTime(section, i) {
  const { rate, timeUnit } = section.data, time = timeOf(section, i)
  const decimals = Math.max(0, Math.ceil(Math.log10(rate)))
  if (timeUnit !== "year") return `${fixed(time, decimals)} ${timeUnit}`
  const year = Math.floor(time + 0.5 / rate), part = Math.round((time - year) * rate)
  if (rate === YEARLY) return String(year)
  if (rate === QUARTERLY) return `quarter ${part + 1} of ${year}`
  return rate === MONTHLY ? `${MONTHS[part]} ${year}` : fixed(time, decimals + 1)
}

/** Write a number with its unit, if it has one.
 * @param {number} value
 * @param {string} unit */
export const measured = (value, unit) => `${number(value)} ${unit}`.trim()

/** Describe input and output at a sample.
 * @param {Section} section
 * @param {number} i */
export function describeSample(section, i) {
  const { unit, outputUnit } = section.data
  return `sample ${whole(i)} · ${describeTime(section, i)} · input ${measured(sampleAt(section, i), unit)}` +
    ` · output ${measured(outputAt(section, i), outputUnit)}`
}

/** Describe what lies at an offset of the kernel.
 * @param {Section} section
 * @param {number} at the sample that the kernel is at
 * @param {number} offset */
export function describeOffset(section, at, offset) {
  const part = partAt(section, offset), x = sampleAt(section, at + offset)
  const weight = section.weights[section.tapAt(offset)], { unit, outputUnit } = section.data
  const place = `offset ${signed(offset)}, ${part}: `
  if (part === "gap") return `${place}sample ${measured(x, unit)}, which is not used`
  return `${place}weight ${number(weight)} × sample ${measured(x, unit)} = product ${measured(weight * x, outputUnit)}`
}

/** Describe the whole drawing.
 * @param {Section} section */
export function describeSection(section) {
  const { title, first, count } = section.data
  return `${title}: ${whole(count)} samples from ${describeTime(section, first)} ` +
    `to ${describeTime(section, first + count - 1)}, the layer's output below them on the same axis of time, ` +
    "and weights, samples and products under the kernel."
}
