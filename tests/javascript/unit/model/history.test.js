// History: undo and redo.

import assert from "node:assert/strict"
import { test } from "node:test"
import { History } from "../../../../pdviz/ui/components/model/history.js"

const named = (/** @type {any} */ name) => name

test("undo returns to the choice before, redo to the one after", () => {
  const history = new History()
  history.keep(named("a"))
  history.keep(named("b"))
  assert.equal(history.travel(-1, named("c")), "b")
  assert.equal(history.travel(-1, named("b")), "a")
  assert.equal(history.canUndo, false)
  assert.equal(history.travel(1, named("a")), "b")
  assert.equal(history.travel(1, named("b")), "c")
  assert.equal(history.canRedo, false)
})

test("without a choice to return to, nothing is kept", () => {
  const history = new History()
  assert.equal(history.travel(-1, named("a")), undefined)
  assert.equal(history.canRedo, false)
})

test("a new choice ends what could be redone", () => {
  const history = new History()
  history.keep(named("a"))
  history.travel(-1, named("b"))
  history.keep(named("a"))
  assert.equal(history.canRedo, false)
})

test("the oldest of more than 200 choices is dropped", () => {
  const history = new History()
  for (let i = 0; i < 205; i++) history.keep(named(i))
  let last
  for (let now = named(205); history.canUndo; now = last) last = history.travel(-1, now)
  assert.equal(last, 5)
})
