// Ranges, ticks and heights of a row, and the line through its values.

import assert from "node:assert/strict"
import { test } from "node:test"
import {
  chooseTicks, heightOf, linePath, rangeOf, rangeOfBars,
} from "../../../../pdviz/ui/components/signal/axes.js"

const row = { left: 50, right: 150, top: 20, foot: 120, low: 0, high: 10 }

/** Read the points of a path.
 * @param {string} path */
const pointsOf = (path) => path.slice(1).split("L").map((point) => point.split(" ").map(Number))

test("a range has a share of itself at either end", () => {
  assert.deepEqual(rangeOf([0, 100, 50]), { low: -8, high: 108 })
  assert.deepEqual(rangeOf([0, 100], 0.5), { low: -50, high: 150 })
})

test("values that are one, or none, have a range too", () => {
  assert.deepEqual(rangeOf([4, 4]), { low: 2, high: 6 })
  assert.deepEqual(rangeOf([-4]), { low: -6, high: -2 })
  assert.deepEqual(rangeOf([0]), { low: -1, high: 1 })
  assert.deepEqual(rangeOf([]), { low: -1, high: 1 })
})

test("the range of bars includes zero", () => {
  assert.deepEqual(rangeOfBars([100, 40]), { low: 0, high: 105 })
  assert.deepEqual(rangeOfBars([-100, 20]), { low: -105, high: 21 })
  assert.deepEqual(rangeOfBars([0, 0]), { low: 0, high: 1 })
})

test("ticks are the multiples in the range of the least step that leaves room for labels", () => {
  for (const [low, high, pixels, spacing, step] of [
    [-0.5, 10.5, 110, 22, 5], [-0.5, 10.5, 110, 19, 2], [-3.5, 7.5, 110, 9, 1], [-0.001, 0.011, 120, 30, 0.005],
    [11_900, 16_100, 210, 64, 2000], [1.000_09, 1.000_21, 240, 30, 0.000_02],
  ]) {
    const ticks = chooseTicks({ low, high }, pixels, spacing)
    assert.ok(Math.abs(ticks.step / step - 1) < 1e-9, `${ticks.step} is not ${step}`)
    const first = Math.ceil(low / step - 1e-6), last = Math.floor(high / step + 1e-6)
    assert.equal(ticks.values.length, last - first + 1)
    ticks.values.forEach((value, i) => assert.ok(Math.abs(value - (first + i) * step) < 1e-6 * step))
  }
})

test("a row has its least value at its foot and its largest at its top", () => {
  assert.deepEqual([0, 5, 10].map((value) => heightOf(row, value)), [120, 70, 20])
})

test("a line goes through every value that has a pixel to itself", () => {
  assert.equal(linePath(row, Float32Array.of(0, 10, 5), 20), "M50.0 120.0L70.0 20.0L90.0 70.0")
})

test("of values that share a pixel a line goes through the least and the largest, in their order", () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => 5 + 4 * Math.sin(i * i))
  const points = pointsOf(linePath(row, values, 0.1))
  assert.equal(points.length, 200)
  for (let pixel = 0; pixel < 100; pixel++) {
    const inside = values.subarray(10 * pixel, 10 * pixel + 10), pair = points.slice(2 * pixel, 2 * pixel + 2)
    const ends = [Math.max(...inside), Math.min(...inside)].map((value) => Number(heightOf(row, value).toFixed(1)))
    if (inside.indexOf(Math.min(...inside)) < inside.indexOf(Math.max(...inside))) ends.reverse()
    assert.deepEqual(pair.map(([, y]) => y), ends)
  }
})
