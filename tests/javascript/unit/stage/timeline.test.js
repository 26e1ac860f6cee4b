// The choreography as a function of time.

import assert from "node:assert/strict"
import { test } from "node:test"
import {
  CHAPTERS, chapterOf, inTurn, momentAt, progressAt,
} from "../../../../pdviz/ui/components/stage/run/timeline.js"

const SHARES = /** @type {const} */ (["assemble", "correlate", "sum", "apart", "back", "gather", "fall", "strike",
  "question", "trace", "turn", "take"])

test("a time is a step and a place in it, and the end is in the last step", () => {
  const moment = (/** @type {number} */ time) => momentAt(3, time)
  assert.deepEqual(moment(0), { n: 0, u: 0 })
  assert.deepEqual(moment(7.5), { n: 1, u: 1.5 })
  assert.deepEqual(moment(12), { n: 2, u: 0 })
  assert.deepEqual(moment(18), { n: 2, u: 6 })
  assert.deepEqual([0, 7.5, 11.9, 18].map((time) => CHAPTERS[chapterOf(moment(time))]),
    ["Assemble", "Correlate", "Step", "Step"])
})

test("every share goes from 0 to 1 in its chapters and never back", () => {
  const times = Array.from({ length: 601 }, (_, k) => k / 100.0001)
  for (const name of SHARES) {
    const shares = times.map((time) => progressAt(2, time)[name])
    assert.equal(shares[0], 0, name)
    assert.equal(shares[600], 1, name)
    shares.reduce((before, share) => {
      assert.ok(share >= before && share <= 1, name)
      return share
    })
  }
})

test("things move in the first three fifths of their chapter", () => {
  const chapters = { assemble: 0, sum: 1, apart: 2, back: 3, strike: 4, take: 5 }
  for (const [name, chapter] of Object.entries(chapters)) {
    const share = (/** @type {number} */ u) => progressAt(2, chapter + u)[/** @type {"take"} */ (name)]
    assert.equal(share(0), 0, name)
    assert.ok(share(0.59) < 1 && share(0.59) > 0.9, name)
    assert.ok(share(0.6001) === 1, name)
  }
  assert.ok(Math.abs(progressAt(2, 3.3).back - 0.5) < 1e-9)
})

test("a step fades before the next one begins, the last one stays", () => {
  assert.equal(progressAt(2, 5.7).alive, 1)
  assert.equal(progressAt(2, 5.995).alive, 0)
  assert.equal(progressAt(2, 6).alive, 1)
  assert.equal(progressAt(2, 12).alive, 1)
})

test("several go one after another, and all have come when time is over", () => {
  assert.deepEqual([0, 1, 2].map((k) => inTurn(0, k, 3)), [0, 0, 0])
  assert.deepEqual([0, 1, 2].map((k) => inTurn(1, k, 3)), [1, 1, 1])
  const [first, second, third] = [0, 1, 2].map((k) => inTurn(0.5, k, 3))
  assert.ok(first > second && second > third && third > 0)
  assert.equal(inTurn(0.5, 0, 1), 0.84375) // eased 0.75
})
