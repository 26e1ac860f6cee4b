// The axes of the stage, and of the ways beside it, hold what is drawn on them, whatever the run.

import assert from "node:assert/strict"
import { test } from "node:test"
import { mix } from "../../../../pdviz/ui/components/base/view.js"
import { movesOf, row, windowAt } from "../../../../pdviz/ui/components/stage/run/run.js"
import { Scales } from "../../../../pdviz/ui/components/stage/scene/columns/scales.js"
import { LossScale } from "../../../../pdviz/ui/components/stage/scene/loss_curve.js"
import { SectionScale } from "../../../../pdviz/ui/components/stage/scene/section_scale.js"
import { Scales as WayScales, WayRun } from "../../../../pdviz/ui/components/stage/ways/way_run.js"
import { pack, runWith } from "./example.js"

/** @typedef {import("../../../../pdviz/ui/components/stage/run/run.js").Run} Run */

const SEEDS = 200, TAKES = [0, 0.1, 0.5, 0.9, 1]

/** Return random numbers from −1 to 1, the same for the same seed.
 * @param {number} seed */
function randomOf(seed) {
  let state = seed * 7919 + 1
  return () => { // the "minimal standard" generator
    state = (state * 48271) % 2147483647
    return (2 * state) / 2147483647 - 1
  }
}

/** Return a run of a few steps in which the sizes of weights change a lot, a little, or not at all.
 * @param {number} seed */
function randomRun(seed) {
  const random = randomOf(seed), wild = [0, 0.3, 2][seed % 3], most = (/** @type {number} */ n) =>
    1 + Math.floor(((random() + 1) / 2) * n * 0.999)
  const steps = most(5), K = 1 + most(5), L = K + most(20), offsets = [...Array(K).keys()].map((i) => i - 1)
  const list = (/** @type {number} */ count, size = 1) => Array.from({ length: count }, () => size * random())
  const perStep = (/** @type {number} */ count, /** @type {number} */ width) =>
    Array.from({ length: count }, () => list(width, 10 ** (wild * random()))).flat()
  const level = 3 * random(), signal = list(L).map((v) => v + level), kernel = perStep(steps + 1, K)
  const output = Array.from({ length: steps + 1 }, (_, n) => signal.map((_, t) =>
    offsets.reduce((sum, o, i) => sum + kernel[n * K + i] * (signal[t + o] ?? 0), 0))).flat()
  return runWith({
    steps, offsets, parts: offsets.map(() => /** @type {const} */ ("island")), position: most(L) - 1,
    params: { element: [...offsets.keys()], row: offsets.map(() => 0), kept: offsets.map(() => true) },
    values: {
      signal: pack(signal), target: pack(list(L, 4)), output: pack(output, [steps + 1, L]),
      gradOutput: pack(perStep(steps, L), [steps, L]), kernel: pack(kernel, [steps + 1, K]),
      gradKernel: pack(perStep(steps, K), [steps, K]), params: pack(kernel, [steps + 1, K]),
      gradParams: pack(perStep(steps, K), [steps, K]), loss: pack(perStep(steps + 1, 1).map(Math.abs)),
    },
  })
}

/** Require that no value is larger than a scale, or than the room that its band has on the value's side.
 * @param {ArrayLike<number>} values
 * @param {number} top
 * @param {import("../../../../pdviz/ui/components/stage/scene/columns/layout.js").Extent} room */
function fits(values, top, { up, down } = { up: 1, down: 1 }) {
  for (const v of Array.from(values)) {
    assert.ok(v / top <= up + 1e-9 && -v / top <= down + 1e-9, `${v} on a scale of ${top}, ${up} up and ${down} down`)
  }
}

test("the section's curves lie on their axis, or its ends say that they do not", () => {
  let cut = 0
  for (let seed = 0; seed < SEEDS; seed++) {
    const run = randomRun(seed), scale = new SectionScale(run, 800)
    const { signal, target, output } = run.series, { above, below } = scale.cut
    for (const v of [...signal, ...target, ...output]) {
      const y = scale.level(v), said = (v > scale.most && above) || (v < scale.least && below)
      assert.ok(said || (y >= scale.top - 1e-9 && y <= scale.foot + 1e-9), `${v} at ${y}`)
      if (said) cut++
    }
    assert.ok(Math.max(...signal, ...target) <= scale.most && Math.min(...signal, ...target) >= scale.least)
  }
  assert.ok(cut > 0)
})

test("what the columns and the gauge show at any moment of a step is no larger than their scales", () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    const run = randomRun(seed), scales = new Scales(run), window = windowAt(run, run.position)
    const { extents } = scales, output = (/** @type {number} */ n) => row(run, "output", n)[run.position]
    fits(run.series.signal, scales.samples, extents.samples)
    for (let n = 0; n < run.steps; n++) for (const take of TAKES) {
      const tops = scales.at({ n, take }), before = row(run, "kernel", n), after = row(run, "kernel", n + 1)
      const now = before.map((v, i) => mix(v, after[i], take))
      fits(now, tops.kernel, extents.kernel)
      fits(before.filter((v) => Math.abs(v) <= tops.after), tops.kernel)
      fits(before.map((v, i) => v * window[i]), tops.product)
      fits([run.series.target[run.position], mix(output(n), output(n + 1), take)], tops.sum)
      fits(row(run, "gradKernel", n), tops.gradient, extents.gradient)
      fits(movesOf(run, n), tops.move)
    }
  }
})

test("every loss lies between the ends of its axis", () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    const losses = [...randomRun(seed).series.loss], { low, high, tenfold } = new LossScale(losses)
    for (const loss of losses) {
      const place = tenfold ? Math.log10(loss) : loss
      assert.ok(place >= low - 1e-9 && place <= high + 1e-9, `${loss} from ${low} to ${high}`)
    }
  }
})

test("no bar of a way is longer than the end of its scale, at any step of the longest run", () => {
  for (let seed = 0; seed < SEEDS; seed += 2) {
    const all = [randomRun(seed), randomRun(seed + 2)], K = Math.min(...all.map((run) => run.K))
    const runs = all.map((run) => new WayRun({
      way: run.way, title: "", why: "", role: "none", doubled: [], steps: run.steps, diverged: false,
      kernel: pack([...run.series.kernel].slice(0, K * (run.steps + 1))),
      gradient: pack([...run.series.gradKernel].slice(0, K * run.steps)),
    }, K))
    const steps = Math.max(...all.map((run) => run.steps)), scales = new WayScales(runs, steps, K)
    for (const run of runs) for (let n = 0; n < steps; n++) {
      const { weights, gradient, update } = run.step(n)
      fits(weights, scales.weights[n])
      fits(gradient, scales.gradient[n])
      fits(update, scales.update[n])
    }
  }
})
