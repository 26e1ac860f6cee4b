// How a gradient is added up from the windows of its outputs.

import assert from "node:assert/strict"
import { test } from "node:test"
import {
  adding, partialGradients, samplesOver, windowsOf,
} from "../../../../pdviz/ui/components/stage/run/windows.js"
import { dataWith, pack, runWith } from "./example.js"

const LENGTH = 64
/** Slopes that are largest at samples 40, 41, 20, 0 and 60, in this order. */
const slopes = Array.from({ length: LENGTH }, (_, t) =>
  /** @type {Record<number, number>} */ ({ 40: -9, 41: 8, 20: 7, 0: -6, 60: 5 })[t] ?? (t % 5) / 10)
const signal = Array.from({ length: LENGTH }, (_, t) => ((7 * t) % 11) - 5)
const whole = () => runWith({
  scope: "signal", inLoss: LENGTH, values: {
    ...dataWith().values, signal: pack(signal), gradOutput: pack([...slopes, ...slopes], [2, LENGTH]),
    gradKernel: pack([-1, 0, 1].map((o) => slopes.reduce((sum, v, t) => sum + v * (signal[t + o] ?? 0), 0)), [1, 3]),
  },
})

test("of one output there is one window", () => {
  assert.deepEqual(windowsOf(runWith(), 0), { order: [1], counts: [1], singles: [1] })
})

test("of a whole signal the largest windows apart from each other come first, then all others", () => {
  const { order, counts, singles } = windowsOf(whole(), 0)
  assert.deepEqual(singles, [40, 20, 0])
  assert.deepEqual(order.slice(0, 5), [40, 20, 0, 41, 60])
  assert.deepEqual([...order].sort((a, b) => a - b), [...Array(LENGTH).keys()])
  assert.deepEqual(counts, [1, 2, 3, 12, 48, LENGTH])
})

test("partial gradients add the windows in that order, and end at the gradient of the run", () => {
  const run = whole(), { order, counts } = windowsOf(run, 0), sums = partialGradients(run, 0)
  assert.equal(sums.length, counts.length + 1)
  assert.deepEqual([...sums[0]], [0, 0, 0])
  counts.forEach((count, k) => [-1, 0, 1].forEach((o, i) => {
    const expected = order.slice(0, count).map((t) => slopes[t] * (signal[t + o] ?? 0)).reduce((a, b) => a + b, 0)
    assert.ok(Math.abs(sums[k + 1][i] - expected) < 1e-9)
  }))
})

test("windows are added in the first three fifths of chapter Back", () => {
  const run = whole()
  assert.equal(adding(run, { n: 0, u: 2.99 }), null)
  assert.equal(adding(run, { n: 0, u: 4 }), null)
  const at = (/** @type {number} */ u) => {
    const { index, share, single, done } = /** @type {any} */ (adding(run, { n: 0, u }))
    return { index, share: Math.round(100 * share) / 100, single, done }
  }
  assert.deepEqual(at(3.05), { index: 0, share: 0.5, single: 40, done: false })
  assert.deepEqual(at(3.25), { index: 2, share: 0.5, single: 0, done: false })
  assert.deepEqual(at(3.35), { index: 3, share: 0.5, single: null, done: false })
  assert.deepEqual(at(3.7), { index: 5, share: 1, single: null, done: true })
})

test("the samples are those of the window that is added, after a turn from the one before", () => {
  const run = whole(), start = adding(run, { n: 0, u: 3.1 }), end = adding(run, { n: 0, u: 3.19 })
  assert.equal(samplesOver(run, null, 5)(2), signal[6])
  assert.equal(samplesOver(run, start, 5)(0), signal[39])
  assert.equal(samplesOver(run, end, 5)(0), signal[19])
  assert.equal(samplesOver(runWith(), adding(runWith(), { n: 0, u: 3.1 }), 2)(0), 2)
})
