// What a page shows in one line, and the dense convolution in PyTorch, for hand-made choices.

import assert from "node:assert/strict"
import { test } from "node:test"

import { describeDense, describeEditing, describeShown } from "../../../../pdviz/ui/components/frame/words.js"
import { chooseFamily, chooseKernel } from "../../../../pdviz/ui/components/model/choice.js"
import { parse } from "../../../../pdviz/ui/components/model/pattern.js"

const DEPTH = { layers: 3, growth: 1, every: 1, stack: [] }
const STACK = { stack: true, weights: "" }, LAYER = { stack: false, weights: "Gaussian" }
const choose = (family, depth = {}) => chooseFamily(family, { ...DEPTH, ...depth })
const free = (text, origin) => chooseKernel(parse(text, origin), DEPTH)
const own = { stride: 1, family: [1, 5, 3, false], text: "", origin: 0 }

test("all that acts on a page is named, and nothing else", () => {
  const grown = { layers: 6, growth: 3, every: 2, stack: [null, own, null, own] }
  assert.equal(describeShown(choose([4, 2, 5, false]), STACK), "3 layers of wing 4, dilation 2, island 5")
  assert.equal(describeShown(choose([4, 2, 5, true], grown), STACK),
    "6 layers of wing 4, dilation 2, island 5, causal · dilation × 3 after every 2 layers · layers 2 and 4 differ")
  assert.equal(describeShown(choose([4, 2, 5, true], grown), LAYER),
    "one layer of wing 4, dilation 2, island 5, causal · weights: Gaussian")
  assert.equal(describeShown(free("1101"), STACK), "3 layers of a free pattern of 3 taps over 4 elements")
})

test("growth that reaches no layer is not named", () => {
  assert.equal(describeShown(choose([1, 1, 1, false], { layers: 2, growth: 3, every: 2 }), STACK),
    "2 layers of wing 1, dilation 1, island 1")
  assert.match(describeShown(choose([1, 1, 1, false], { layers: 2, growth: 3 }), STACK), / × 3 after each layer$/)
})

test("without wings neither the dilation nor its growth is named, for neither acts", () => {
  const grown = { layers: 3, growth: 2 }
  assert.equal(describeShown(choose([0, 3, 5, false], grown), STACK), "3 layers of wing 0, island 5")
  assert.doesNotMatch(describeShown(choose([4, 2, 5, false], { ...grown, stack: [null, own, own] }), STACK), /× 2/)
})

test("one layer of its own is named, and many are counted", () => {
  assert.match(describeShown(choose([1, 1, 1, false], { stack: [own] }), STACK), / · layer 1 differs$/)
  const many = { layers: 4, stack: [own, own, own, own] }
  assert.match(describeShown(choose([1, 1, 1, false], many), STACK), / · 4 layers differ$/)
})

test("the dense convolution has the kernel's span and its reach", () => {
  assert.deepEqual(describeDense(choose([4, 2, 5, false])), {
    code: "nn.Conv1d(C, C, 2*reach+1, padding=reach, groups=C)",
    counts: "The reach, half the width, is 10: 21 weights per channel, of which 13 are learnt " +
      "and 8 fixed at zero.",
  })
  assert.match(describeDense(choose([0, 1, 5, false])).counts, /^The reach, .*, is 2: .* all of them learnt\.$/)
})

test("handles are named where there are some", () => {
  assert.match(describeEditing(choose([4, 2, 5, false])), /^Drag the handles, or click an element /)
  assert.match(describeEditing(free("1101")), /^Click an element to make it a tap or a gap\.$/)
})

test("where the two sides differ the padding is said", () => {
  const { code, counts } = describeDense(choose([4, 2, 5, true]))
  assert.equal(code, "nn.Conv1d(C, C, 13, groups=C)")
  assert.match(counts, /^over an input padded by 12 before and 0 after: 13 weights per channel, of which 9 are /)
  assert.match(describeDense(free("1101", 0)).counts, /padded by 0 before and 3 after: .* 3 are learnt and 1 fixed/)
})
