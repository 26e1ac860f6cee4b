// The editor's model: edits, undo, and what the server sends meanwhile.

import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { EditorModel } from "../../../../pdviz/ui/components/editor/editor_model.js"
import { chooseFamily } from "../../../../pdviz/ui/components/model/choice.js"
import { withDepth } from "../../../../pdviz/ui/components/model/layers.js"

const DATA = /** @type {any} */ ({
  rev: 0, seq: 0, family: [4, 2, 5, false], text: "", origin: 0, layers: 3, growth: 1, every: 1, stack: [], goal: 0,
  mode: "kernel", presets: [], stacks: [],
})

/** @type {any[]} */
let sent = []
/** @type {string[]} */
let changes = []
/** @type {EditorModel} */
let model

beforeEach(() => {
  sent = []
  changes = []
  model = new EditorModel(DATA)
  model.subscribe((change) => { changes.push(change) })
  model.receive(DATA, (_, message) => { sent.push(message) }, false)
})

const wing = (/** @type {number} */ taps) => chooseFamily([taps, 2, 5, false], model.choice)

test("an edit is sent at once and settled", () => {
  model.change(wing(6))
  assert.deepEqual(sent.map(({ seq, value }) => [seq, value.family, value.goal]), [[1, [6, 2, 5, false], 0]])
  assert.deepEqual(changes, ["edit", "settle"])
  assert.ok(model.settled)
})

test("a drag is sent when it ends, if not before", () => {
  const before = sent.length
  for (const taps of [5, 6, 7]) model.change(wing(taps), false)
  assert.equal(sent.length, before)
  model.settle()
  assert.deepEqual(sent.slice(before).map(({ value }) => value.family), [[7, 2, 5, false]])
})

test("a drag is one edit for undo", () => {
  for (const taps of [5, 6, 7]) model.change(wing(taps), false)
  assert.ok(!model.settled)
  model.settle()
  model.travel(-1)
  assert.deepEqual(model.choice.family, [4, 2, 5, false])
  model.travel(1)
  assert.deepEqual(model.choice.family, [7, 2, 5, false])
})

test("an echo of what is shown changes nothing", () => {
  model.change(wing(6))
  const { choice } = model
  assert.equal(model.receive({ ...DATA, seq: 1, family: [6, 2, 5, false] }, () => {}, false), false)
  assert.equal(model.choice, choice)
})

test("an older state is not shown, a state of another revision is, and can be undone", () => {
  model.change(wing(6))
  assert.equal(model.receive(DATA, () => {}, false), false)
  assert.deepEqual(model.choice.family, [6, 2, 5, false])
  assert.equal(model.receive({ ...DATA, rev: 1, family: [2, 2, 5, false] }, () => {}, false), true)
  assert.deepEqual(model.choice.family, [2, 2, 5, false])
  model.travel(-1)
  assert.deepEqual(model.choice.family, [6, 2, 5, false])
})

test("nothing that the server sends is shown during a drag", () => {
  model.change(wing(6), false)
  assert.equal(model.receive({ ...DATA, rev: 1, family: [2, 2, 5, false] }, () => {}, true), false)
  assert.deepEqual(model.choice.family, [6, 2, 5, false])
})

test("the goal is sent with the choice", () => {
  model.setGoal(200)
  model.flush()
  assert.deepEqual(sent.map(({ value }) => [value.layers, value.goal]), [[3, 200]])
  model.change(withDepth(model.choice, 4))
  model.flush()
  assert.deepEqual(sent.map(({ value }) => [value.layers, value.goal]), [[3, 200], [4, 200]])
})
