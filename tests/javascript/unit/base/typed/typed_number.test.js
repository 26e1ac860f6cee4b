// The rules for numbers, in the sentences of Python's `Whole` and `Decimal`.

import assert from "node:assert/strict"
import { test } from "node:test"
import {
  checkNumber, describeCorrection, readDecimal, stepped,
} from "../../../../../pdviz/ui/components/base/typed/typed_number.js"

const WING = { label: "Wing", least: 0, most: 64 }
const ISLAND = { label: "Island", least: 1, most: 65, odd: true }
const DILATION = { label: "Dilation", least: 1, most: 1024 }

/** @param {import("../../../../../pdviz/ui/components/base/typed/typed_number.js").TypedNumber} rule
 * @param {string} text */
const correct = (rule, text) => describeCorrection(rule, text, checkNumber(rule, text))

test("a valid number is taken", () => {
  assert.deepEqual(checkNumber(WING, "7"), { nearest: 7, reason: "" })
  assert.equal(correct(ISLAND, "65"), "")
})

test("the nearest valid number is found", () => {
  assert.deepEqual(["65", "-1"].map((text) => checkNumber(WING, text).nearest), [64, 0])
  assert.deepEqual(["4", "0", "66"].map((text) => checkNumber(ISLAND, text).nearest), [5, 1, 65])
})

test("corrections are described", () => {
  assert.equal(correct(WING, "65"), "Wing must be 0 to 64: 65 was changed to 64.")
  assert.equal(correct(ISLAND, "4"), "Island must be odd: 4 was changed to 5.")
  assert.equal(correct(DILATION, "5000"), "Dilation must be 1 to 1,024: 5,000 was changed to 1,024.")
})

test("what is no whole number changes nothing", () => {
  for (const text of ["", " "])
    assert.equal(correct(WING, text), "Wing must be a whole number. It stays as it was.")
  for (const text of ["2.5", "3,7", "1e1", "0x10", "--2", "+", "1 2", "x", "6,0"]) {
    assert.equal(checkNumber(WING, text).nearest, null)
    assert.equal(correct(WING, text), `Wing must be a whole number, not “${text}”. It stays as it was.`)
  }
  assert.match(correct(WING, "9.".repeat(100)), /not “(9\.){10}…”/)
})

test("signs and space around the digits are read", () => {
  for (const text of ["7", "+7", " 7 ", "007"])
    assert.deepEqual(checkNumber(WING, text), { nearest: 7, reason: "" })
  for (const text of ["-1", "−1"]) assert.equal(correct(WING, text), "Wing must be 0 to 64: −1 was changed to 0.")
})

const RATE = { label: "Learning rate", least: 0.0001, most: 10, decimal: true, step: 0.001 }

test("a decimal number is read with a point, with an exponent, and with a comma that means one thing", () => {
  const read = /** @type {[string, number][]} */ ([
    [".25", 0.25], ["0,5", 0.5], ["1e-2", 0.01], ["-.5e1", -5], ["−3", -3], ["5.", 5], ["0,125", 0.125], [",5", 0.5],
    [" 2,50 ", 2.5], ["1000", 1000], ["0,01", 0.01],
  ])
  for (const [text, value] of read) assert.equal(readDecimal(text), value, text)
  for (const text of ["", "1,000", "12,345", "1.2.3", "1,2,3", "1e", "e5", "x", "0x1", "Infinity", "NaN", "1 2", "٣"])
    assert.equal(readDecimal(text), null, text)
})

test("a decimal number is taken, corrected or refused, and that is said", () => {
  assert.deepEqual(checkNumber(RATE, "0,01"), { nearest: 0.01, reason: "" })
  assert.equal(correct(RATE, "11"), "Learning rate must be 0.0001 to 10: “11” was changed to 10.")
  assert.equal(correct(RATE, "0"), "Learning rate must be 0.0001 to 10: “0” was changed to 0.0001.")
  assert.equal(correct(RATE, "fast"), "Learning rate must be a number, not “fast”. It stays as it was.")
  assert.equal(correct(RATE, "1,000"), "Learning rate must be a number, with a point: the comma may mean thousands, " +
    "not “1,000”. It stays as it was.")
})

test("a step leaves no rounding behind", () => {
  assert.equal(stepped(RATE, 0.002, 1), 0.003)
  assert.equal(stepped({ ...RATE, step: 0.1 }, 0.2, 1), 0.3)
  assert.equal(stepped(ISLAND, 65, 1), 65)
  assert.equal(stepped(ISLAND, 5, -1), 3)
})

test("what cannot be seen, or is not what it looks like, is named", () => {
  const named = /** @type {[string, string][]} */ ([
    ["6\u200b7", "“6\u200b7” (zero-width space, U+200B, after 6)"], ["７", "“７” (“７”, U+FF17)"],
    ["1\u00a02", "“1\u00a02” (no-break space, U+00A0, after 1)"], ["\u202e7", "(direction mark, U+202E, at the start)"],
    ["l٣", "(“٣”, U+0663)"],
  ])
  for (const [text, quoted] of named)
    for (const rule of [WING, RATE]) assert.ok(correct(rule, text).includes(quoted), correct(rule, text))
})
