// Weights as a person types or pastes them: nothing becomes something else without a word.

import assert from "node:assert/strict"
import { test } from "node:test"
import { readWeights } from "../../../../../pdviz/ui/components/base/typed/typed_weights.js"

const read = (/** @type {string} */ text, tap = 0, count = 3) => readWeights(text, { tap, count, most: 1000 })
/** The numbers that a text is read as, null where it is refused. */
const numbers = (/** @type {string} */ text, tap = 0, count = 3) => {
  const reading = read(text, tap, count)
  return "refusal" in reading ? null : reading.values
}

test("a single weight is read as it is written", () => {
  const written = /** @type {[string, number][]} */ ([
    [".25", 0.25], ["0,5", 0.5], ["1e-2", 0.01], ["−12", -12], ["-,5", -0.5], ["1000", 1000], ["[3]", 3], [" 7 ", 7],
  ])
  for (const [text, value] of written) assert.deepEqual(numbers(text), [value], text)
})

test("a list is read, however its numbers are set apart", () => {
  for (const text of ["0,1\n0,2\n0,3", "0.1, 0.2, 0.3", "0.1\t0.2\t0.3", "0,1; 0,2; 0,3", "[0.1, 0.2, 0.3]",
    "0.1,0.2,0.3", "0,1\n\n0,2\n0,3", "0.1 0.2 0.3",
    "0,1, 0,2, 0,3", "[0.1 0.2 0.3]\n", "0.1\r\n0.2\r\n0.3\r\n", ".1,.2,.3"])
    assert.deepEqual(numbers(text), [0.1, 0.2, 0.3], text)
  assert.deepEqual(numbers("1,2,3"), [1, 2, 3])
})

test("a list of all weights fills all, a shorter one those from its tap on", () => {
  assert.deepEqual(read("1 2 3", 2), { from: 0, values: [1, 2, 3], rounded: "" })
  assert.deepEqual(read("1 2", 1), { from: 1, values: [1, 2], rounded: "" })
})

test("what cannot be taken is refused by name, and nothing is changed", () => {
  const refused = /** @type {[string, RegExp][]} */ ([
    ["5000", /^A weight must be −1,000 to 1,000, not “5000”\. Nothing was changed\.$/], ["1e999", /not “1e999”/],
    ["x", /^A weight must be a number, not “x”/], ["", /^A weight must be a number\. Nothing/],
    ["1,000", /with a point: the comma may mean thousands, not “1,000”/],
    ["1\u200b2", /zero-width space, U\+200B, after 1/],
    ["0,1,0,2,0,3", /^The commas of “0,1,0,2,0,3” can be read in two ways/],
    ["1 2 3 4", /^There are 4 numbers for 3 taps/], ["NaN", /“NaN”/], ["1 x 3", /“x”/],
  ])
  for (const [text, sentence] of refused) {
    const reading = read(text)
    assert.match("refusal" in reading ? reading.refusal : "taken", sentence, text)
  }
  const late = read("1 2", 2)
  assert.match("refusal" in late ? late.refusal : "", /^There are 2 numbers for the 1 tap from here on/)
})

test("a weight that loses digits says so", () => {
  const reading = read("0.12345678")
  assert.deepEqual(reading, { from: 0, values: [0.123457],
    rounded: "A weight keeps 6 digits: “0.12345678” became 0.123457." })
})

test("what is written in any of our forms is read back", () => {
  let seed = 1
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647
  for (let n = 0; n < 500; n++) {
    const values = Array.from({ length: 2 + (n % 6) }, () => Number(((random() - 0.5) * 10 ** (n % 4)).toPrecision(4)))
    for (const join of [", ", "\n", "\t", "; ", " "])
      assert.deepEqual(numbers(values.join(join), 0, values.length), values)
    const commas = values.map((value) => String(value).replace(".", ",")).join("\n")
    const expected = values.every((value) => !/^-?[1-9]\d{0,2}\.\d{3}$/.test(String(value))) ? values : null
    assert.deepEqual(numbers(commas, 0, values.length), expected, commas)
  }
})
