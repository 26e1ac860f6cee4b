// Shades: what counts of paths look like.

import assert from "node:assert/strict"
import { test } from "node:test"
import { shade } from "../../../../pdviz/ui/components/model/shade.js"

test("one path is 0.15, the most is 1, and the logarithm lies between", () => {
  assert.equal(shade(1, 100), 0.15)
  assert.equal(shade(100, 100), 1)
  assert.ok(Math.abs(shade(10, 100) - 0.575) < 1e-12)
})

test("where one path is the most, it is 1", () => {
  assert.equal(shade(1, 1), 1)
})

test("a share of the places weakens it by its root", () => {
  assert.equal(shade(100, 100, 0.25), 0.5)
  assert.equal(shade(1, 100, 0), 0)
})
