// Choices: what the editor makes of data, of clicks and of typing.

import assert from "node:assert/strict"
import { test } from "node:test"
import {
  choiceFrom, chooseFamily, chooseKernel, describe, describeElement, describeStack, messageOf, same,
  toggleElement,
} from "../../../../pdviz/ui/components/model/choice.js"
import { kernelAt } from "../../../../pdviz/ui/components/model/pattern.js"

const DEPTH = { layers: 3, growth: 1, every: 1, stack: [] }
const DEFAULT = chooseFamily([4, 2, 5, false], DEPTH)

test("data and message of a choice are each other's inverse", () => {
  const free = { family: null, text: "1101011", origin: 2, ...DEPTH }
  assert.deepEqual(messageOf(choiceFrom(/** @type {any} */ (free))), { text: "1101011", origin: 2, ...DEPTH })
  assert.deepEqual(messageOf(DEFAULT), { family: [4, 2, 5, false], ...DEPTH })
})

test("a kernel beyond the family's limits is a free pattern", () => {
  assert.deepEqual(chooseKernel(kernelAt([-64, 0, 64]), DEPTH).family, [1, 64, 1, false])
  assert.equal(chooseKernel(kernelAt([-65, 0, 65]), DEPTH).family, null)
})

test("a tap is toggled to a gap and back", () => {
  const once = toggleElement(DEFAULT, 10)
  assert.ok(typeof once !== "string" && once.family === null)
  const twice = toggleElement(once, 10)
  assert.ok(typeof twice !== "string" && same(twice, DEFAULT))
})

test("the last tap cannot be removed, and a free pattern cannot be too long", () => {
  assert.equal(toggleElement(chooseFamily([0, 1, 1, false], DEPTH), 0), "A kernel needs at least one tap.")
  assert.match(String(toggleElement(chooseFamily([64, 64, 65, false], DEPTH), 40)), /can span 1,024 elements at most/)
})

test("two choices are the same only with the same layers", () => {
  assert.ok(same(DEFAULT, chooseFamily([4, 2, 5, false], DEPTH)))
  assert.ok(!same(DEFAULT, { ...DEFAULT, layers: 4 }))
  assert.ok(!same(DEFAULT, chooseFamily([4, 3, 5, false], DEPTH)))
})

test("choices and elements are described", () => {
  assert.equal(describe(DEFAULT), "Wing 4, dilation 2, island 5: 13 taps over 21 elements, from −10 to +10.")
  assert.equal(describeElement(DEFAULT.kernel, -10), "Offset −10: a tap of the left wing, compact parameter 1 of 13.")
  assert.equal(describeElement(DEFAULT.kernel, 3), "Offset +3: a gap, always zero.")
  assert.equal(describeStack({ ...DEFAULT, growth: 2, every: 2 }),
    "3 layers of wing 4, dilation 2, island 5, × 2 every 2")
})
