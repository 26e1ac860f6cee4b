// Entries of the browser's history, as pages are opened and links written.

import assert from "node:assert/strict"
import { test } from "node:test"
import { endPageChange, joinPageAndLink } from "../../../../pdviz/ui/components/connection/address.js"

/** A browser's history, and its address. */
function browser() {
  const entries = ["/"]
  const at = () => new URL(entries[entries.length - 1], "http://localhost")
  const history = {
    pushState: (/** @type {any} */ _, /** @type {string} */ __, /** @type {string} */ url) => { entries.push(url) },
    replaceState: (/** @type {any} */ _, /** @type {string} */ __, /** @type {string} */ url) => {
      entries[entries.length - 1] = url
    },
  }
  Object.defineProperty(globalThis, "location", { configurable: true, get: at })
  joinPageAndLink(/** @type {any} */ (history))
  return { entries, history }
}

test("a page is one entry, whether it has a link or not; an edit is another", () => {
  const { entries, history } = browser()
  history.pushState({}, "", "/?wing=6")
  history.pushState({}, "", "/cost")
  history.pushState({}, "", "/cost?wing=6")
  history.pushState({}, "", "/cost?wing=7")
  assert.deepEqual(entries, ["/", "/?wing=6", "/cost?wing=6", "/cost?wing=7"])
})

test("an edit of a page that was opened without a link is an entry of its own", () => {
  const { entries, history } = browser()
  history.pushState({}, "", "/cost")
  endPageChange()
  history.pushState({}, "", "/cost?wing=6")
  assert.deepEqual(entries, ["/", "/cost", "/cost?wing=6"])
})
