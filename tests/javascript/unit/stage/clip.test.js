// A stretch of a kernel, as a run of its own.

import assert from "node:assert/strict"
import { test } from "node:test"
import { clip } from "../../../../pdviz/ui/components/stage/run/clip.js"
import { at, empty, row, windowAt } from "../../../../pdviz/ui/components/stage/run/run.js"
import { describeDrawn } from "../../../../pdviz/ui/components/stage/scene/parameter_paths.js"
import { pack, runWith } from "./example.js"

const K = 12
/** Taps at every third element, which hold 100 · n + i before step n; and gradients of the same kind. */
const taps = [0, 3, 6, 9], all = [...Array(K).keys()]
const numbers = (/** @type {number} */ rows, /** @type {number[]} */ list) =>
  pack(Array.from({ length: rows }, (_, n) => list.map((i) => 100 * n + i)).flat(), [rows, list.length])
const run = () => runWith({
  offsets: all.map((i) => i - 6), parts: all.map((i) => (taps.includes(i) ? "island" : "gap")), doubled: [0, 6],
  params: { element: taps, row: [0, 0, 0, 0], kept: [true, false, true, true] },
  values: { ...runWith().values, kernel: numbers(3, all), gradKernel: numbers(2, all), params: numbers(3, taps),
    gradParams: numbers(2, taps) },
})

test("a stretch has its own elements and parameters, with all their numbers", () => {
  const whole = run(), part = clip(whole, 5, 4, 0)
  assert.deepEqual([part.elements, part.side, part.offsets], [[5, 6, 7, 8], [0, 0, 0, 0], [-1, 0, 1, 2]])
  assert.deepEqual([part.K, part.P, part.doubled], [4, 1, [1]])
  assert.deepEqual(part.params, { element: [1], row: [0], kept: [true] })
  for (const n of [0, 1]) {
    assert.deepEqual([...row(part, "kernel", n)], [5, 6, 7, 8].map((i) => at(whole, "kernel", n, i)))
    assert.deepEqual([...row(part, "gradKernel", n)], [5, 6, 7, 8].map((i) => at(whole, "gradKernel", n, i)))
    assert.deepEqual([...row(part, "params", n)], [at(whole, "params", n, 2)])
  }
  assert.deepEqual(part.elements.map((_, k) => empty(part, k)), [true, false, true, true])
  assert.deepEqual([...windowAt(part, 1)], [5, 6, 7, 8].map((i) => windowAt(whole, 1)[i]))
})

test("where there is room, the parameters nearest to a stretch come too, beyond its ends", () => {
  const part = clip(run(), 5, 4, 3)
  assert.deepEqual([part.elements, part.side], [[3, 5, 6, 7, 8, 9], [-1, 0, 0, 0, 0, 1]])
  assert.deepEqual(part.params, { element: [0, 2, 5], row: [0, 0, 0], kept: [false, true, true] })
  assert.deepEqual(part.holders.flatMap((list, k) => (list.length ? [k] : [])), [0, 2, 5])
})

test("a stretch stays within the kernel, and as long as the kernel it is all of it", () => {
  assert.deepEqual(clip(run(), -9, 4, 0).elements, [0, 1, 2, 3])
  assert.deepEqual(clip(run(), 99, 4, 0).elements, [8, 9, 10, 11])
  const whole = clip(run(), 0, K, 0)
  assert.deepEqual([whole.elements, whole.clipped], [all, false])
})

test("it is said whose paths are drawn, where not all are", () => {
  assert.equal(describeDrawn(clip(run(), 0, K, 0)), "path of every parameter over the run")
  assert.equal(describeDrawn(clip(run(), 5, 4, 3)), "path of the 3 of 4 parameters drawn above")
  assert.equal(describeDrawn({ way: "mask", P: 25, all: 8257 }), "path of the 25 of 8,257 weights drawn above")
})
