// Patterns: offsets, parts and the family, on examples worked by hand.

import assert from "node:assert/strict"
import { test } from "node:test"
import {
  DEFAULT_FAMILY, dilatedLike, familyKernel, familyOf, kernelAt, parse, partOf, runsOf, spread, text,
} from "../../../../pdviz/ui/components/model/pattern.js"

const DEFAULT = familyKernel([4, 2, 5, false])

test("the pattern of a first visit is wing 4, dilation 2, island 5", () => {
  assert.deepEqual([...DEFAULT_FAMILY], [4, 2, 5, false])
})

test("a family's kernel has a dense island and dilated wings", () => {
  assert.deepEqual(DEFAULT.offsets, [-10, -8, -6, -4, -2, -1, 0, 1, 2, 4, 6, 8, 10])
  assert.equal(text(DEFAULT), "101010101111101010101")
  assert.deepEqual([DEFAULT.first, DEFAULT.size, DEFAULT.start, DEFAULT.stop], [-10, 21, 4, 9])
})

test("a causal kernel ends at the origin", () => {
  const { offsets } = familyKernel([2, 3, 3, true])
  assert.deepEqual(offsets, [-8, -5, -2, -1, 0])
})

test("the part of a tap is told by its number", () => {
  assert.deepEqual([0, 3, 4, 8, 9, 12].map((i) => partOf(DEFAULT, i)),
    ["left wing", "left wing", "island", "island", "right wing", "right wing"])
})

test("a text is parsed with its middle for origin, or with another", () => {
  assert.deepEqual(parse("1101011").offsets, [-3, -2, 0, 2, 3])
  assert.deepEqual(parse("1101011", 0).offsets, [0, 1, 3, 5, 6])
})

test("a kernel spans its taps and the origin", () => {
  const kernel = kernelAt([5, 3])
  assert.deepEqual([kernel.first, kernel.size, kernel.offsets], [0, 6, [3, 5]])
})

test("the island of an origin that is a gap is the nearest run, the left one on a tie", () => {
  const { start, stop, offsets } = kernelAt([-3, -2, 2, 3])
  assert.deepEqual(offsets.slice(start, stop), [-3, -2])
})

test("a family is recognised from the taps, with the fewest wing taps", () => {
  assert.deepEqual(familyOf(DEFAULT), [4, 2, 5, false])
  assert.deepEqual(familyOf(kernelAt([-1, 0, 1])), [0, 1, 3, false])
  assert.equal(familyOf(kernelAt([-1, 0, 2])), null)
})

test("taps are split into evenly spaced runs", () => {
  assert.deepEqual(runsOf(DEFAULT), [
    { first: -10, count: 4, step: 2 }, { first: -2, count: 5, step: 1 }, { first: 4, count: 4, step: 2 }])
  assert.deepEqual(runsOf(kernelAt([-2, 0, 2])), [{ first: -2, count: 3, step: 2 }])
})

test("offsets are multiplied as Conv1d's dilation does", () => {
  assert.deepEqual(spread(kernelAt([-1, 0, 1]), 3).offsets, [-3, 0, 3])
})

test("the plain dilated kernel has the same span", () => {
  assert.deepEqual(dilatedLike(DEFAULT)?.offsets, [-10, -8, -6, -4, -2, 0, 2, 4, 6, 8, 10])
  assert.equal(dilatedLike(kernelAt([-1, 0, 1])), null)
})
