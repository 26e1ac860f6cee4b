// The numbers of a run and the rest of its data, in whichever order they arrive.

import assert from "node:assert/strict"
import { test } from "node:test"
import { deliver, run, withValues } from "../../../../pdviz/ui/components/stage/run/run_mailbox.js"

const values = (/** @type {number} */ size) => ({ loss: { shape: [size], bits: /** @type {const} */ (64), data: "" } })
let calls = 0
const again = () => { calls++ }

test("data wait for the numbers of their run", () => {
  assert.equal(withValues({ run: "a", step: 3 }, again), null)
  deliver({ key: "a", values: values(1) })
  assert.equal(calls, 1)
  assert.deepEqual(withValues({ run: "a", step: 3 }, again), { run: "a", step: 3, values: values(1) })
})

test("numbers that were there first are used again, and nothing waits any more", () => {
  deliver({ key: "b", values: values(2) })
  assert.deepEqual(withValues({ run: "b", step: 4 }, again)?.values, values(2))
  assert.deepEqual(withValues({ run: "b", step: 5 }, again)?.values, values(2))
  calls = 0
  deliver({ key: "b", values: values(2) })
  assert.equal(calls, 0)
})

test("numbers of another run are not those", () => {
  deliver({ key: "c", values: values(3) })
  assert.equal(withValues({ run: "d" }, again), null)
  calls = 0
  deliver({ key: "d", values: values(4) })
  assert.equal(calls, 1)
})

test("a saved page brings its numbers itself", () => {
  deliver({ key: "e", values: values(5) })
  assert.deepEqual(withValues({ run: "e", values: values(6) }, again)?.values, values(6))
})

test("the drawing of the run delivers, and its end takes nothing away", () => {
  const end = run(/** @type {any} */ (null), /** @type {any} */ ({ data: { key: "f", values: values(7) } }))
  end()
  assert.deepEqual(withValues({ run: "f" }, again)?.values, values(7))
})
