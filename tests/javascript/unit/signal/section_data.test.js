// A section that is unpacked, and what is looked up in it.

import assert from "node:assert/strict"
import { test } from "node:test"
import {
  outputAt, partAt, sampleAt, timeOf, unpack, wholeOutputs,
} from "../../../../pdviz/ui/components/signal/section_data.js"
import { sectionData, tapsAt } from "./section.js"

const section = unpack(sectionData(), null)

test("arrays are unpacked", () => {
  assert.deepEqual([...section.samples], [10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
  assert.deepEqual([...section.output], [330, 480, 630, 780, 930])
  assert.deepEqual([...section.offsets], [-2, 0, 1, 3])
  assert.deepEqual([...section.weights], [1, 2, 4, 8])
})

test("the section stays where the kernel alone has moved, and no longer", () => {
  assert.equal(unpack(sectionData({ rev: 1, seq: 7, position: 4 }), section), section)
  for (const changes of [{ first: 4 }, { unit: "A" }, { weights: sectionData().offsets }, { title: "" }]) {
    assert.notEqual(unpack(sectionData(changes), section), section)
  }
})

test("the kernel's elements reach from its first tap to its last, and include the origin", () => {
  assert.deepEqual([section.least, section.size], [-2, 6])
  for (const [offsets, least, size] of [[[2, 5], 0, 6], [[-7, -4], -7, 8], [[0], 0, 1]]) {
    const other = unpack(sectionData(tapsAt(.../** @type {number[]} */ (offsets))), null)
    assert.deepEqual([other.least, other.size], [least, size])
  }
})

test("an element is a tap of a part, or a gap", () => {
  const offsets = [-3, -2, -1, 0, 1, 2, 3, 4]
  assert.deepEqual(offsets.map((offset) => partAt(section, offset)),
    ["gap", "left wing", "gap", "island", "island", "gap", "right wing", "gap"])
  assert.deepEqual(offsets.map((offset) => section.tapAt(offset)), [-1, 0, -1, 1, 2, -1, 3, -1])
})

test("samples are numbered from the signal's first one, and are zero beyond those that are sent", () => {
  assert.deepEqual([0, 1, 5, 10, 11].map((i) => sampleAt(section, i)), [0, 10, 50, 100, 0])
})

test("an output is the sum of the products, and zeros stand in beyond the ends", () => {
  assert.equal(outputAt(section, 5), 1 * 30 + 2 * 50 + 4 * 60 + 8 * 80)
  assert.equal(outputAt(section, 8), 1 * 60 + 2 * 80 + 4 * 90)
  assert.equal(outputAt(section, 1), 2 * 10 + 4 * 20 + 8 * 40)
})

test("outputs are whole from the first one that no zero takes part in to the last", () => {
  const whole = (/** @type {object} */ changes) => wholeOutputs(unpack(sectionData(changes), null))
  assert.deepEqual(whole({}), [0, 5])
  assert.deepEqual(whole({ wholeFirst: 4 }), [1, 5])
  assert.deepEqual(whole({ wholeStop: 6 }), [0, 3])
  assert.deepEqual(whole({ wholeFirst: 4, wholeStop: 5 }), [1, 2])
  const [low, high] = whole({ wholeFirst: 7, wholeStop: 4 })
  assert.equal(low, high)
})

test("times are evenly spaced", () => {
  assert.equal(timeOf(section, 0), 2)
  assert.equal(timeOf(section, 25), 4.5)
})
