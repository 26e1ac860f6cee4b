// The effect of a tap, on stacks small enough to be checked by hand.

import assert from "node:assert/strict"
import { test } from "node:test"
import { stackOf } from "../../../../pdviz/ui/components/model/paths.js"
import { kernelAt } from "../../../../pdviz/ui/components/model/pattern.js"
import { describeTapEffect, tapEffect } from "../../../../pdviz/ui/components/stack_editor/tap_effect.js"

const layer = (/** @type {number[]} */ ...taps) => ({ kernel: kernelAt(taps), stride: 1 })

test("a tap adds the inputs that no other tap leads to", () => {
  const stack = stackOf([layer(0, 1), layer(0, 5)]), tap = { layer: 1, tap: 1 }, effect = tapEffect(stack, tap)
  assert.deepEqual([effect?.support, effect?.alone, effect?.remaining, effect?.row], [[5, 6], [5, 6], 2, 1])
  assert.equal(describeTapEffect(stack, tap, effect), "Tap 5 of layer 2 leads to 2 inputs; 2 of them by no other " +
    "tap: +5, +6. Without it the stack would reach 2 of 7.")
})

test("a tap whose inputs others reach adds none", () => {
  const stack = stackOf([layer(-1, 0, 1), layer(-1, 0, 1)]), tap = { layer: 0, tap: 1 }, effect = tapEffect(stack, tap)
  assert.deepEqual(effect?.alone, [])
  assert.equal(describeTapEffect(stack, tap, effect), "Tap 0 of layer 1 leads to 3 inputs, all of them reached by " +
    "other taps too: without it the stack would still reach 5 of 5.")
})

test("without its only tap a stack reaches nothing", () => {
  const stack = stackOf([layer(3)]), tap = { layer: 0, tap: 0 }
  assert.match(describeTapEffect(stack, tap, tapEffect(stack, tap)), /Without it the stack would reach nothing\.$/)
})
