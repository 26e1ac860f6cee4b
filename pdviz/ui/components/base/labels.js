// Where the labels of a drawing go: each beside or above its own place, shortened, on another side or left out where
// that would overlap.

/** A stretch of a row, in pixels. @typedef {{ from: number, to: number }} Stretch */
/** Where a label may stand: at `x`, and either "above" it, moved as little as there is room, or "before" or "after" it,
 * with `gap` pixels between.
 * @typedef {{ x: number, where: "above" | "before" | "after", gap?: number }} Spot */
/** A label: its texts, the longest first, and the spots where it may stand, the best first.
 * @typedef {{ row: string, texts: string[], spots: Spot[] }} Label */
/** A text and where it begins. `spot` is the number of the spot that it stands at.
 * @typedef {{ text: string, from: number, spot: number }} Place */

const NEAR = 12 // pixels that a label "above" may be beside its place
/** Pixels between two labels. */
export const APART = 8

/** Place labels one after another, so that none overlaps another, or what is there, or leaves the drawing.
 * @param {Label[]} labels the most important first
 * @param {{ width: number, measure: (text: string) => number, taken?: Record<string, Stretch[]> }} options the width of
 *   the drawing, of a text, and the stretches of each row that hold something else
 * @returns {(Place | null)[]} null for a label that has no room */
export function placeLabels(labels, { width, measure, taken = {} }) {
  /** @type {Record<string, Stretch[]>} */
  const rows = {}
  return labels.map(({ row, texts, spots }) => {
    const others = rows[row] ??= [...(taken[row] ?? [])]
    for (const [spot, { x, where, gap = 0 }] of spots.entries()) {
      for (const text of texts) {
        const size = measure(text), best = { above: x - size / 2, before: x - gap - size, after: x + gap }[where]
        const range = { from: x - size - NEAR, to: x + NEAR }
        const from = where === "above" ? nearest(best, size, others, range, width) : best
        if (from === null || !isFree(from, size, others, width)) continue
        others.push({ from, to: from + size })
        return { text, from, spot }
      }
    }
    return null
  })
}

/** Whether a text has room.
 * @param {number} from
 * @param {number} size
 * @param {Stretch[]} others
 * @param {number} width */
const isFree = (from, size, others, width) => from >= 0 && from + size <= width &&
  others.every((other) => from + size + APART <= other.from || from >= other.to + APART)

/** Return the beginning of a text that is nearest to the best one and has room, null if there is none.
 * @param {number} best
 * @param {number} size
 * @param {Stretch[]} others
 * @param {Stretch} range of beginnings
 * @param {number} width */
function nearest(best, size, others, { from, to }, width) {
  const edges = others.flatMap((other) => [other.from - APART - size, other.to + APART])
  const valid = [best, 0, width - size, ...edges].filter((at) => at >= from && at <= to)
  valid.sort((a, b) => Math.abs(a - best) - Math.abs(b - best))
  return valid.find((at) => isFree(at, size, others, width)) ?? null
}

/** Families of type by the node that has them.
 * @type {WeakMap<Element, string>} */
const families = new WeakMap()

/** Return the family of a node's type, which stays: to read it again has the page laid out while it is drawn.
 * @param {Element} node */
export function familyOf(node) {
  const family = families.get(node) ?? getComputedStyle(node).fontFamily
  families.set(node, family)
  return family
}

const pen = globalThis.document?.createElement("canvas").getContext("2d")

/** Return what measures texts in a font, in pixels.
 * @param {string} font as CSS writes it
 * @returns {(text: string) => number} */
export const measureIn = (font) => (text) => {
  if (!pen) return 0
  pen.font = font
  return pen.measureText(text).width
}
