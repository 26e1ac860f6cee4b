// Links of edits that the server has not taken.

import assert from "node:assert/strict"
import { test } from "node:test"
import { linkWith } from "../../../../pdviz/ui/components/connection/edit_link.js"

const frame = (/** @type {any} */ value) => [{ name: "frame", edit: { value } }]

test("a view is written as a link says it", () => {
  assert.equal(linkWith("?wing=6&strip=0", frame({ present: 1, strip: 0 })), "?wing=6&strip=0&present=1")
})

test("a new start leaves the view alone in the link", () => {
  assert.equal(linkWith("?wing=6&start=9", frame({ present: 1, strip: 0, again: 1 })), "?present=1&strip=0")
})
