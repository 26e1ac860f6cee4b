// What can be sketched of a figure, where it is drawn, and the numbers in it.

import assert from "node:assert/strict"
import { test } from "node:test"
import { canSketch, scalesOf } from "../../../../pdviz/ui/components/report/figure/sketch.js"
import { numbersOf, pointsOf } from "../../../../pdviz/ui/components/report/figure/sketch_traces.js"

const LAYOUT = {
  width: 1000, height: 500, margin: { l: 80, r: 20, t: 40, b: 60 },
  xaxis: { range: [-10, 20], ticktext: ["0"], tickvals: [0] },
  yaxis: { range: [0, 4], ticktext: ["0"], tickvals: [0] },
  yaxis2: { range: [1, 0], domain: [0, 0.25], visible: false },
}

test("an axis runs from margin to margin, and its numbers with it", () => {
  const { x, y, box } = scalesOf(LAYOUT, LAYOUT.yaxis)
  assert.deepEqual([-10, 5, 20].map(x), [80, 530, 980])
  assert.deepEqual([0, 1, 4].map(y), [440, 340, 40])
  assert.deepEqual(box, [80, 40, 900, 400])
})

test("an axis with a domain takes that share of the height, from the foot", () => {
  const { y, box } = scalesOf(LAYOUT, LAYOUT.yaxis2)
  assert.deepEqual([1, 0].map(y), [440, 340])
  assert.deepEqual(box, [80, 340, 900, 100])
})

test("a figure is sketched where it is wide and its visible axes list their ticks", () => {
  assert.ok(canSketch(LAYOUT))
  assert.ok(!canSketch({ ...LAYOUT, width: 639 }))
  assert.ok(!canSketch({ ...LAYOUT, xaxis: { range: [0, 1] } }))
  assert.ok(!canSketch({ ...LAYOUT, yaxis2: { ...LAYOUT.yaxis2, visible: true } }))
})

test("annotations and shapes are not sketched", () => {
  assert.ok(!canSketch({ ...LAYOUT, annotations: [{}] }))
  assert.ok(!canSketch({ ...LAYOUT, shapes: [{}] }))
})

test("the points of a line are scaled, and have no number where the trace has none", () => {
  const scales = { x: (/** @type {number} */ v) => 100 + v, y: (/** @type {number} */ v) => -v }
  assert.deepEqual(pointsOf({ x: [1, null, 3], y: [null, 5, 6] }, scales), [[101, NaN], [NaN, -5], [103, -6]])
  assert.deepEqual(pointsOf({ x0: 7, dx: 2, y: [1, 2, 3] }, scales), [[107, -1], [109, -2], [111, -3]])
})

test("numbers are a list, or an array that is packed by its type", () => {
  const packed = (/** @type {ArrayBufferView} */ array) =>
    btoa(String.fromCharCode(...new Uint8Array(array.buffer)))
  assert.deepEqual(numbersOf([1, null, 2]), [1, null, 2])
  assert.deepEqual([...Array.from(numbersOf({ dtype: "f8", bdata: packed(Float64Array.of(0.1, -5)) }))], [0.1, -5])
  assert.deepEqual([...Array.from(numbersOf({ dtype: "i1", bdata: packed(Int8Array.of(-3, 7)) }))], [-3, 7])
  assert.deepEqual([...Array.from(numbersOf({ dtype: "u2", bdata: packed(Uint16Array.of(65_535)) }))], [65_535])
})
