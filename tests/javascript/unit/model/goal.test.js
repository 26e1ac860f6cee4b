// Goals: which stretch is to be covered, and the verdict.

import assert from "node:assert/strict"
import { test } from "node:test"
import { chooseFamily } from "../../../../pdviz/ui/components/model/choice.js"
import {
  coversGoal, goalStretch, judgeStretch, keepBest, searchSteps,
} from "../../../../pdviz/ui/components/model/goal.js"
import { stackKernels, withDepth } from "../../../../pdviz/ui/components/model/layers.js"
import { stackOf } from "../../../../pdviz/ui/components/model/paths.js"

const DEPTH = { layers: 3, growth: 1, every: 1, stack: [] }
const DEFAULT = chooseFamily([4, 2, 5, false], DEPTH)
const stack = stackOf(stackKernels(DEFAULT))
const judge = (/** @type {number} */ goal) => judgeStretch(stack, goalStretch(stack, goal))

test("the stretch is around the middle, or up to the output of a causal stack", () => {
  assert.deepEqual(goalStretch(stack, 33), { from: -16, to: 16 })
  const causal = stackOf(stackKernels(chooseFamily([4, 2, 5, true], DEPTH)))
  assert.deepEqual(goalStretch(causal, 20), { from: -19, to: 0 })
})

test("a stack is too short, has holes, or covers the goal", () => {
  assert.deepEqual(judge(200), { covers: false, text: "Spans 61 of 200 samples, 139 too few" })
  assert.deepEqual(judge(61), { covers: false, text: "Long enough, but 8 samples in it are not reached" })
  assert.deepEqual(judge(33), { covers: true, text: "Covers 33 samples without holes, with 39 weights" })
})

test("no goal is covered by nothing, nor a goal by a stack that is refused", () => {
  assert.equal(coversGoal(DEFAULT, 0), false)
  assert.equal(coversGoal(DEFAULT, 33), true)
  assert.equal(coversGoal({ ...DEFAULT, layers: 12, growth: 4 }, 33), false)
})

test("the stack with the fewest weights is never dropped", () => {
  const attempts = [5, 4, 9, 2, 7, 2].map((weights) => ({ weights }))
  assert.deepEqual(keepBest(attempts, 5).map(({ weights }) => weights), [5, 4, 9, 2, 2])
  assert.deepEqual(keepBest(attempts.slice(0, 5), 5).length, 5)
  assert.deepEqual(keepBest(Array(6).fill({ weights: 1 }), 5).length, 5)
})

test("the next steps change one number, cover the goal, and have the fewest weights", () => {
  const { steps, complete } = searchSteps(DEFAULT, 200)
  assert.equal(complete, true)
  const texts = steps.map(({ text, weights }) => `${text}: ${weights}`)
  assert.deepEqual(texts, ["growth × 4: 39", "11 layers: 143", "wing 24: 159", "island 57: 195"])
  for (const { choice } of steps) assert.equal(coversGoal(choice, 200), true)
  for (let layers = 1; layers < 11; layers++) assert.equal(coversGoal(withDepth(DEFAULT, layers), 200), false)
  for (let wing = 0; wing < 24; wing++)
    assert.equal(coversGoal(chooseFamily([wing, 2, 5, false], DEPTH), 200), false)
  for (let dilation = 1; dilation <= 64; dilation++)
    assert.equal(coversGoal(chooseFamily([4, dilation, 5, false], DEPTH), 200), false)
})

test("holes are closed by a wider island or a smaller dilation", () => {
  const names = searchSteps(chooseFamily([4, 12, 5, false], DEPTH), 60).steps.map(({ text }) => text)
  assert.deepEqual(names, ["dilation 9", "island 7", "4 layers"])
})

test("a stack that covers the goal is beaten by fewer weights alone", () => {
  const steps = searchSteps(withDepth(DEFAULT, 4), 33).steps
  assert.deepEqual(steps.map(({ text, weights }) => [text, weights]).slice(0, 1), [["wing 2", 36]])
  assert.ok(steps.every(({ weights }) => weights < 52))
  const best = searchSteps(chooseFamily([0, 1, 5, false], { ...DEPTH, layers: 1 }), 5)
  assert.deepEqual(best, { steps: [], complete: true })
})

test("a search ends where it would take too long, and tells", () => {
  const deep = { layers: 12, growth: 2, every: 1, stack: [] }
  assert.equal(searchSteps(chooseFamily([4, 2, 5, false], deep), 20_000).complete, false)
})
