// Handles of a family's pattern: where they are, what they mean, and what a place that they are dragged to makes of
// them. None can be dragged to where there is no pattern.

import { LIMITS } from "../boot/constants.js"
import { counted } from "../base/format.js"
import { placeLabels } from "../base/labels.js"
import { clamp } from "../base/view.js"
import { joinedTaps } from "../model/pattern.js"

/** @typedef {import("../model/pattern.js").Family} Family */
/** @typedef {"wing" | "dilation" | "island"} Kind */
/** A handle: `at` is the offset that it belongs to, `out` how many pixels further out it is drawn, `middle` the middle
 * of the island; `texts` name its value, the longest first; `valueAt(offset)` is the value that a place stands for.
 * @typedef {{ name: string, kind: Kind, side: -1 | 1, at: number, middle: number, out: number, value: number,
 *   least: number, most: number, label: string, texts: string[],
 *   valueAt: (offset: number) => number }} Handle */

/** @typedef {import("../base/labels.js").Spot} Spot */
/** @typedef {import("../base/labels.js").Place} Place */

const REACH = 17 // pixels from the middle of a handle to its text: beyond the frame of the focus
const ORIGIN = 8 // pixels from the middle of the mark of the origin to its edge
const HALF = 9 // pixels from the middle of a handle to its edge

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
  const where = side < 0 ? "left" : "right", joined = joinedTaps([wing, dilation, island, causal])
  const outside = (/** @type {number} */ offset) => side * (offset - edge) // how far outside the island
  const islandAt = (/** @type {number} */ offset) =>
    causal ? 2 * Math.round((-offset - 0.5) / 2) + 1 : 2 * Math.round(Math.max(0, side * offset - 0.5)) + 1
  /** @param {Kind} kind */
  const common = (kind) => ({ name: `${kind}-${where}`, kind, side, middle, least: LEAST[kind], most: LIMITS[kind] })
  const wingHandle = {
    ...common("wing"), at: edge + side * (wing * dilation + 0.5), out: 11,
    value: wing, label: `Wing length, ${where} end`, texts: [`wing ${wing}`],
    valueAt: (/** @type {number} */ offset) => Math.round((outside(offset) - 0.5) / dilation),
  }
  const dilationHandle = {
    ...common("dilation"), at: edge + side * dilation, out: 0,
    value: dilation, label: `Dilation, first tap of the ${where} wing`,
    texts: [`dilation ${dilation}`, `d ${dilation}`],
    valueAt: (/** @type {number} */ offset) => Math.round(outside(offset)),
  }
  const islandHandle = {
    ...common("island"), at: edge + side * 0.5, out: 0,
    value: island, label: `Island width, ${where} edge`, valueAt: islandAt,
    texts: joined ? [`island ${island} and wings, ${counted(joined, "tap")} in a row`, `island ${island} and wings`]
      : [`island ${counted(island, "tap")}`, `island ${island}`],
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

/** Place the texts of handles, of each kind at one of its handles: the right one where there is room, and beside it
 * where it has nothing on its outer side. The text of a wing stands over the strip, like that of the island.
 * @param {Handle[]} handles of a pattern
 * @param {(handle: Handle) => number} across where a handle is, in pixels
 * @param {{ width: number, origin: number, measure: (text: string) => number }} drawing its width, where the mark of
 *   the origin is, and the width of a text
 * @returns {Map<string, Place>} by the name of the handle */
export function placeTexts(handles, across, { width, origin, measure }) {
  const causal = handles.every(({ side }) => side < 0)
  const around = (/** @type {number} */ x, /** @type {number} */ half) => ({ from: x - half, to: x + half })
  /** @param {Kind} kind */
  const ofKind = (kind) => handles.filter((handle) => handle.kind === kind).sort((a, b) => b.side - a.side)
  /** @param {Handle} handle
   * @returns {{ name: string, spot: Spot }[]} */
  const spotsOf = (handle) => {
    const { name, kind, side } = handle, x = across(handle)
    if (kind === "wing") return [{ name, spot: { x, where: "above" } }]
    const freely = side < 0 && !(kind === "island" && causal) // a causal island has nothing on its right
    /** @type {("before" | "after")[]} */
    const ways = freely ? ["before", "after"] : ["after", "before"]
    return ways.map((where) => ({ name, spot: { x, where, gap: REACH } }))
  }
  const kinds = /** @type {const} */ (["island", "wing", "dilation"]), groups = kinds.map(ofKind)
  const spots = groups.map((group) => group.flatMap(spotsOf))
  const edges = (/** @type {Kind} */ kind) => ofKind(kind).map((handle) => around(across(handle), HALF))
  const taken = { above: edges("island"), below: [...edges("dilation"), around(origin, ORIGIN)] }
  const places = placeLabels(groups.map(([handle], i) => ({
    row: kinds[i] === "dilation" ? "below" : "above",
    texts: handle?.texts ?? [],
    spots: spots[i].map(({ spot }) => spot),
  })), { width, measure, taken })
  return new Map(places.flatMap((place, i) => (place ? [[spots[i][place.spot].name, place]] : [])))
}
