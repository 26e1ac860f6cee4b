// Where things are drawn, and how high.

import assert from "node:assert/strict"
import { test } from "node:test"
import { elementAt, layout } from "../../../../pdviz/ui/components/stage/scene/columns/layout.js"
import { scaleAt, scalesOf } from "../../../../pdviz/ui/components/stage/scene/columns/scales.js"
import { interpolate } from "../../../../pdviz/ui/components/stage/scene/columns/what_if.js"
import { LossScale } from "../../../../pdviz/ui/components/stage/scene/loss_curve.js"
import { arrangeCells } from "../../../../pdviz/ui/components/stage/scene/parameter_paths.js"
import { wrap } from "../../../../pdviz/ui/components/stage/save/saved_picture.js"
import { runWith } from "./example.js"

test("columns are even, parameters packed, and each is found again under its place", () => {
  for (const width of [320, 1000]) {
    const run = runWith(), places = layout(run, width), { place, packed, samples, bandOf } = places
    assert.ok(Math.abs(place(2) - place(1) - (place(1) - place(0))) < 1e-9)
    assert.ok(Math.abs(packed(1) - packed(0) - places.column) < 1e-9)
    for (const i of [0, 1, 2]) assert.equal(elementAt(run, places, place(i) + places.column * 0.4, samples.zero), i)
    for (const p of [0, 1]) assert.equal(elementAt(run, places, packed(p), bandOf(p).zero), run.params.element[p])
    assert.equal(elementAt(run, places, place(3), samples.zero), -1)
    assert.ok(places.samples.foot < places.products.top && places.gradient.foot < bandOf(0).top)
  }
})

test("scales are one for the run, or one per step where sizes change a lot", () => {
  assert.deepEqual(scalesOf(3, (n) => [2, 4, 8][n]), [8, 8, 8])
  assert.deepEqual(scalesOf(3, (n) => [1, 4, 8][n]), [1, 4, 8])
  assert.equal(scaleAt([1, 4], 0, 0.5), 2)
  assert.equal(scaleAt([1, 4], 1, 0.5), 4)
})

test("the loss along a step is the parabola through what is recorded", () => {
  const lossAt = (/** @type {number} */ f) => 3 - 5 * f + 7 * f * f, along = [0, 0.5, 1, 2]
  for (const f of [0, 0.2, 0.7, 1, 1.7])
    assert.ok(Math.abs(interpolate(along.map(lossAt), along, f) - lossAt(f)) < 1e-9)
})

test("losses that differ a lot are drawn over powers of ten", () => {
  const even = new LossScale([4, 2, NaN, 1])
  assert.deepEqual([even.levels, even.shareOf(2.1)], [[0, 2, 4], 0.5])
  const tenfold = new LossScale([100, 1, 0.01])
  assert.deepEqual(tenfold.levels.map((v) => Math.round(Math.log10(v))), [-2, -1, 0, 1, 2])
  assert.equal(tenfold.shareOf(1), 0.5)
})

test("few parameters have a cell each, in rows; many share a field in which taps lie over gaps", () => {
  const { few, bands: [{ cells }] } = arrangeCells(runWith(), 300)
  assert.ok(few)
  assert.deepEqual(cells.map(({ p, left, top }) => [p, left, top]), [[0, 0, 22], [1, 84, 22]])
  const count = 60, all = [...Array(count).keys()]
  const dense = runWith({
    way: "conv1d", offsets: all, parts: all.map((i) => (i % 2 ? "gap" : "island")),
    params: { element: all, row: all.map(() => 0), kept: all.map(() => true) },
  })
  const many = arrangeCells(dense, 300)
  assert.ok(!many.few)
  assert.deepEqual(many.bands[0].cells.map(({ p }) => p % 2), [...Array(30).fill(1), ...Array(30).fill(0)])
})

test("words are wrapped where a line is full", () => {
  assert.deepEqual(wrap("one two three four", 9, (words) => words.length), ["one two", "three", "four"])
})
