// Wording of numbers.

import assert from "node:assert/strict"
import { test } from "node:test"
import { counted, exact, number, signed, withMinus, whole } from "../../../../pdviz/ui/components/base/format.js"

test("whole numbers have their thousands set apart and a real minus sign", () => {
  assert.equal(whole(1234567), "1,234,567")
  assert.equal(whole(-1234), "−1,234")
  assert.equal(withMinus(-0.5), "−0.5")
})

test("signed numbers have a sign, but not zero", () => {
  assert.deepEqual([3, 0, -3].map(signed), ["+3", "0", "−3"])
})

test("things are counted", () => {
  assert.deepEqual([0, 1, 2000].map((n) => counted(n, "tap")), ["0 taps", "1 tap", "2,000 taps"])
})

test("numbers have four significant digits, and an exponent where they are large or small", () => {
  assert.deepEqual([0, 0.5, 1.23456, -1234.6, 12346, 0.00001].map(number),
    ["0", "0.5", "1.235", "−1235", "1.235e+04", "1e−05"])
})

test("numbers read by themselves have five", () => {
  assert.equal(exact(1.234567), "1.2346")
})
