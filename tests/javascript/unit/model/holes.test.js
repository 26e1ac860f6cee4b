// Holes of a receptive field as text.

import assert from "node:assert/strict"
import { test } from "node:test"
import { describeHoles, holesOf } from "../../../../pdviz/ui/components/model/receptive_field.js"

const field = (first, paths) => ({ first, paths: Float64Array.from(paths) })

test("neighbouring holes are one stretch", () => {
  assert.deepEqual(holesOf(field(-3, [1, 0, 2, 0, 0, 0, 1])), [[-2, -2], [0, 2]])
  assert.equal(describeHoles(field(-3, [1, 0, 2, 0, 0, 0, 1])), "Not reached: −2, 0…+2.")
})

test("a field without holes says so", () => {
  assert.equal(describeHoles(field(0, [1, 1])), "Every input from the first to the last is reached.")
})

test("a long list ends, and the holes at even distances are one item of it", () => {
  const everySecond = describeHoles(field(0, Array.from({ length: 601 }, (_, i) => (i + 1) % 2)))
  assert.equal(everySecond, "Not reached: every second input from +1 to +599.")
  const triangular = Array.from({ length: 60 }, (_, i) => (i * (i + 1)) / 2)
  const text = describeHoles(field(0, Array.from({ length: 1800 }, (_, i) => Number(!triangular.includes(i)))))
  assert.ok(text.endsWith("+820 and 19 more holes."), text.slice(-40))
})
