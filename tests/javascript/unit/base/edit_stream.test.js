// The stream of edits: which states are newer, and when messages are sent.

import assert from "node:assert/strict"
import { beforeEach, mock, test } from "node:test"
import { editStream, isOlder } from "../../../../pdviz/ui/components/base/edit_stream.js"

let now = 0
mock.method(performance, "now", () => now)
mock.timers.enable({ apis: ["setTimeout"] })

/** @type {any[]} */
let sent = []
const send = (/** @type {string} */ _, /** @type {unknown} */ message) => { sent.push(message) }
const pass = (/** @type {number} */ time) => {
  now += time
  mock.timers.tick(time)
}

beforeEach(() => {
  pass(1000) // what the test before left pending
  sent = []
})

test("a state is newer with another revision, or with the number of the last edit", () => {
  const stream = editStream()
  assert.ok(stream.receive({ rev: 0, seq: 0 }, send))
  stream.send("first")
  assert.ok(!stream.receive({ rev: 0, seq: 0 }, send))
  assert.ok(stream.receive({ rev: 0, seq: 1 }, send))
  stream.send("second")
  assert.ok(stream.receive({ rev: 1, seq: 1 }, send))
})

test("during a drag no state is newer", () => {
  const stream = editStream()
  assert.ok(!stream.receive({ rev: 5, seq: 0 }, send, true))
  stream.send("edit")
  assert.deepEqual(sent, [{ rev: 5, seq: 1, value: "edit" }])
})

test("an edit is sent at once, those that follow with the interval, the last always", () => {
  const stream = editStream()
  stream.receive({ rev: 0, seq: 0 }, send)
  for (const value of ["a", "b", "c"]) stream.send(value)
  assert.deepEqual(sent.map(({ value }) => value), ["a"])
  pass(50)
  assert.deepEqual(sent.map(({ seq, value }) => [seq, value]), [[1, "a"], [3, "c"]])
})

test("a delayed edit is sent with what has followed it, or when it is flushed", () => {
  const stream = editStream()
  stream.receive({ rev: 0, seq: 0 }, send)
  stream.send("a", 150)
  pass(100)
  stream.send("b", 150)
  pass(49)
  assert.deepEqual(sent, [])
  pass(1)
  assert.deepEqual(sent.map(({ value }) => value), ["b"])
  stream.send("c", 150)
  stream.flush()
  stream.flush()
  assert.deepEqual(sent.map(({ value }) => value), ["b", "c"])
})

test("a state is older only than one of the same revision with a higher number", () => {
  assert.ok(isOlder({ rev: 1, seq: 2 }, { rev: 1, seq: 3 }))
  assert.ok(!isOlder({ rev: 1, seq: 3 }, { rev: 1, seq: 3 }))
  assert.ok(!isOlder({ rev: 0, seq: 2 }, { rev: 1, seq: 3 }))
})
