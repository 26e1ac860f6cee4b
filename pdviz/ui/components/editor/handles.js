// The handles of a family's pattern: where they are, what they mean, what a place under a hand
// makes of them. None can be put where there is no pattern.

import { LIMITS } from "../boot/constants.js"
import { counted } from "../base/format.js"
import { clamp } from "../base/view.js"

/** @typedef {import("../model/pattern.js").Family} Family */
/** `at` is the offset that it belongs to, `out` how many pixels further out it is drawn, `middle`
 * the middle of the island; `from(offset)` is the value that a place stands for.
 * @typedef {{ name: string, kind: "wing" | "dilation" | "island", side: -1 | 1, at: number, middle: number, out: number,
 *   value: number, least: number, most: number, label: string, says: string, from: (offset: number) => number }} Handle */

const FIELDS = { wing: 0, dilation: 1, island: 2 }
const LEAST = { wing: 0, dilation: 1, island: 1 }

/** The handles of a pattern, left ones first.
 * @returns {Handle[]} */
export function handlesOf(/** @type {Family} */ [wing, dilation, island, causal]) {
  const half = (island - 1) / 2
  const middle = causal ? -half : 0
  /** @type {Handle[]} */
  const handles = []
  for (const side of /** @type {(-1 | 1)[]} */ (causal ? [-1] : [-1, 1])) {
    const edge = middle + side * half // the island's outermost tap
    const where = side < 0 ? "left" : "right"
    const shared = { side, middle }
    /** How far outside the island an offset is. */
    const outside = (/** @type {number} */ offset) => side * (offset - edge)
    handles.push({
      ...shared, name: `wing-${where}`, kind: "wing", at: edge + side * (wing * dilation + 0.5), out: 11,
      value: wing, least: 0, most: LIMITS.wing, label: `Wing length, ${where} end`, says: `wing ${wing}`,
      from: (offset) => Math.round((outside(offset) - 0.5) / dilation),
    })
    if (wing > 0)
      handles.push({
        ...shared, name: `dilation-${where}`, kind: "dilation", at: edge + side * dilation, out: 0,
        value: dilation, least: 1, most: LIMITS.dilation, label: `Dilation, first tap of the ${where} wing`, says: `dilation ${dilation}`,
        from: (offset) => Math.round(outside(offset)),
      })
    handles.push({
      ...shared, name: `island-${where}`, kind: "island", at: edge + side * 0.5, out: 0,
      value: island, least: 1, most: LIMITS.island, label: `Island width, ${where} edge`, says: `island ${counted(island, "tap")}`,
      from: (offset) => causal ? 2 * Math.round((-offset - 0.5) / 2) + 1 : 2 * Math.round(Math.max(0, side * offset - 0.5)) + 1,
    })
  }
  return handles
}

/** The kind of a handle of this name. */
const kindOf = (/** @type {string} */ name) => /** @type {Handle["kind"]} */ (name.split("-")[0])

/** The pattern after a handle was brought to a value: the nearest that there is.
 * @returns {Family} */
export function reached(/** @type {Family} */ family, /** @type {string} */ name, /** @type {number} */ value) {
  const kind = kindOf(name)
  /** @type {Family} */
  const next = [...family]
  next[FIELDS[kind]] = clamp(value, LEAST[kind], LIMITS[kind])
  return next
}

/** The value that a key brings a handle to, or null if the key means nothing to it. */
export function stepped(/** @type {Family} */ family, /** @type {string} */ name, /** @type {string} */ key) {
  const kind = kindOf(name)
  const step = kind === "island" ? 2 : 1
  const value = Number(family[FIELDS[kind]])
  switch (key) {
    case "ArrowRight": case "ArrowUp": return value + step
    case "ArrowLeft": case "ArrowDown": return value - step
    case "PageUp": return value + 4 * step
    case "PageDown": return value - 4 * step
    case "Home": return LEAST[kind]
    case "End": return LIMITS[kind]
    default: return null
  }
}
