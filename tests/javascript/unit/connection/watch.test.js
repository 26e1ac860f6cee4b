// When a page is run in full for an edit, and what it says meanwhile.

import assert from "node:assert/strict"
import { test } from "node:test"
import { noticeOf, shouldResume } from "../../../../pdviz/ui/components/connection/watch.js"

const state = (changes = {}) =>
  ({ connected: true, running: false, waited: 3000, sinceResume: 3000, ...changes })

test("a full run is due for an edit that waits while nothing is under way", () => {
  assert.ok(shouldResume(state()))
  assert.ok(!shouldResume(state({ connected: false })))
  assert.ok(!shouldResume(state({ running: true })))
  assert.ok(!shouldResume(state({ waited: 1000 })))
  assert.ok(!shouldResume(state({ waited: 0 })))
  assert.ok(!shouldResume(state({ sinceResume: 1000 })))
  assert.ok(!shouldResume(state({ waited: 60_000, sinceResume: 29_000 })))
  assert.ok(shouldResume(state({ waited: 60_000, sinceResume: 30_000 })))
})

test("nothing is said of an edit that was just made, nor while the page computes", () => {
  assert.equal(noticeOf(state({ waited: 0 })).text, "")
  assert.equal(noticeOf(state({ waited: 1000, connected: false })).text, "")
  assert.equal(noticeOf(state({ waited: 5000, running: true })).text, "")
})

test("an edit that waits is spoken of, and after a while offered as a link", () => {
  assert.match(noticeOf(state({ connected: false })).text, /^No connection to the server/)
  assert.match(noticeOf(state()).text, /^Sending your last change again/)
  assert.equal(noticeOf(state({ connected: false })).linked, false)
  for (const connected of [true, false]) assert.ok(noticeOf(state({ connected, waited: 9000 })).linked)
})
