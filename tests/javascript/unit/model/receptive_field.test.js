// Receptive fields: counts of paths that can be checked by hand, or step by step.

import assert from "node:assert/strict"
import { test } from "node:test"
import { familyKernel, kernelAt } from "../../../../pdviz/ui/components/model/pattern.js"
import { endsOf, fieldNumbers, stackFields } from "../../../../pdviz/ui/components/model/receptive_field.js"

const DEFAULT = { kernel: familyKernel([4, 2, 5, false]), stride: 1 }
const PAIR = { kernel: kernelAt([0, 1]), stride: 1 }

/** Count paths by walking each of them.
 * @param {{ kernel: { offsets: number[] }, stride: number }[]} layers */
function walk(layers) {
  let counts = new Map([[0, 1]])
  for (const { kernel, stride } of layers.toReversed()) {
    const below = new Map()
    for (const [position, n] of counts)
      for (const tap of kernel.offsets) {
        const input = position * stride + tap
        below.set(input, (below.get(input) ?? 0) + n)
      }
    counts = below
  }
  return counts
}

test("stacked pairs count the binomial coefficients", () => {
  const fields = stackFields([PAIR, PAIR, PAIR, PAIR])
  assert.deepEqual(fields.map(({ paths }) => [...paths]), [[1, 1], [1, 2, 1], [1, 3, 3, 1], [1, 4, 6, 4, 1]])
})

test("coverage of stacked default layers is 13/21, 33/41, 53/61", () => {
  const numbers = stackFields([DEFAULT, DEFAULT, DEFAULT]).map(fieldNumbers)
  assert.deepEqual(numbers.map(({ support, extent }) => [support, extent]), [[13, 21], [33, 41], [53, 61]])
  assert.deepEqual(numbers.map(({ coverage }) => coverage), [13 / 21, 33 / 41, 53 / 61])
  assert.deepEqual(numbers.map(({ longestHole }) => longestHole), [1, 1, 1])
})

test("paths with strides and long runs are those that a walk counts", () => {
  const layers = [
    { kernel: familyKernel([12, 3, 5, false]), stride: 2 },
    { kernel: familyKernel([2, 5, 3, true]), stride: 3 },
    DEFAULT,
  ]
  const fields = stackFields(layers), { first, paths } = fields[fields.length - 1], counts = walk(layers)
  paths.forEach((n, i) => assert.equal(n, counts.get(first + i) ?? 0))
})

test("the ends are known from the outermost taps", () => {
  const layers = [{ kernel: kernelAt([-1, 0, 3]), stride: 2 }, DEFAULT]
  assert.deepEqual(endsOf(layers), [{ first: -10, last: 10 }, { first: -21, last: 23 }])
})
