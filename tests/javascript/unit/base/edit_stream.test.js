// The stream of edits: which states are newer, and when messages are sent.

import assert from "node:assert/strict"
import { beforeEach, mock, test } from "node:test"
import { SESSION_REVISIONS } from "../../../../pdviz/ui/components/boot/constants.js"
import { editStream, isOlder } from "../../../../pdviz/ui/components/base/edit_stream.js"
import { outbox } from "../../../../pdviz/ui/components/base/outbox.js"

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
  outbox.delete("editor")
})

test("a state is newer with another revision, or with the number of the last edit", () => {
  const stream = editStream("editor")
  assert.ok(stream.receive({ rev: 0, seq: 0 }, send))
  stream.send("first")
  assert.ok(!stream.receive({ rev: 0, seq: 0 }, send))
  assert.ok(stream.receive({ rev: 0, seq: 1 }, send))
  stream.send("second")
  assert.ok(stream.receive({ rev: 1, seq: 1 }, send))
})

test("during a drag no state is newer", () => {
  const stream = editStream("editor")
  assert.ok(!stream.receive({ rev: 5, seq: 0 }, send, true))
  stream.send("edit")
  assert.deepEqual(sent, [{ rev: 5, seq: 1, value: "edit" }])
})

test("an edit is sent at once, those that follow with the interval, the last always", () => {
  const stream = editStream("editor")
  stream.receive({ rev: 0, seq: 0 }, send)
  for (const value of ["a", "b", "c"]) stream.send(value)
  assert.deepEqual(sent.map(({ value }) => value), ["a"])
  pass(50)
  assert.deepEqual(sent.map(({ seq, value }) => [seq, value]), [[1, "a"], [3, "c"]])
})

test("a delayed edit is sent with what has followed it, or when it is flushed", () => {
  const stream = editStream("editor")
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

const NEXT = 7 * SESSION_REVISIONS

test("an edit waits in the outbox until a state acknowledges it", () => {
  const stream = editStream("editor")
  stream.receive({ rev: 0, seq: 0 }, send)
  stream.send("a")
  stream.receive({ rev: 0, seq: 0 }, send)
  assert.deepEqual(outbox.get("editor"), { rev: 0, seq: 1, value: "a" })
  stream.receive({ rev: 0, seq: 1 }, send)
  assert.equal(outbox.get("editor"), undefined)
})

test("to the next session an edit that nobody acknowledged is sent again, in its revision", () => {
  const stream = editStream("editor")
  stream.receive({ rev: 3, seq: 0 }, send)
  stream.send("lost")
  assert.ok(!stream.receive({ rev: NEXT, seq: 0 }, send)) // the state of the link is not shown
  pass(50)
  assert.deepEqual(sent.at(-1), { rev: NEXT, seq: 2, value: "lost" })
  assert.ok(stream.receive({ rev: NEXT, seq: 2 }, send))
  assert.equal(outbox.list().length, 0)
})

test("the state of the next session is shown where every edit was acknowledged", () => {
  const stream = editStream("editor")
  stream.receive({ rev: 3, seq: 0 }, send)
  stream.send("taken")
  stream.receive({ rev: 3, seq: 1 }, send)
  sent = []
  assert.ok(stream.receive({ rev: NEXT, seq: 0 }, send))
  pass(50)
  assert.deepEqual(sent, [])
})

test("another revision of the same session ends the wait: the state was changed by other means", () => {
  const stream = editStream("editor")
  stream.receive({ rev: 3, seq: 0 }, send)
  stream.send("overruled")
  assert.ok(stream.receive({ rev: 4, seq: 0 }, send))
  assert.equal(outbox.list().length, 0)
})

test("a drawing that takes the place of another sends what that could not", () => {
  const before = editStream("editor")
  before.receive({ rev: 3, seq: 0 }, send)
  before.send("lost")
  const after = editStream("editor")
  assert.ok(after.receive({ rev: NEXT, seq: 0 }, send)) // it shows nothing yet
  pass(50)
  assert.deepEqual(sent.at(-1), { rev: NEXT, seq: 2, value: "lost" })
})

test("what a drawing could not send is sent by the one in its place, in the same session too, and once", () => {
  const before = editStream("editor")
  before.receive({ rev: 3, seq: 0 }, send)
  before.send("lost")
  sent = []
  const after = editStream("editor")
  assert.ok(after.receive({ rev: 3, seq: 0 }, send)) // it shows nothing yet
  pass(50)
  assert.deepEqual(sent, [{ rev: 3, seq: 2, value: "lost" }])
  assert.ok(!after.receive({ rev: 3, seq: 1 }, send))
  pass(50)
  assert.equal(sent.length, 1)
  assert.ok(after.receive({ rev: 3, seq: 2 }, send))
  assert.equal(outbox.list().length, 0)
})

test("what the drawing in its place was told was taken is not sent again", () => {
  const before = editStream("editor")
  before.receive({ rev: 3, seq: 0 }, send)
  before.send("taken")
  sent = []
  assert.ok(editStream("editor").receive({ rev: 3, seq: 1 }, send))
  pass(50)
  assert.deepEqual(sent, [])
})

test("during a long drag, whose earlier edits are acknowledged, no edit waits for long", () => {
  const stream = editStream("editor")
  stream.receive({ rev: 0, seq: 0 }, send)
  stream.send(0)
  for (let seq = 1; seq <= 50; seq++) {
    pass(100)
    stream.send(seq)
    stream.receive({ rev: 0, seq }, send, true)
  }
  assert.ok(now - outbox.list()[0].since < 200)
  pass(3000) // the last is not acknowledged
  assert.ok(now - outbox.list()[0].since >= 3000)
})
