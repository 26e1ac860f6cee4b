// What the stage says, of a run that is worked out by hand.

import assert from "node:assert/strict"
import { test } from "node:test"
import { progressAt } from "../../../../../pdviz/ui/components/stage/run/timeline.js"
import { caption } from "../../../../../pdviz/ui/components/stage/words/captions.js"
import { FACTS, textKey, textsOf } from "../../../../../pdviz/ui/components/stage/words/texts.js"
import { runWith } from "../example.js"

/** Return a view of step 0 in a chapter, with changes. */
const viewWith = (/** @type {object} */ changes = {}, chapter = 3) => ({
  run: runWith(), progress: progressAt(2, chapter), step: 0, chapter, taken: 0, position: 1, output: 1, column: -1,
  first: 0, count: 3, quick: false, ...changes,
})

test("every chapter has a caption with the numbers of its step", () => {
  const run = runWith(), captions = [0, 1, 2, 3, 4, 5].map((chapter) => caption(run, 0, chapter, 1))
  assert.deepEqual(captions, [
    "2 compact parameters are written into a kernel of 3 elements. 1 gap stays 0.",
    "Each weight multiplies the sample above it. The products add up to y[t] = 7. Samples over a gap are not used.",
    "The target is 5, so L = ½ (y[t] − target)² = 2 and ∂L/∂y[t] = y[t] − target = 2.",
    "∂L/∂w[o] = ∂L/∂y[t] · x[t + o] = 2 · x[t + o], at 3 elements. Gaps have one too: 4 at offset 0.",
    "Gathering copies the gradient at 2 taps to the parameters and drops the 1 value at gaps.",
    "SGD moves each parameter by −0.25 · its gradient. The loss grows from 2 to 4.5: the step is too long.",
  ])
})

test("steps that run by fast have one caption", () => {
  assert.equal(textsOf(viewWith({ quick: true, step: 1 })).caption,
    "Running through the steps: the loss is 4.5 after 1 of 2.")
})

test("facts, steps and places are those of the moment", () => {
  const texts = textsOf(viewWith({ step: 1, taken: 1.4, position: 3 }, 5))
  assert.deepEqual(texts.facts, ["2", "5", "4.5", "−3", "10.13"])
  assert.equal(FACTS.length, texts.facts.length)
  assert.equal(texts.time, "1 of 2 steps taken; 6 of 6: Step")
  assert.equal(texts.sample, "sample 103")
  assert.equal(texts.loss, "1 of 2 steps taken, loss 4.5")
})

test("a column is read with its formulas, at taps and at gaps", () => {
  assert.equal(textsOf(viewWith()).lines, "")
  assert.equal(textsOf(viewWith({ column: 2 })).reading,
    "Offset +1, right wing; x = 3, w = 2, w · x = 6; ∂L/∂w = ∂L/∂y · x = 2 · 3 = 6 (arrives at its parameter); " +
      "in the step w: 2 → 0.5.")
  assert.equal(textsOf(viewWith({ column: 1 })).reading,
    "Offset 0, a gap; x = 2, w = 0, w · x = 0; ∂L/∂w = ∂L/∂y · x = 2 · 2 = 4 (dropped).")
})

test("texts depend on what is looked at, not on the time within a chapter", () => {
  const key = JSON.stringify(textKey(viewWith()).slice(1))
  assert.equal(JSON.stringify(textKey(viewWith({ progress: progressAt(2, 3.4), taken: 0.3 })).slice(1)), key)
  for (const change of [{ step: 1 }, { chapter: 4 }, { taken: 1 }, { position: 2 }, { column: 0 }, { quick: true }])
    assert.notEqual(JSON.stringify(textKey(viewWith(change)).slice(1)), key)
})
