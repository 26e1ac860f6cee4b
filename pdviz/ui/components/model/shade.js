// The shade of places by how many paths lead to them. `shades` of `pdviz.analysis.stack.shade` is the same rule for
// figures; a test compares the two.

/** Return the shade of places, shade = (0.15 + 0.85 · log n / log max) · √share: from 0.15 for one path to 1 for the
 * most; where at most one path leads to any place, 1.
 * @param {number} paths n, a mean over places that are drawn as one
 * @param {number} most max, the largest n of the row
 * @param {number} share of the places drawn as one, those that any path leads to */
export const shade = (paths, most, share = 1) =>
  (0.15 + 0.85 * (most > 1 ? Math.log(paths) / Math.log(most) : 1)) * Math.sqrt(share)
