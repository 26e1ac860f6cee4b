// State of the stage: what the server and a person change, and what is requested.

import assert from "node:assert/strict"
import { beforeEach, mock, test } from "node:test"
import { outbox } from "../../../../pdviz/ui/components/base/outbox.js"
import { StageModel } from "../../../../pdviz/ui/components/stage/state/stage_model.js"
import { viewOf } from "../../../../pdviz/ui/components/stage/state/stage_view.js"
import { dataWith } from "./example.js"

let now = 0
mock.method(performance, "now", () => now)
mock.timers.enable({ apis: ["setTimeout"] })
Object.assign(globalThis, { requestAnimationFrame: () => 1, cancelAnimationFrame: () => {} })

/** @type {any[]} */
let messages = []
const send = (/** @type {string} */ _, /** @type {unknown} */ message) => { messages.push(message) }
const pass = (/** @type {number} */ time) => {
  now += time
  mock.timers.tick(time)
}
beforeEach(() => {
  pass(1000)
  messages = []
  outbox.delete("stage")
})

/** Return a model that has received its data. */
function createModel(/** @type {object} */ changes = {}) {
  const data = dataWith({ scope: "signal", inLoss: 4, ...changes })
  const model = new StageModel(data, { reducedMotion: { matches: false }, changed: () => {} })
  model.receive(data, send)
  return { model, data }
}

test("it opens where the kernel of the step has just been assembled, or where a saved page begins", () => {
  assert.equal(createModel({ step: 1 }).model.player.time, 6.6)
  const parts = { time: 2.5, reducedMotion: { matches: false }, changed: () => {} }
  assert.equal(new StageModel(dataWith(), parts).player.time, 2.5)
})

test("looking at another output requests it, once", () => {
  const { model } = createModel()
  model.lookAt(3)
  model.lookAt(3)
  model.request({ step: 0 })
  assert.deepEqual(messages, [{ rev: 0, seq: 1, value: { position: 3 } }])
  model.lookAt(100)
  assert.equal(model.position, 3)
})

test("what the server has not answered is requested again together with what follows", () => {
  const { model, data } = createModel()
  model.lookAt(2)
  model.request({ step: 1 })
  pass(50)
  assert.deepEqual(messages.map(({ value }) => value), [{ position: 2 }, { position: 2, step: 1 }])
  model.receive({ ...data, position: 2, step: 1, seq: 2 }, send)
  model.request({ step: 0 })
  pass(50)
  assert.deepEqual(messages[2].value, { step: 0 })
})

test("an older state moves nothing, an answer neither, another state does", () => {
  const { model, data } = createModel()
  model.lookAt(3)
  model.receive({ ...data, position: 1 }, send)
  assert.equal(model.position, 3)
  model.player.halt(2.6)
  model.receive({ ...data, position: 3, seq: 1 }, send)
  assert.deepEqual([model.position, model.player.time], [3, 2.6])
  model.receive({ ...data, position: 0, step: 1, rev: 1 }, send)
  assert.deepEqual([model.position, model.player.time], [0, 8.6])
})

test("a state of the same step does not take back where it plays", () => {
  const { model, data } = createModel()
  model.player.halt(8.6)
  model.receive({ ...data, position: 2 }, send)
  assert.deepEqual([model.position, model.player.time], [2, 8.6])
})

test("the run is unpacked again where it is another, and what is looked at stays within it", () => {
  const { model, data } = createModel(), { run } = model
  model.point(2)
  model.lookAt(3)
  model.receive({ ...data, key: "b", position: 3, seq: 1 }, send)
  assert.equal(model.run, run)
  model.player.halt(11)
  model.receive({ ...data, key: "c", run: "b", seq: 1, steps: 1, offsets: [0], parts: ["island"],
    params: { element: [0], row: [0], kept: [true] } }, send)
  assert.notEqual(model.run, run)
  assert.deepEqual([model.column, model.player.end, model.player.time], [0, 6, 6])
})

test("the columns show the output under the window, or the one that the run is for", () => {
  const { model } = createModel()
  model.lookAt(3)
  assert.equal(model.output, 3)
  const one = createModel({ scope: "position" }).model
  one.lookAt(3)
  assert.deepEqual([one.position, one.output], [3, 1])
})

test("a stretch of a long kernel is drawn about its origin, moves, and follows the element that is read", () => {
  const { model } = createModel()
  model.show(3)
  assert.equal(model.first, 0)
  model.show(1)
  assert.equal(model.first, 1)
  model.pointWithin(2)
  assert.deepEqual([model.first, model.column], [2, 2])
  model.pointWithin(0)
  assert.deepEqual([model.first, model.column], [0, 0])
  model.showAround(99)
  assert.equal(model.first, 2)
})

test("the view says what is shown at the player's time", () => {
  const { model } = createModel()
  model.player.halt(11.6)
  const { step, chapter, taken, quick } = viewOf(model)
  assert.deepEqual({ step, chapter, taken, quick }, { step: 1, chapter: 5, taken: 2, quick: false })
  model.player.setSpeed("steps")
  assert.equal(viewOf(model).quick, false)
  model.player.toggle(-1)
  assert.equal(viewOf(model).quick, true)
})
