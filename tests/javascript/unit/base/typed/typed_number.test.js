// The rule for whole numbers, in the sentences of Python's `Whole`.

import assert from "node:assert/strict"
import { test } from "node:test"
import { checkWholeNumber, describeCorrection } from "../../../../pdviz/ui/components/base/whole_number.js"

const WING = { label: "Wing", least: 0, most: 64 }
const ISLAND = { label: "Island", least: 1, most: 65, odd: true }
const DILATION = { label: "Dilation", least: 1, most: 1024 }

/** @param {import("../../../../pdviz/ui/components/base/whole_number.js").WholeNumber} rule
 * @param {string} text */
const correct = (rule, text) => describeCorrection(text, checkWholeNumber(rule, text))

test("a valid number is taken", () => {
  assert.deepEqual(checkWholeNumber(WING, "7"), { nearest: 7, reason: "" })
  assert.equal(correct(ISLAND, "65"), "")
})

test("the nearest valid number is found", () => {
  assert.deepEqual(["65", "-1"].map((text) => checkWholeNumber(WING, text).nearest), [64, 0])
  assert.deepEqual(["4", "0", "66"].map((text) => checkWholeNumber(ISLAND, text).nearest), [5, 1, 65])
})

test("corrections are described", () => {
  assert.equal(correct(WING, "65"), "Wing must be 0 to 64: 65 was changed to 64.")
  assert.equal(correct(ISLAND, "4"), "Island must be odd: 4 was changed to 5.")
  assert.equal(correct(DILATION, "5000"), "Dilation must be 1 to 1,024: 5,000 was changed to 1,024.")
})

test("what is no whole number changes nothing", () => {
  for (const text of ["", " "])
    assert.equal(correct(WING, text), "Wing must be a whole number. It stays as it was.")
  for (const text of ["2.5", "3,7", "1e1", "0x10", "--2", "+", "1 2", "x", "７"]) {
    assert.equal(checkWholeNumber(WING, text).nearest, null)
    assert.equal(correct(WING, text), `Wing must be a whole number, not “${text}”. It stays as it was.`)
  }
  assert.match(correct(WING, "9.".repeat(100)), /not “(9\.){10}…”/)
})

test("signs and space around the digits are read", () => {
  for (const text of ["7", "+7", " 7 ", "007"])
    assert.deepEqual(checkWholeNumber(WING, text), { nearest: 7, reason: "" })
  for (const text of ["-1", "−1"]) assert.equal(correct(WING, text), "Wing must be 0 to 64: −1 was changed to 0.")
})
