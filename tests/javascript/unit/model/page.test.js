// The meeting point of a page's drawings.

import assert from "node:assert/strict"
import { test } from "node:test"
import {
  canRequestReport, currentEditor, provideReports, publishEditor, requestReport, subscribeToEditor, withdrawEditor,
} from "../../../../pdviz/ui/components/model/page.js"

const editor = (/** @type {any} */ choice) => ({ choice, change() {}, settle() {} })

test("the latest editor is the page's, and only it can be withdrawn", () => {
  const first = editor("first"), second = editor("second")
  publishEditor(first)
  publishEditor(second)
  withdrawEditor(first)
  assert.equal(currentEditor(), second)
  withdrawEditor(second)
  assert.equal(currentEditor(), null)
})

test("who subscribes is notified until that is ended", () => {
  let calls = 0
  const end = subscribeToEditor(() => { calls++ })
  publishEditor(editor("one"))
  end()
  publishEditor(editor("two"))
  assert.equal(calls, 1)
})

test("reports are requested while something provides them", () => {
  /** @type {unknown[]} */
  const requests = []
  assert.equal(canRequestReport(), false)
  requestReport({ rev: 1, seq: 1 }, "nobody")
  const end = provideReports((stamp, edit) => { requests.push([stamp.seq, edit]) })
  requestReport({ rev: 1, seq: 2 }, "edit")
  end()
  requestReport({ rev: 1, seq: 3 }, "nobody")
  assert.deepEqual(requests, [[2, "edit"]])
})
