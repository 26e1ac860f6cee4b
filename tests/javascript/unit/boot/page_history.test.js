// One entry in the browser's history for each step.

import assert from "node:assert/strict"
import { test } from "node:test"

import { entryOf } from "../../../../pdviz/ui/components/boot/page_history.js"

const HERE = "http://x.test/app/cost?wing=6"

test("another page keeps the parameters, so that it needs no second entry", () => {
  assert.deepEqual(entryOf(HERE, "/app/signal", true), { replace: false, address: "http://x.test/app/signal?wing=6" })
  assert.deepEqual(entryOf(HERE, "/app/signal?wing=7", true),
    { replace: false, address: "http://x.test/app/signal?wing=7" })
  assert.deepEqual(entryOf("http://x.test/", "/cost", false), { replace: false, address: "http://x.test/cost" })
})

test("what follows in the same step takes the place of its entry", () => {
  const address = "http://x.test/app/cost?wing=7"
  assert.deepEqual(entryOf(HERE, "/app/cost?wing=7", false), { replace: false, address })
  assert.deepEqual(entryOf(HERE, "/app/cost?wing=7", true), { replace: true, address })
})

test("a start without parameters stays without", () => {
  assert.deepEqual(entryOf(HERE, "/app/cost", false), { replace: false, address: "http://x.test/app/cost" })
})
