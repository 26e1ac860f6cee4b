// Views of an axis.

import assert from "node:assert/strict"
import { test } from "node:test"
import {
  clamp, ease, mixViews, pixelOf, positionAt, tickStep, within,
} from "../../../../pdviz/ui/components/base/view.js"

const VIEW = { lo: -10, hi: 30 }

test("positions and pixels are each other's inverse", () => {
  assert.equal(pixelOf(VIEW, 400, 0), 100)
  assert.equal(positionAt(VIEW, 400, 100), 0)
})

test("ticks are 1, 2 or 5 times a power of ten apart, as narrow as their labels allow", () => {
  assert.deepEqual([40, 20, 10, 5, 0.5].map((cell) => tickStep(cell)), [1, 2, 5, 10, 100])
  assert.equal(tickStep(20, 41), 5)
})

test("motion is between the two views", () => {
  assert.deepEqual(mixViews(VIEW, { lo: 0, hi: 10 }, 0.5), { lo: -5, hi: 20 })
  assert.deepEqual([0, 0.5, 1].map(ease), [0, 0.5, 1])
  assert.ok(within({ lo: 0, hi: 10 }, { lo: 1, hi: 11 }, 0.1))
  assert.ok(!within({ lo: 0, hi: 10 }, { lo: 1.1, hi: 11 }, 0.1))
})

test("numbers are brought into a range", () => {
  assert.deepEqual([-1, 0.5, 2].map((v) => clamp(v)), [0, 0.5, 1])
  assert.equal(clamp(7, 1, 5), 5)
})
