// The ways side by side: what is looked up in a run, its words, and the step that all of them follow.

import assert from "node:assert/strict"
import { test } from "node:test"
import { followStep, showStep } from "../../../../pdviz/ui/components/model/shown_step.js"
import { Scales, WayRun, largestAt, steady } from "../../../../pdviz/ui/components/stage/ways/way_run.js"
import { wordsOf } from "../../../../pdviz/ui/components/stage/ways/words.js"
import { pack } from "../stage/example.js"

/** @typedef {import("../../../../pdviz/ui/components/stage/ways/way_run.js").WayData} WayData */
/** @typedef {import("../../../../pdviz/ui/components/stage/ways/way_run.js").WaysData} WaysData */

/** A run of two steps over three elements, the middle one a gap.
 * @param {Partial<WayData>} changes
 * @param {number[]} kernel
 * @returns {WayRun} */
const runWith = (changes, kernel = [1, 0, 2, 0.5, 0, 0.5, 1.25, 0, 2.75]) => new WayRun({
  way: "compact", title: "Compact parameters", why: "", role: "none", doubled: [], steps: 2, diverged: false,
  kernel: pack(kernel), gradient: pack([2, 4, 6, -3, -6, -9], [6], 32), ...changes,
}, 3)

/** @param {Partial<WaysData>} changes
 * @returns {WaysData} */
const dataWith = (changes = {}) => ({
  rev: 0, seq: 0, way: "compact", offsets: [-1, 0, 1], parts: ["left wing", "gap", "right wing"], gaps: "zero",
  optimizer: "SGD", steps: 2, ways: [], ...changes,
})

test("a step has the kernel before it, its gradient and its change", () => {
  const step = runWith({}).step(1)
  assert.deepEqual([...step.weights], [0.5, 0, 0.5])
  assert.deepEqual([...step.gradient], [-3, -6, -9])
  assert.deepEqual([...step.update], [0.75, 0, 2.25])
  assert.deepEqual(runWith({}).step(7), step) // a run that has ended before the others stands at its last step
  assert.equal(largestAt(step.gradient, [0, 1]), 6)
})

test("all ways share a scale, which is one for all steps unless sizes differ a lot", () => {
  const scales = new Scales([runWith({}), runWith({}, [4, 0, 0, 4, 0, 0, 4, 0, 0])], 2, 3)
  assert.deepEqual(scales.weights, [4, 4])
  assert.deepEqual(scales.gradient, [9, 9])
  assert.deepEqual(scales.update, [2.25, 2.25])
  assert.deepEqual(steady([1, 4.1]), [1, 4.1])
  assert.deepEqual(steady([0, 0]), [0, 0])
})

test("each way has its word, and the numbers that go with it", () => {
  /** @param {Partial<WayData>} changes
   * @param {Partial<WaysData>} data
   * @param {number[] | undefined} kernel */
  const word = (changes, data = {}, kernel = undefined) => wordsOf(dataWith(data), runWith(changes, kernel), 0)
  assert.equal(word({}).word, "dropped")
  assert.match(word({}).sentence, /At 1 gap .* up to 4\. No weight/)
  assert.equal(word({ doubled: [0, 2] }).word, "twice")
  assert.equal(word({ doubled: [0, 2] }).update, "twice at −1, +1")
  assert.match(word({ doubled: [1] }).sentence, /^Offset 0 is under/)
  assert.match(word({ doubled: [0, 1, 2, 3] }, { offsets: [0, 1, 2, 3] }).sentence, /^4 offsets are under/)
  const moved = [1, 0, 2, 0.5, -0.25, 0.5, 1.25, 0, 2.75]
  assert.equal(word({ role: "trained" }, {}, moved).word, "trained")
  assert.match(word({ role: "trained" }, {}, moved).sentence, /by up to 0\.25\./)
  assert.equal(word({}, { parts: ["island", "island", "island"] }).word, "the same")
})

test("a mask strikes out, and its gaps stay where they started, or drift for a reason that is said", () => {
  const masked = { role: /** @type {const} */ ("masked") }
  const words = (/** @type {Partial<WaysData>} */ data, /** @type {number[]} */ kernel) =>
    wordsOf(dataWith(data), runWith(masked, kernel), 0)
  const zero = words({}, [1, 0, 2, 0.5, 0, 0.5, 1, 0, 2])
  assert.deepEqual([zero.word, zero.weights], ["struck out", "gaps at 0"])
  assert.match(zero.sentence, /stay exactly 0/)
  const random = words({ gaps: "conv" }, [1, 0.5, 2, 0.5, 0.5, 0.5, 1, 0.5, 2])
  assert.deepEqual([random.word, random.weights], ["struck out", "gaps up to 0.5"])
  assert.match(random.sentence, /stay where they started, up to 0\.5 from 0/)
  const drift = [1, 0, 2, 0.5, 1e-300, 0.5, 1, 0, 2]
  assert.equal(words({ gaps: "pruned" }, drift).word, "drifts")
  assert.match(words({ gaps: "pruned" }, drift).sentence, /momentum left .* by up to 10⁻³⁰⁰/)
  assert.match(words({ gaps: "pruned", optimizer: "Adam" }, drift).sentence, /what Adam kept/)
  assert.match(words({ gaps: "conv" }, drift).sentence, /weight decay moves/)
})

test("whoever follows is told the step that is shown, until it ends", () => {
  /** @type {number[]} */
  const steps = []
  showStep(3)
  const end = followStep((step) => steps.push(step))
  showStep(4)
  showStep(4)
  end()
  showStep(5)
  assert.deepEqual(steps, [3, 4])
})
