// What is being typed stays while it is typed, and no longer.

import assert from "node:assert/strict"
import { test } from "node:test"

/** @type {(() => void)[]} */
const travelers = []
const addEventListener = (/** @type {string} */ _, /** @type {() => void} */ f) => travelers.push(f)
Object.assign(globalThis, { addEventListener })
const { Draft } = await import("../../../../../pdviz/ui/components/base/typed/draft.js")

/** An input that sends events as a browser does: "change" only where the text is another than before. */
function field(/** @type {string} */ value) {
  const input = /** @type {any} */ (Object.assign(new EventTarget(), { value }))
  /** @type {string[]} */
  const completed = []
  const draft = new Draft(input, { complete: () => completed.push(input.value) })
  const type = (/** @type {string} */ text) => {
    for (let n = 1; n <= text.length; n++) {
      input.value = text.slice(0, n)
      input.dispatchEvent(new Event("input"))
    }
  }
  const enter = () => input.dispatchEvent(Object.assign(new Event("keydown"), { key: "Enter" }))
  return { input, draft, type, enter, completed }
}

test("a number typed over itself is completed, though the browser sees no change", () => {
  const { type, enter, completed, input } = field("12")
  type("12")
  enter()
  input.dispatchEvent(new Event("blur"))
  assert.deepEqual(completed, ["12"])
})

test("a field shows another state as soon as nothing is being typed, with the focus or without", () => {
  const { draft, type, enter, input } = field("1101011")
  type("111")
  draft.show("1101011")
  assert.equal(input.value, "111")
  enter()
  draft.show("1101011")
  assert.equal(input.value, "1101011")
})

test("a step through the history ends what is being typed", () => {
  const { draft, type, input, completed } = field("4")
  type("6")
  travelers.forEach((travel) => travel())
  draft.show("4")
  input.dispatchEvent(new Event("blur"))
  assert.equal(input.value, "4")
  assert.deepEqual(completed, [])
})
