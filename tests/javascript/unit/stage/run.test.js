// A run as the server sends it, and what is looked up in it.

import assert from "node:assert/strict"
import { test } from "node:test"
import {
  at, decode, drift, empty, largest, movesOf, row, sameRun, windowAt,
} from "../../../../pdviz/ui/components/stage/run/run.js"
import { dataWith, pack, runWith } from "./example.js"

test("numbers are unpacked from little-endian bytes of 32 or 64 bits", () => {
  const signal = { shape: [3], bits: /** @type {const} */ (32), data: "AACAPwAAAMAAAEBA" } // 1, −2, 3
  const loss = { shape: [1], bits: /** @type {const} */ (64), data: "mpmZmZmZuT8=" } // 0.1
  const { series, L } = decode(dataWith({ values: { signal, loss } }))
  assert.deepEqual([...series.signal], [1, -2, 3])
  assert.deepEqual([...series.loss], [0.1])
  assert.equal(L, 3)
})

test("rows and numbers are those of a step", () => {
  const run = runWith()
  assert.deepEqual([...row(run, "gradKernel", 0)], [2, 4, 6])
  assert.deepEqual([...row(run, "gradKernel", 1)], [-3, -6, -9])
  assert.equal(at(run, "output", 2, 2), 13.5)
  assert.equal(at(run, "loss", 2), 10.125)
  assert.deepEqual([...movesOf(run, 1)], [0.75, 2.25])
})

test("the window is 0 outside the section", () => {
  const run = runWith()
  assert.deepEqual([...windowAt(run, 1)], [1, 2, 3])
  assert.deepEqual([...windowAt(run, 0)], [0, 1, 2])
  assert.deepEqual([...windowAt(run, 3)], [3, 4, 0])
})

test("an element has the parameters that are written into it", () => {
  const run = runWith({ params: { element: [0, 0, 2], row: [0, 1, 0], kept: [true, true, true] } })
  assert.deepEqual(run.holders, [[0, 1], [], [2]])
  assert.deepEqual([0, 1, 2].map((i) => empty(run, i)), [false, true, false])
  assert.deepEqual([run.K, run.P], [3, 3])
})

test("a run is the same at another step, and where all outputs are in the loss at another output", () => {
  const same = (/** @type {object} */ changes, /** @type {object} */ base = {}) =>
    sameRun(dataWith({ key: "a", ...base }), dataWith({ key: "b", ...base, ...changes }))
  assert.ok(same({ step: 1, rev: 3, seq: 4, checks: [{ ok: true, text: "", detail: "" }] }))
  assert.ok(!same({ position: 2 }))
  assert.ok(same({ position: 2 }, { scope: "signal" }))
  assert.ok(!same({ run: "others" }))
  assert.ok(!same({ way: "mask" }))
})

test("the largest size is that of a finite number", () => {
  assert.equal(largest([1, -3, 2, Infinity, NaN, -Infinity]), 3)
  assert.equal(largest([]), 0)
})

test("a dense kernel drifts at the gap that is furthest from 0", () => {
  assert.equal(drift(runWith(), 0), null)
  const dense = {
    way: /** @type {const} */ ("mask"), params: { element: [0, 1, 2], row: [0, 0, 0], kept: [true, false, false] },
    parts: /** @type {import("../../../../pdviz/ui/components/boot/constants.js").Part[]} */ (["island", "gap", "gap"]),
    values: { ...dataWith().values, kernel: pack([9, 0.5, -0.75, 9, 0.5, 0.25], [2, 3]) },
  }
  assert.deepEqual(drift(runWith(dense), 0), { element: 2, value: -0.75 })
  assert.deepEqual(drift(runWith(dense), 1), { element: 1, value: 0.5 })
})
