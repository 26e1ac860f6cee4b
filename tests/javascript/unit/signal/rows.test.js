// The rows of the signal's drawings hold all that is drawn on them, whatever the section and the kernel.

import assert from "node:assert/strict"
import { test } from "node:test"
import { heightOf } from "../../../../pdviz/ui/components/signal/axes.js"
import { scaleOf as plotScale } from "../../../../pdviz/ui/components/signal/plot.js"
import { scaleOf as productScale } from "../../../../pdviz/ui/components/signal/products.js"
import { outputAt, sampleAt, unpack } from "../../../../pdviz/ui/components/signal/section_data.js"
import { encode, sectionData } from "./section.js"

/** Return random numbers from 0 to 1, the same for the same seed.
 * @param {number} seed */
function randomOf(seed) {
  let state = seed >>> 0
  return () => { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Return a section near the beginning of a signal, under a kernel that may reach beyond both ends of it.
 * @param {number} seed */
function randomSection(seed) {
  const random = randomOf(seed), whole = (/** @type {number} */ most) => Math.floor(random() * (most + 1))
  const length = 20 + whole(200), count = 16 + whole(length - 16 - 4), first = whole(length - count)
  const level = random() < 0.3 ? 0 : 1e4 * (random() - 0.5), size = 10 ** (6 * random() - 3)
  const signal = Float32Array.from({ length }, () => level + size * (random() - 0.5))
  const places = Array.from({ length: 1 + whole(12) }, () => whole(2 * length) - length)
  const offsets = [...new Set(places)].sort((a, b) => a - b)
  const weights = Float64Array.from(offsets, () => random() - 0.5)
  const before = Math.max(0, -offsets[0]), after = Math.max(0, offsets[offsets.length - 1])
  const samplesFirst = Math.max(0, first - before)
  const data = sectionData({
    first, count, wholeFirst: before, wholeStop: length - after, samplesFirst,
    samples: encode(signal.slice(samplesFirst, Math.min(length, first + count + after))),
    offsets: encode(Int32Array.from(offsets)), weights: encode(weights), left: 0, island: offsets.length,
  })
  const section = unpack(data, null)
  const output = Float32Array.from({ length: count }, (_, i) => outputAt(section, first + i))
  return unpack({ ...data, output: encode(output) }, null)
}

/** Require that a value is drawn between the top and the foot of a row, up to a hundredth of a pixel.
 * @param {import("../../../../pdviz/ui/components/signal/axes.js").Row} row
 * @param {number} value */
function isInside(row, value) {
  const y = heightOf(row, value)
  assert.ok(y >= row.top - 0.01 && y <= row.foot + 0.01, `${value} is drawn at ${y}, outside ${row.top} to ${row.foot}`)
}

test("input, output and what is marked on them lie on their axes", () => {
  for (let seed = 0; seed < 300; seed++) {
    const section = randomSection(seed), { data: { first, count }, output } = section, scale = plotScale(section, 800)
    for (const value of output) isInside(scale.output, value)
    for (let i = first; i < first + count; i++) {
      isInside(scale.input, sampleAt(section, i))
      isInside(scale.output, outputAt(section, i))
    }
  }
})

test("weights, samples and products lie on theirs, wherever the kernel is", () => {
  for (let seed = 0; seed < 300; seed++) {
    const section = randomSection(seed), { data: { first, count }, offsets, weights, least, size } = section
    const [weightRow, sampleRow, productRow] = productScale(section, 800).rows
    for (const at of [first, first + (count >> 1), first + count - 1]) {
      for (let o = least; o < least + size; o++) isInside(sampleRow, sampleAt(section, at + o))
      offsets.forEach((offset, tap) => {
        isInside(weightRow, weights[tap])
        isInside(productRow, weights[tap] * sampleAt(section, at + offset))
      })
    }
  }
})
