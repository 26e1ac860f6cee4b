// Paths of a stack: the numbers, and the sentences about a position.

import assert from "node:assert/strict"
import { test } from "node:test"
import { chooseFamily } from "../../../../pdviz/ui/components/model/choice.js"
import { stackKernels } from "../../../../pdviz/ui/components/model/layers.js"
import {
  ancestors, describeUnreached, fieldsFrom, pathsTo, rangeOf, reading, stackNumbers, stackOf, summary,
} from "../../../../pdviz/ui/components/model/paths.js"
import { familyKernel, kernelAt } from "../../../../pdviz/ui/components/model/pattern.js"

const DEPTH = { layers: 3, growth: 1, every: 1, stack: [] }
const DEFAULT = stackOf(stackKernels(chooseFamily([4, 2, 5, false], DEPTH)))
const TREE = stackOf([{ kernel: kernelAt([0, 1]), stride: 2 }, { kernel: kernelAt([0, 1]), stride: 1 }])

test("a stack is summarised", () => {
  assert.equal(summary(DEFAULT), "reaches 53 of 61 inputs, 86.9%, longest hole 1")
  assert.equal(DEFAULT.weights, 39)
  assert.deepEqual(rangeOf([DEFAULT]), { lo: -30.5, hi: 30.5 })
})

test("jumps multiply the strides above", () => {
  assert.deepEqual(TREE.jumps, [2, 2, 1])
  assert.deepEqual(TREE.ends, [{ first: 0, last: 0 }, { first: 0, last: 1 }, { first: 0, last: 3 }])
})

test("a stack too wide to count has its ends alone", () => {
  const wide = stackOf(Array(12).fill({ kernel: familyKernel([64, 64, 65, false]), stride: 4 }))
  assert.equal(wide.fields, null)
  assert.equal(stackNumbers(wide).numbers, null)
  assert.match(summary(wide), /too wide to count in this drawing/)
  assert.match(describeUnreached(wide), /counted on the page Receptive field/)
  assert.match(reading(wide, { row: 3, offset: 0 }), /too wide to count in this drawing/)
})

test("paths are counted to every position", () => {
  assert.deepEqual([0, 1, 2, 3].map((offset) => pathsTo(TREE, 2, offset)), [1, 1, 1, 1])
  assert.equal(pathsTo(TREE, 2, 4), 0)
  assert.equal(pathsTo(TREE, 0, 0), 1)
})

test("the ancestors of an input are on its paths alone", () => {
  const rows = ancestors(TREE, { row: 2, offset: 3 })
  assert.deepEqual(rows?.map(({ first, marks }) => marks.indexOf(1) + first), [0, 1, 3])
  assert.equal(ancestors(TREE, { row: 2, offset: 9 }), null)
})

test("the fields below a position are counted once", () => {
  assert.equal(fieldsFrom(DEFAULT, 1), fieldsFrom(DEFAULT, 1))
  assert.equal(fieldsFrom(DEFAULT, 1).length, 2)
})

test("positions are described in sentences", () => {
  assert.equal(reading(DEFAULT, { row: 3, offset: 30 }),
    "Input +30: 1 path of 2,197 (0.046%), through tap +10 of the layer above.")
  assert.equal(reading(DEFAULT, { row: 0, offset: 5 }), "Output +5 sees 53 inputs, from −25 to +35.")
  assert.equal(reading(DEFAULT, { row: 1, offset: 3 }),
    "Position +3, 1 layer below the output: no path leads here from the output.")
})
