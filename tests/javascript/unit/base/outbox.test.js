// The outbox: what was not acknowledged, the longest waiting first.

import assert from "node:assert/strict"
import { beforeEach, mock, test } from "node:test"
import { outbox } from "../../../../pdviz/ui/components/base/outbox.js"

let now = 0
mock.method(performance, "now", () => now)

beforeEach(() => { for (const { name } of outbox.list()) outbox.delete(name) })

const edit = (/** @type {number} */ seq, rev = 5) => ({ rev, seq, value: seq })

test("the last edit of each drawing waits since its first that was not acknowledged", () => {
  now = 10
  outbox.put("signal", edit(1))
  now = 20
  outbox.put("editor", edit(1))
  now = 30
  outbox.put("signal", edit(2))
  assert.deepEqual(outbox.list(), [
    { name: "signal", since: 10, edit: edit(2) }, { name: "editor", since: 20, edit: edit(1) }])
})

test("an edit is acknowledged by its own number or a later one, in its own revision", () => {
  for (const stamp of [{ rev: 5, seq: 1 }, { rev: 6, seq: 2 }]) {
    outbox.put("editor", edit(2))
    outbox.acknowledge("editor", stamp)
    assert.ok(outbox.get("editor"))
  }
  outbox.acknowledge("editor", { rev: 5, seq: 2 })
  assert.equal(outbox.get("editor"), undefined)
})

test("listeners are called at every change, until they end that", () => {
  let calls = 0
  const end = outbox.subscribe(() => { calls++ })
  outbox.put("editor", edit(1))
  outbox.delete("editor")
  outbox.delete("editor")
  assert.equal(calls, 2)
  end()
  outbox.put("editor", edit(1))
  assert.equal(calls, 2)
})
