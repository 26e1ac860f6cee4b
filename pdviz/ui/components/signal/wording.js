// What the drawing says in words.

import { fixed, number, whole } from "../base/format.js"
import { outputAt, partAt, sampleAt, timeOf } from "./section_data.js"

/** @typedef {import("./section_data.js").Section} Section */

/** Describe the time of a sample, to a fraction that distinguishes it from its neighbours.
 * @param {Section} section
 * @param {number} i */
export function describeTime(section, i) {
  const { rate, timeUnit } = section.data, years = timeUnit === "year"
  const decimals = Math.max(0, Math.ceil(Math.log10(rate)) + (years ? 1 : 0))
  const time = fixed(timeOf(section, i), decimals)
  return years ? `the year ${time}` : `${time} ${timeUnit}`
}

/** Describe input and output at a sample.
 * @param {Section} section
 * @param {number} i */
export function describeSample(section, i) {
  const { unit, outputUnit } = section.data
  return `sample ${whole(i)} · ${describeTime(section, i)} · input ${number(sampleAt(section, i))} ${unit}` +
    ` · output ${number(outputAt(section, i))} ${outputUnit}`
}

/** Describe what lies at an offset of the kernel.
 * @param {Section} section
 * @param {number} at the sample that the kernel is at
 * @param {number} offset */
export function describeOffset(section, at, offset) {
  const part = partAt(section, offset), x = sampleAt(section, at + offset)
  const weight = section.weights[section.tapAt(offset)], { unit, outputUnit } = section.data
  const place = `offset ${whole(offset)}, ${part}: `
  if (part === "gap") return `${place}sample ${number(x)} ${unit}, which is not used`
  return `${place}weight ${number(weight)} × sample ${number(x)} ${unit} = product ${number(weight * x)} ${outputUnit}`
}

/** Describe the whole drawing.
 * @param {Section} section */
export function describeSection(section) {
  const { title, first, count } = section.data
  return `${title}: ${whole(count)} samples from ${describeTime(section, first)} ` +
    `to ${describeTime(section, first + count - 1)}, the layer's output below them on the same axis of time, ` +
    "and weights, samples and products under the kernel."
}
