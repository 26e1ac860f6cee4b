// What the drawing says of samples, offsets and times.

import assert from "node:assert/strict"
import { test } from "node:test"
import { unpack } from "../../../../pdviz/ui/components/signal/section_data.js"
import {
  describeOffset, describeSample, describeSection, describeTime,
} from "../../../../pdviz/ui/components/signal/wording.js"
import { sectionData } from "./section.js"

const section = unpack(sectionData(), null)

test("times have the decimals that distinguish neighbours", () => {
  const time = (/** @type {object} */ changes, /** @type {number} */ i) =>
    describeTime(unpack(sectionData(changes), null), i)
  assert.equal(time({}, 5), "2.5 s")
  assert.equal(time({ timeStart: -1 }, 5), "−0.5 s")
  assert.equal(time({ rate: 360, timeStart: 0 }, 349), "0.969 s")
})

test("samples of years, quarters and months have dates", () => {
  const time = (/** @type {number} */ rate, /** @type {number} */ timeStart, /** @type {number} */ i) =>
    describeTime(unpack(sectionData({ rate, timeUnit: "year", timeStart }), null), i)
  assert.equal(time(1, 1700, 9), "1709")
  assert.equal(time(4, 1959, 1), "quarter 2 of 1959")
  assert.equal(time(4, 1959, 7), "quarter 4 of 1960")
  for (let i = 0; i < 3000; i++) {
    assert.equal(new Date(`${time(12, 1749, i)} 1`).getTime(), new Date(1749, i, 1).getTime())
    assert.equal(time(12, 1749 + i / 12, 0), time(12, 1749, i))
  }
  assert.equal(time(52, 1958, 1), "1958.019")
})

test("a number without a unit is followed by nothing", () => {
  assert.equal(describeSample(unpack(sectionData({ unit: "", outputUnit: "" }), null), 5),
    "sample 5 · 2.5 s · input 50 · output 1,010")
})

test("a sample is described with its time, its input and its output", () => {
  assert.equal(describeSample(section, 5), "sample 5 · 2.5 s · input 50 V · output 1,010 mV")
})

test("an offset is described by its product, a gap by its sample", () => {
  assert.equal(describeOffset(section, 5, 3), "offset +3, right wing: weight 8 × sample 80 V = product 640 mV")
  assert.equal(describeOffset(section, 5, -2), "offset −2, left wing: weight 1 × sample 30 V = product 30 mV")
  assert.equal(describeOffset(section, 5, 2), "offset +2, gap: sample 70 V, which is not used")
})

test("the section is described by its title, its length and its times", () => {
  assert.match(describeSection(section), /^Ramp: 5 samples from 2\.3 s to 2\.7 s, /)
})
