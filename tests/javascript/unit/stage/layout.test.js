// Where things are drawn, and how high.

import assert from "node:assert/strict"
import { test } from "node:test"
import { clip, unclipped } from "../../../../pdviz/ui/components/stage/run/clip.js"
import { elementAt, layout, roomFor, writtenAt } from "../../../../pdviz/ui/components/stage/scene/columns/layout.js"
import { Scales, extentOf, scaleAt, scalesOf } from "../../../../pdviz/ui/components/stage/scene/columns/scales.js"
import { interpolate } from "../../../../pdviz/ui/components/stage/scene/columns/what_if.js"
import { LossScale } from "../../../../pdviz/ui/components/stage/scene/loss_curve.js"
import { arrangeCells } from "../../../../pdviz/ui/components/stage/scene/parameter_paths.js"
import { wrap } from "../../../../pdviz/ui/components/base/svg.js"
import { runWith } from "./example.js"

test("columns are even, parameters packed, and each is found again under its place", () => {
  for (const width of [320, 1000]) {
    const run = unclipped(runWith()), places = layout(run, width, new Scales(run).extents)
    const { place, packed, samples, parameters } = places
    assert.ok(Math.abs(place(2) - place(1) - (place(1) - place(0))) < 1e-9)
    assert.ok(Math.abs(packed(1) - packed(0) - places.each) < 1e-9)
    for (const i of [0, 1, 2]) assert.equal(elementAt(run, places, place(i) + places.column * 0.4, samples.zero), i)
    for (const p of [0, 1]) assert.equal(elementAt(run, places, packed(p), parameters.zero), run.params.element[p])
    assert.equal(elementAt(run, places, place(3), samples.zero), -1)
    const { products, kernel, axis, own, values, gradient, slopes } = places
    const downwards = [samples.foot, products.top, products.foot, kernel.top, kernel.foot, axis, parameters.top,
      parameters.foot, own, values, gradient.top, gradient.foot, slopes, places.height]
    assert.deepEqual(downwards, [...downwards].sort((a, b) => a - b))
  }
})

test("bars give way to what is drawn above them, evenly and not below a share", () => {
  const run = unclipped(runWith()), { extents } = new Scales(run)
  const free = layout(run, 1000, extents), tight = layout(run, 1000, extents, 130)
  const least = layout(run, 1000, extents, 400)
  assert.equal(tight.foot + 130, 420)
  for (const name of /** @type {const} */ (["samples", "products", "kernel", "parameters", "gradient"])) {
    const share = tight[name].bar / free[name].bar
    assert.ok(share < 1 && Math.abs(share - tight.kernel.bar / free.kernel.bar) < 1e-9)
    assert.ok(Math.abs(least[name].bar / free[name].bar - 0.6) < 1e-9)
  }
  const { gauge, whatIf, height } = tight
  assert.ok(gauge.top + gauge.height < whatIf.top && whatIf.top + whatIf.height <= height)
})

test("bars move behind what is written, whose places are apart from each other", () => {
  for (const width of [320, 1000]) {
    const run = unclipped(runWith()), written = writtenAt(layout(run, width, new Scales(run).extents))
    written.forEach((a, k) => written.slice(0, k).forEach((b) => assert.ok(
      a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y)))
  }
})

test("two rows of parameters stand side by side, each with all that is its own", () => {
  const run = unclipped(runWith({
    way: "sum", rows: ["dense Conv1d", "dilated Conv1d"],
    params: { element: [1, 0, 2], row: [0, 1, 1], kept: [true, true, true] },
  }))
  const { packed, each } = layout(run, 800, new Scales(runWith()).extents)
  assert.ok(packed(1) - packed(0) > 2 * each)
  assert.equal(packed(2) - packed(1), each)
})

test("a kernel too long for the columns is drawn in part, and what lies beyond has its place at the edge", () => {
  assert.deepEqual([roomFor(21, 820).count, roomFor(8257, 820).count < 40], [21, true])
  const count = 400, all = [...Array(count).keys()], none = new Array(count).fill(0)
  const run = { ...runWith(), K: count, P: count, offsets: all, parts: all.map(() => /** @type {const} */ ("island")),
    holders: all.map((i) => [i]), params: { element: all, row: none, kept: all.map(() => true) } }
  const zeros = { shape: [3, count], bits: /** @type {const} */ (64), data: "" }
  const names = ["kernel", "gradKernel", "params", "gradParams"]
  run.values = { ...run.values, ...Object.fromEntries(names.map((name) => [name, zeros])) }
  run.series = { ...run.series, ...Object.fromEntries(names.map((name) => [name, new Float64Array(3 * count)])) }
  const part = clip(run, 100, 20, 24), even = { up: 1, down: 1 }
  const { place } = layout(part, 820, { samples: even, kernel: even, gradient: even })
  const xs = part.elements.map((_, k) => place(k))
  assert.deepEqual(xs, [...xs].sort((a, b) => a - b))
  assert.deepEqual(part.side.filter((v) => v !== 0), [-1, -1, 1, 1])
})

test("a band reaches as far as its bars, above its zero line and below it", () => {
  assert.deepEqual(extentOf([[4, -1], [1, -2]], [4, 4]), { up: 1, down: 0.5 })
  assert.deepEqual(extentOf([[3]], [6]), { up: 0.5, down: 0.12 })
})

test("scales are one for the run, or one per step where sizes change a lot", () => {
  assert.deepEqual(scalesOf(3, (n) => [2, 4, 8][n]), [8, 8, 8])
  assert.deepEqual(scalesOf(3, (n) => [1, 4, 8][n]), [1, 4, 8])
  assert.equal(scaleAt([1, 4], 0, 0.5), 2.5)
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
