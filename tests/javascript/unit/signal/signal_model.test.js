// The state of the signal's drawing: where the kernel is, and what is read.

import assert from "node:assert/strict"
import { beforeEach, mock, test } from "node:test"
import { SignalModel } from "../../../../pdviz/ui/components/signal/signal_model.js"
import { sectionData, tapsAt } from "./section.js"

let now = 0
mock.method(performance, "now", () => now)
mock.timers.enable({ apis: ["setTimeout"] })

/** @type {any[]} */
let messages = []
let changes = 0
const send = (/** @type {string} */ _, /** @type {unknown} */ message) => { messages.push(message) }

/** Return a model that has received a section. */
function createModel() {
  const model = new SignalModel(sectionData())
  model.receive(sectionData(), send, false)
  model.subscribe(() => { changes++ })
  return model
}

beforeEach(() => {
  now += 1000
  mock.timers.tick(1000)
  messages = []
  changes = 0
})

test("the kernel is where the server says", () => {
  const model = createModel()
  assert.deepEqual([model.position, model.at], [2, 5])
})

test("a move is drawn and sent at once, the last of many always", () => {
  const model = createModel()
  for (const position of [3, 4, 1]) model.move(position)
  assert.deepEqual([model.position, changes], [1, 3])
  assert.deepEqual(messages, [{ rev: 0, seq: 1, value: { position: 3 } }])
  model.flush()
  assert.deepEqual(messages.slice(1), [{ rev: 0, seq: 3, value: { position: 1 } }])
})

test("the kernel does not leave the section, and a move to where it is is none", () => {
  const model = createModel()
  model.move(99)
  assert.equal(model.position, 4)
  model.move(4)
  assert.deepEqual([changes, messages.length], [1, 1])
  model.move(-1)
  assert.equal(model.position, 0)
})

test("an older state does not move the kernel back, a newer one moves it", () => {
  const model = createModel()
  model.move(4)
  model.receive(sectionData(), send, false)
  assert.equal(model.position, 4)
  model.receive(sectionData({ seq: 1, position: 4 }), send, false)
  assert.equal(model.position, 4)
  model.receive(sectionData({ rev: 1, position: 0 }), send, false)
  assert.equal(model.position, 0)
})

test("during a drag the server does not move the kernel, but its section is shown", () => {
  const model = createModel()
  model.receive(sectionData({ rev: 1, position: 0, first: 4, count: 2 }), send, true)
  assert.deepEqual([model.section.data.first, model.position], [4, 1])
})

test("a response is shown until the page's run of the same edit, not of an earlier one", () => {
  const model = createModel(), at = (/** @type {number} */ seq) => ({ edited: { rev: 0, seq } })
  model.move(3)
  model.respond({ rev: 0, seq: 2 }, sectionData(tapsAt(-1, 1)))
  assert.deepEqual([...model.section.offsets], [-1, 1])
  assert.equal(model.position, 3) // the hand is newer than the link that the request carried
  model.respond({ rev: 0, seq: 1 }, sectionData(tapsAt(0)))
  model.receive(sectionData({ seq: 1, position: 3, ...tapsAt(0), ...at(1) }), send, false)
  assert.deepEqual([...model.section.offsets], [-1, 1])
  model.receive(sectionData({ seq: 1, position: 3, ...tapsAt(-1, 0, 1), ...at(2) }), send, false)
  assert.deepEqual([...model.section.offsets], [-1, 0, 1])
  model.respond({ rev: 0, seq: 2 }, sectionData(tapsAt(0)))
  assert.deepEqual([...model.section.offsets], [-1, 0, 1])
  model.receive(sectionData({ seq: 1, position: 3, ...tapsAt(2), edited: { rev: 1, seq: 0 } }), send, false)
  assert.deepEqual([...model.section.offsets], [2])
})

test("the sample that is read is a whole number in the section", () => {
  const model = createModel()
  const read = [3.4, 3.6, -10, 99].map((place) => {
    model.readSample(place)
    return model.sample
  })
  assert.deepEqual(read, [3, 4, 3, 7])
  model.readSample(null)
  assert.equal(model.sample, null)
})

test("the offset that is read is an element of the kernel, of another kernel too", () => {
  const model = createModel()
  model.readOffset(9)
  assert.equal(model.offset, 3)
  model.readOffset(-9)
  assert.equal(model.offset, -2)
  model.receive(sectionData({ rev: 1, ...tapsAt(-1, 1) }), send, false)
  assert.equal(model.offset, -1)
  model.readOffset(null)
  model.receive(sectionData({ rev: 2 }), send, false)
  assert.equal(model.offset, null)
})

test("what is read anew is drawn, what is read already is not", () => {
  const model = createModel()
  for (const offset of [1, 1, 2, null, null]) model.readOffset(offset)
  for (const place of [4, 4.2, 5]) model.readSample(place)
  assert.equal(changes, 5)
  assert.deepEqual(messages, [])
})
