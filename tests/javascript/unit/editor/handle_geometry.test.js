// The handles of a pattern: where they are, and what dragging and keys make of them.

import assert from "node:assert/strict"
import { test } from "node:test"
import { handlesOf, valueAfterKey, withHandleAt } from "../../../../pdviz/ui/components/editor/handle_geometry.js"

const FAMILY = /** @type {import("../../../../pdviz/ui/components/model/pattern.js").Family} */ ([4, 2, 5, false])

test("a pattern has handles on both sides, a causal one on its left", () => {
  assert.deepEqual(handlesOf(FAMILY).map(({ name, at }) => [name, at]), [
    ["wing-left", -10.5], ["dilation-left", -4], ["island-left", -2.5],
    ["wing-right", 10.5], ["dilation-right", 4], ["island-right", 2.5],
  ])
  assert.deepEqual(handlesOf([4, 2, 5, true]).map(({ name, at }) => [name, at]),
    [["wing-left", -12.5], ["dilation-left", -6], ["island-left", -4.5]])
})

test("without wings there is no dilation to drag", () => {
  assert.deepEqual(handlesOf([0, 2, 5, false]).map(({ kind }) => kind), ["wing", "island", "wing", "island"])
})

test("every handle stands for its own value where it is", () => {
  for (const causal of [false, true])
    for (const { at, value, valueAt } of handlesOf([4, 2, 5, causal])) assert.equal(valueAt(at), value)
})

test("values are brought into their limits", () => {
  assert.deepEqual(withHandleAt(FAMILY, "wing-left", 70), [64, 2, 5, false])
  assert.deepEqual(withHandleAt(FAMILY, "dilation-right", -3), [4, 1, 5, false])
  assert.deepEqual(withHandleAt(FAMILY, "island-left", 7), [4, 2, 7, false])
})

test("keys step a value, an island's by two", () => {
  assert.equal(valueAfterKey(FAMILY, "wing-left", "ArrowRight"), 5)
  assert.equal(valueAfterKey(FAMILY, "island-left", "ArrowDown"), 3)
  assert.equal(valueAfterKey(FAMILY, "dilation-left", "End"), 64)
  assert.equal(valueAfterKey(FAMILY, "dilation-left", "x"), null)
})
