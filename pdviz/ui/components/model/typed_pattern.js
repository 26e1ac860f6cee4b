// Patterns as text: what a person types or pastes, and what is copied.

import { LIMITS } from "../boot/constants.js"
import { whole } from "../base/format.js"
import { nameCharacter, nameInvisible } from "../base/typed/characters.js"
import { familyKernel, parse, text } from "./pattern.js"

/** @typedef {import("./pattern.js").Kernel} Kernel */

/** Python's `Pattern.parse("1101", origin=2)`. */
const PARSE = /^(?:pdviz\.)?(?:Pattern\.)?parse\(\s*(["'])([01]*)\1\s*(?:,\s*(?:origin\s*=\s*)?(\d{1,9})\s*)?\)$/
/** Python's `Pattern.partially_dilated(4, 2, 5)`, its arguments with names or without. */
const FAMILY = /^(?:pdviz\.)?(?:Pattern\.)?partially_dilated\(([\w\s,=]*)\)$/
/** A list, a tuple, or an array as Python, NumPy and PyTorch print it. */
const LIST = /^(?:[a-z]*\.?(?:array|tensor)\()?([[(\s]*)([^[\]()]*?)[\])\s]*(?:,\s*(?:dtype|device)=[^()]*)?\)?$/
/** Elements of a list, as they are written. */
const ELEMENT = /^(?:([01])(?:\.0*)?|(true)|(false))$/i
const ARGUMENTS = ["wing", "dilation", "island", "causal"]
const RULE = "a pattern is written with 1 for a tap and 0 for a gap, as 1011 or [1, 0, 1, 1]."

/** Parse a pattern that a person typed; explain in a sentence if it is none.
 * @param {string} typed
 * @returns {Kernel | string} */
export function parseTyped(typed) {
  const code = typed.replace(/\s/g, " ").trim(), hidden = nameInvisible(code)
  if (hidden) return `${/^[aei]/.test(hidden) ? "An" : "A"} ${hidden} is not allowed: ${RULE}`
  const family = FAMILY.exec(code), call = PARSE.exec(code)
  if (family) return parseFamily(family[1])
  const elements = call ? call[2] : readElements(code)
  const [invalid] = /[^01]/u.exec(elements) ?? []
  if (invalid) return `${nameCharacter(invalid, "")} is not allowed: ${RULE}`
  if (!elements.includes("1")) return "A pattern needs at least one tap, a 1."
  if (elements.length > LIMITS.text)
    return `A pattern can have ${whole(LIMITS.text)} elements at most, not ${whole(elements.length)}.`
  const origin = call?.[3] === undefined ? undefined : Number(call[3])
  if (origin !== undefined && origin >= elements.length)
    return `The origin must be an element of the pattern, 0 to ${whole(elements.length - 1)}.`
  return parse(elements, origin)
}

/** Count the elements that a person typed, the gaps outside taps and origin too; 0 where it is written otherwise.
 * @param {string} typed */
export function countTyped(typed) {
  const elements = readElements(typed.trim())
  return /^[01]*$/.test(elements) ? elements.length : 0
}

/** Read elements: digits with or without space between them, a list, an array, or X for taps and points for gaps.
 * Return what cannot be read as it is, without space.
 * @param {string} typed */
function readElements(typed) {
  const together = typed.replace(/\s/g, "")
  if (/^[01]*$/.test(together)) return together
  if (/^[Xx.]+$/.test(together)) return together.replace(/x/gi, "1").replaceAll(".", "0")
  const list = LIST.exec(typed)
  if (!list) return together
  const elements = list[2].split(/[\s,;]+/).filter(Boolean)
  const read = elements.map((element) => {
    const match = ELEMENT.exec(element)
    return match ? match[1] ?? (match[2] ? "1" : "0") : element
  })
  return read.join("")
}

/** Make the family's kernel of the arguments of `partially_dilated`.
 * @param {string} written
 * @returns {Kernel | string} */
function parseFamily(written) {
  /** @type {Record<string, string>} */
  const values = { wing: "4", dilation: "2", island: "5", causal: "False" }
  for (const [i, argument] of written.split(",").filter((part) => part.trim()).entries()) {
    const [value, name = ARGUMENTS[i]] = argument.split("=").map((part) => part.trim()).reverse()
    if (!ARGUMENTS.includes(name)) return `“${name ?? value}” is not an argument of partially_dilated.`
    values[name] = value
  }
  const [wing, dilation, island] = ["wing", "dilation", "island"].map((name) => Number(values[name]))
  const valid = /^(True|False)$/.test(values.causal) &&
    within(wing, 0, LIMITS.wing) && within(dilation, 1, LIMITS.dilation) && within(island, 1, LIMITS.island)
  if (!valid || island % 2 === 0)
    return `A wing is 0 to ${LIMITS.wing}, a dilation 1 to ${LIMITS.dilation}, an island odd, up to ${LIMITS.island}.`
  return familyKernel([wing, dilation, island, values.causal === "True"])
}

/** @param {number} value
 * @param {number} least
 * @param {number} most */
const within = (value, least, most) => Number.isInteger(value) && value >= least && value <= most

/** Write a kernel so that it is read back as the same, with its origin: in digits, or as Python's code.
 * @param {Kernel} kernel */
export function copyText(kernel) {
  const elements = text(kernel), origin = -kernel.first
  return origin === (kernel.size - 1) >> 1 ? elements : `Pattern.parse("${elements}", origin=${origin})`
}

/** Return a kernel as text where it is short enough to be typed, "" elsewhere, and a placeholder that explains that.
 * @param {Kernel} kernel */
export function typedForm(kernel) {
  if (kernel.size <= LIMITS.text) return { value: text(kernel), placeholder: "" }
  return { value: "", placeholder: `${whole(kernel.size)} elements, too long to write` }
}
