// Handles of a family's pattern: where they are, what they mean, and what a place that they are dragged to makes of
// them. None can be dragged to where there is no pattern.

import { LIMITS } from "../boot/constants.js"
import { counted } from "../base/format.js"
import { clamp } from "../base/view.js"

/** @typedef {import("../model/pattern.js").Family} Family */
/** @typedef {"wing" | "dilation" | "island"} Kind */
/** A handle: `at` is the offset that it belongs to, `out` how many pixels further out it is drawn, `middle` the middle
 * of the island; `valueAt(offset)` is the value that a place stands for.
 * @typedef {{ name: string, kind: Kind, side: -1 | 1, at: number, middle: number, out: number, value: number,
 *   least: number, most: number, label: string, text: string, valueAt: (offset: number) => number }} Handle */

const FIELDS = { wing: 0, dilation: 1, island: 2 }
const LEAST = { wing: 0, dilation: 1, island: 1 }

/** List the handles of a pattern, left ones first.
 * @param {Family} family
 * @returns {Handle[]} */
export function handlesOf(family) {
  const sides = /** @type {(-1 | 1)[]} */ (family[3] ? [-1] : [-1, 1])
  return sides.flatMap((side) => handlesAt(side, family))
}

/** List the handles on one side of a pattern.
 * @param {-1 | 1} side
 * @param {Family} family
 * @returns {Handle[]} */
function handlesAt(side, [wing, dilation, island, causal]) {
  const half = (island - 1) / 2, middle = causal ? -half : 0
  const edge = middle + side * half // the island's outermost tap
  const where = side < 0 ? "left" : "right"
  const outside = (/** @type {number} */ offset) => side * (offset - edge) // how far outside the island
  const islandAt = (/** @type {number} */ offset) =>
    causal ? 2 * Math.round((-offset - 0.5) / 2) + 1 : 2 * Math.round(Math.max(0, side * offset - 0.5)) + 1
  /** @param {Kind} kind */
  const common = (kind) => ({ name: `${kind}-${where}`, kind, side, middle, least: LEAST[kind], most: LIMITS[kind] })
  const wingHandle = {
    ...common("wing"), at: edge + side * (wing * dilation + 0.5), out: 11,
    value: wing, label: `Wing length, ${where} end`, text: `wing ${wing}`,
    valueAt: (/** @type {number} */ offset) => Math.round((outside(offset) - 0.5) / dilation),
  }
  const dilationHandle = {
    ...common("dilation"), at: edge + side * dilation, out: 0,
    value: dilation, label: `Dilation, first tap of the ${where} wing`, text: `dilation ${dilation}`,
    valueAt: (/** @type {number} */ offset) => Math.round(outside(offset)),
  }
  const islandHandle = {
    ...common("island"), at: edge + side * 0.5, out: 0,
    value: island, label: `Island width, ${where} edge`, text: `island ${counted(island, "tap")}`, valueAt: islandAt,
  }
  return wing > 0 ? [wingHandle, dilationHandle, islandHandle] : [wingHandle, islandHandle]
}

/** Return the kind of the handle of this name.
 * @param {string} name
 * @returns {Kind} */
const kindOf = (name) => /** @type {Kind} */ (name.split("-")[0])

/** Return the pattern after a handle was brought to a value, or to the nearest that is valid.
 * @param {Family} family
 * @param {string} name
 * @param {number} value
 * @returns {Family} */
export function withHandleAt(family, name, value) {
  const kind = kindOf(name)
  /** @type {Family} */
  const next = [...family]
  next[FIELDS[kind]] = clamp(value, LEAST[kind], LIMITS[kind])
  return next
}

/** Return the value that a key brings a handle to, null if the key means nothing to it.
 * @param {Family} family
 * @param {string} name
 * @param {string} key */
export function valueAfterKey(family, name, key) {
  const kind = kindOf(name), step = kind === "island" ? 2 : 1, value = Number(family[FIELDS[kind]])
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
