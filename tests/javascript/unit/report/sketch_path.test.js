// Paths of sketched lines, against the curves that they stand for.

import assert from "node:assert/strict"
import { test } from "node:test"
import { linePath } from "../../../../pdviz/ui/components/report/figure/sketch_path.js"

/** @typedef {[number, number]} Point */

/** Evaluate a centripetal Catmull–Rom spline from `p[1]` to `p[2]`, by Barry and Goldman's pyramid.
 * @param {Point[]} p four points
 * @param {number} u from 0 to 1
 * @returns {Point} */
function catmullRom(p, u) {
  const knots = [0]
  for (let i = 1; i < 4; i++) {
    const distance = Math.hypot(p[i][0] - p[i - 1][0], p[i][1] - p[i - 1][1])
    knots.push(knots[i - 1] + Math.sqrt(distance))
  }
  const t = knots[1] + u * (knots[2] - knots[1])
  let level = p
  for (let width = 1; level.length > 1; width++) {
    level = level.slice(1).map((to, i) => {
      // The middle level spans three knots, and the last one the two of the piece itself.
      const [low, high] = width === 3 ? [knots[1], knots[2]] : [knots[i], knots[i + width]]
      const share = (t - low) / (high - low)
      return /** @type {Point} */ (to.map((v, axis) => (1 - share) * level[i][axis] + share * v))
    })
  }
  return level[0]
}

/** Evaluate a Bézier curve by de Casteljau's construction.
 * @param {Point[]} points
 * @param {number} u from 0 to 1
 * @returns {Point} */
function bezier(points, u) {
  if (points.length === 1) return points[0]
  const mix = (/** @type {Point} */ a, /** @type {Point} */ b) =>
    /** @type {Point} */ ([a[0] + u * (b[0] - a[0]), a[1] + u * (b[1] - a[1])])
  return bezier(points.slice(1).map((to, i) => mix(points[i], to)), u)
}

/** Read the pieces of a path: each a letter and its points.
 * @param {string} path
 * @returns {{ letter: string, points: Point[] }[]} */
const piecesOf = (path) => [...path.matchAll(/([A-Z])([^A-Z]*)/g)].map(([, letter, numbers]) => ({
  letter, points: numbers.split(" ").map((point) => /** @type {Point} */ (point.split(",").map(Number))),
}))

test("a straight line goes from point to point", () => {
  assert.equal(linePath([[0, 1], [2, 3], [4, 0]], undefined, false), "M0,1L2,3L4,0")
})

test("a line breaks where there is no number, and each piece is closed where it is filled", () => {
  const points = /** @type {Point[]} */ ([[NaN, 0], [0, 0], [1, 2], [2, NaN], [3, Infinity], [4, 4], [5, 5], [6, 0]])
  assert.equal(linePath(points, undefined, false), "M0,0L1,2M4,4L5,5L6,0")
  assert.equal(linePath(points, undefined, true), "M0,0L1,2ZM4,4L5,5L6,0Z")
  assert.equal(linePath([], undefined, true), "")
})

test("places are rounded to hundredths of a pixel", () => {
  assert.equal(linePath([[1 / 3, 2 / 3], [1.005, 100]], undefined, false), "M0.33,0.67L1,100")
})

test("steps change level halfway between two points", () => {
  assert.equal(linePath([[0, 5], [10, 7], [30, 1]], "hvh", false), "M0,5H5V7H10H20V1H30")
})

test("a smooth line is a centripetal Catmull–Rom spline between its inner points", () => {
  const points = /** @type {Point[]} */ ([[0, 0], [10, 40], [30, 20], [90, 25], [95, 80], [120, 10]])
  const pieces = piecesOf(linePath(points, "spline", false))
  assert.deepEqual(pieces.map(({ letter }) => letter), ["M", "Q", "C", "C", "C", "Q"])
  assert.deepEqual(pieces.map(({ points }) => points[points.length - 1]), points)
  for (let i = 1; i < 4; i++) {
    for (const u of [0.1, 0.37, 0.5, 0.93]) {
      const curve = bezier([points[i], ...pieces[i + 1].points], u)
      catmullRom(points.slice(i - 1, i + 3), u).forEach((v, axis) => assert.ok(Math.abs(v - curve[axis]) < 1e-9))
    }
  }
})

test("at its ends a smooth line has the tangent of its neighbour alone, each on its own side", () => {
  const [, first, last] = piecesOf(linePath([[0, 0], [10, 40], [30, 20]], "spline", false))
  const slope = (/** @type {Point} */ [x, y], /** @type {Point} */ [xb, yb]) => (yb - y) / (xb - x)
  assert.deepEqual([first.letter, last.letter], ["Q", "Q"])
  assert.ok(Math.abs(slope(first.points[0], [10, 40]) - slope([10, 40], last.points[0])) < 1e-9)
  assert.ok(first.points[0][0] < 10 && last.points[0][0] > 10)
})

test("a smooth line through equal points, or through two, has no undefined places", () => {
  assert.equal(linePath([[0, 0], [5, 5]], "spline", false), "M0,0L5,5")
  assert.doesNotMatch(linePath([[1, 1], [1, 1], [1, 1], [2, 2]], "spline", false), /NaN/)
})
