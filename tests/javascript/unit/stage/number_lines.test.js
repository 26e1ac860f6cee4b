// Numbers in lines under their bars.

import assert from "node:assert/strict"
import { test } from "node:test"
import { assignLines, widthOf } from "../../../../pdviz/ui/components/stage/scene/number_lines.js"

const places = (/** @type {number} */ count, /** @type {number} */ apart) =>
  Array.from({ length: count }, (_, k) => apart * k)
const same = (/** @type {number} */ count, /** @type {string} */ text) => new Array(count).fill(text)

/** Return whether two numbers of a line overlap. */
function overlap(/** @type {string[]} */ texts, /** @type {number[]} */ xs, /** @type {number[]} */ lines) {
  return texts.some((a, i) => texts.some((b, j) => i < j && lines[i] >= 0 && lines[i] === lines[j] &&
    Math.abs(xs[i] - xs[j]) < (widthOf(a) + widthOf(b)) / 2))
}

test("numbers stand in one line where there is room, and else take turns", () => {
  assert.deepEqual(assignLines(same(4, "0.1"), places(4, 30), [1, 2, 3, 4], 2), [0, 0, 0, 0])
  assert.deepEqual(assignLines(same(4, "−0.0013"), places(4, 30), [1, 2, 3, 4], 2), [0, 1, 0, 1])
})

test("where there are too many, the most important ones stay, and none overlap", () => {
  const texts = same(40, "−0.0013"), xs = places(40, 8), ranks = xs.map((_, k) => (k * 17) % 40)
  const lines = assignLines(texts, xs, ranks, 2)
  assert.equal(lines[ranks.indexOf(39)], 0)
  assert.ok(!overlap(texts, xs, lines) && lines.filter((line) => line >= 0).length > 8)
})

test("what has no number takes no room", () => {
  assert.deepEqual(assignLines(["12.5", "", "", "12.5"], places(4, 10), [1, 1, 1, 1], 1), [0, -1, -1, 0])
})
