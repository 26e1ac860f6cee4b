// Labels never overlap, whatever they are and however narrow the drawing.

import assert from "node:assert/strict"
import { test } from "node:test"
import { placeLabels } from "../../../../pdviz/ui/components/base/labels.js"
import { handlesOf, placeTexts } from "../../../../pdviz/ui/components/editor/handle_geometry.js"

const measure = (/** @type {string} */ text) => 6.5 * text.length

/** @typedef {{ from: number, to: number }} Stretch */
const overlap = (/** @type {Stretch} */ a, /** @type {Stretch} */ b) => a.from < b.to && b.from < a.to

let seed = 7
const random = (/** @type {number} */ least, /** @type {number} */ most) => {
  seed = (seed * 48271) % 2147483647
  return least + (seed % (most - least + 1))
}

test("a label is shortened, moved to another spot, or left out, the last ones first", () => {
  const at = (/** @type {number} */ x) => ({ x, where: /** @type {const} */ ("after"), gap: 10 })
  const texts = ["a long one", "short"]
  const label = (/** @type {number[]} */ ...spots) => ({ row: "a", texts, spots: spots.map(at) })
  const place = (/** @type {any[]} */ labels, width = 200) =>
    placeLabels(labels, { width, measure }).map((each) => each && [each.text, each.from])
  assert.deepEqual(place([label(0)]), [["a long one", 10]])
  assert.deepEqual(place([label(0), label(0, 100)]), [["a long one", 10], ["a long one", 110]])
  assert.deepEqual(place([label(0)], 60), [["short", 10]])
  assert.deepEqual(place([label(0), label(20)], 200), [["a long one", 10], null])
  assert.deepEqual(place([label(0)], 30), [null])
})

test("a label above its place gives way by as little as there is room", () => {
  const label = { row: "a", texts: ["ten digits"], spots: [{ x: 100, where: /** @type {const} */ ("above") }] }
  const from = (/** @type {Stretch[]} */ ...a) => placeLabels([label], { width: 500, measure, taken: { a } })[0]?.from
  assert.equal(from(), 67.5)
  assert.equal(from({ from: 0, to: 70 }), 78)
  assert.equal(from({ from: 0, to: 103 }), 111)
  assert.equal(from({ from: 120, to: 130 }), 47)
  assert.equal(from({ from: 90, to: 110 }), undefined)
})

test("no text of a handle overlaps another text, a handle or the mark of the origin", () => {
  let texts = 0
  for (let n = 0; n < 4000; n++) {
    const width = [358, 820, 1460][n % 3], causal = random(0, 1) === 1
    const family = /** @type {[number, number, number, boolean]} */ (
      [random(0, 6) ** random(1, 2), random(1, 4) ** random(1, 3), 2 * random(0, 5) + 1, causal])
    const handles = handlesOf(family), origin = random(40, width - 40), cell = random(1, 34)
    const across = (/** @type {any} */ { at, side, out, middle }) => {
      const own = origin + at * cell + side * out, nearest = origin + middle * cell + 16 * side
      return Math.min(width + 4, Math.max(-4, side < 0 ? Math.min(own, nearest) : Math.max(own, nearest)))
    }
    const places = placeTexts(handles, across, { width, origin, measure })
    const boxes = [...places].map(([name, { text, from }]) =>
      ({ row: name.startsWith("dilation") ? "below" : "above", name, from, to: from + measure(text) }))
    texts += boxes.length
    const marks = handles.filter(({ kind }) => kind !== "wing").map((handle) =>
      ({ row: handle.kind === "island" ? "above" : "below", from: across(handle) - 7, to: across(handle) + 7 }))
    marks.push({ row: "below", from: origin - 6, to: origin + 6 })
    for (const [i, box] of boxes.entries()) {
      assert.ok(box.from >= 0 && box.to <= width, `${family} ${width}`)
      for (const other of [...boxes.slice(i + 1), ...marks])
        assert.ok(box.row !== other.row || !overlap(box, other), `${family} ${JSON.stringify([box, other])}`)
    }
  }
  assert.ok(texts > 4000 * 2, `${texts} texts had room`)
})

test("where there is room, each kind of handle has its text", () => {
  for (const family of /** @type {[number, number, number, boolean][]} */ ([
    [4, 2, 5, false], [1, 1, 1, false], [1, 2, 1, true], [0, 1, 3, false], [16, 16, 17, false]])) {
    const handles = handlesOf(family), cell = family[1] === 16 ? 1.4 : 20
    const across = (/** @type {any} */ { at, side, out }) => 410 + at * cell + side * out
    const places = placeTexts(handles, across, { width: 820, origin: 410, measure })
    assert.equal(places.size, new Set(handles.map(({ kind }) => kind)).size, `${family} ${JSON.stringify([...places])}`)
  }
})
