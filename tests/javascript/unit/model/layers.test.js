// Layers: growth, own patterns and strides, and the sentences about them.

import assert from "node:assert/strict"
import { test } from "node:test"
import { chooseFamily } from "../../../../pdviz/ui/components/model/choice.js"
import {
  describeLayer, differences, factorOf, familyIn, isOwn, ownLayer, ownOf, refusal, stackKernels, tidy, withDepth,
  withLayer,
} from "../../../../pdviz/ui/components/model/layers.js"
import { kernelAt, parse } from "../../../../pdviz/ui/components/model/pattern.js"

const GROWING = chooseFamily([4, 2, 5, false], { layers: 5, growth: 3, every: 2, stack: [] })
const OWN = { stride: 2, family: /** @type {const} */ ([1, 5, 3, true]), text: "", origin: 0 }

test("the dilation grows every so many layers", () => {
  assert.deepEqual([0, 1, 2, 3, 4].map((l) => factorOf(GROWING, l)), [1, 1, 3, 3, 9])
  assert.deepEqual(familyIn(GROWING, 4), [4, 18, 5, false])
  assert.equal(stackKernels(GROWING)[2].kernel.size, 5 + 2 * 4 * 6)
})

test("a free pattern grows with all its offsets", () => {
  const free = { ...GROWING, family: null, kernel: kernelAt([-1, 0, 2]) }
  assert.deepEqual(stackKernels(free)[2].kernel.offsets, [-3, 0, 6])
})

test("a layer of its own is left alone by growth", () => {
  const choice = withLayer(GROWING, 4, OWN)
  assert.deepEqual(stackKernels(choice)[4].kernel.offsets, [-7, -2, -1, 0])
  assert.deepEqual(choice.stack, [null, null, null, null, OWN])
  assert.ok(isOwn(choice.stack[4]))
})

test("layers are tidied: none at the end that is like the others", () => {
  assert.deepEqual(tidy([null, OWN, { ...OWN, family: null, stride: 1 }], 3), [null, OWN])
  assert.deepEqual(withDepth(withLayer(GROWING, 4, OWN), 3).stack, [])
})

test("a pattern of a layer's own is the family's where the limits allow", () => {
  assert.deepEqual(ownOf(kernelAt([-2, 0, 2]), 3), { stride: 3, family: [1, 2, 1, false], text: "", origin: 0 })
  assert.deepEqual(ownOf(kernelAt([-2, 0, 1]), 1), { stride: 1, family: null, text: "1011", origin: 2 })
})

test("a layer starts its own pattern from the shared one as it has grown there", () => {
  assert.deepEqual(ownLayer(GROWING, 4).family, [4, 18, 5, false])
  const wide = chooseFamily([4, 64, 5, false], { layers: 4, growth: 4, every: 1, stack: [] })
  assert.deepEqual(ownLayer(wide, 3).family, [4, 1024, 5, false])
  const free = { ...GROWING, family: null, kernel: parse("1011") }
  assert.equal(ownLayer(free, 2).text, "1000001001")
})

test("a stack that is too wide is refused in a sentence", () => {
  assert.equal(refusal(stackKernels(GROWING)), "")
  const wide = chooseFamily([4, 2, 5, false], { layers: 12, growth: 4, every: 1, stack: [] })
  assert.match(refusal(stackKernels(wide)), /would reach over 89.48 million inputs; at most 1,048,576 are computed/)
})

test("differences and layers are described", () => {
  const choice = withLayer(withLayer(GROWING, 0, { ...OWN, family: null }), 1, OWN)
  assert.equal(differences(choice),
    "The dilation grows × 3 every 2 layers; layer 2 has a pattern of its own; layers 1, 2 have strides.")
  assert.equal(differences({ ...GROWING, growth: 1 }), "")
  assert.equal(describeLayer(choice, 1, stackKernels(choice)[1]), "4 taps · dilation 5 · span 8 · stride 2")
})
