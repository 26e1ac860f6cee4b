// The view of the strip: what fits a kernel, and what a drag makes of it.

import assert from "node:assert/strict"
import { test } from "node:test"
import { viewOf } from "../../../../pdviz/ui/components/editor/strip.js"
import { Viewport } from "../../../../pdviz/ui/components/editor/viewport.js"
import { familyKernel } from "../../../../pdviz/ui/components/model/pattern.js"

const SMALL = familyKernel([4, 2, 5, false]), LARGE = familyKernel([8, 4, 5, false])
const drag = (/** @type {number} */ x) => /** @type {any} */
  ({ name: "wing-right", node: null, x, lens: null, grip: 0 })
Object.assign(globalThis, { matchMedia: () => ({ matches: false }) })

/** Return a viewport of 600 pixels that fits the small kernel. */
function fitted() {
  const viewport = new Viewport()
  viewport.advance(SMALL, 600, null, 0)
  return viewport
}

test("at first, and at another width, the view fits the kernel at once", () => {
  const viewport = fitted()
  assert.deepEqual(viewport.view, viewOf(SMALL, 600))
  assert.equal(viewport.advance(SMALL, 500, null, 16), "still")
  assert.deepEqual(viewport.view, viewOf(SMALL, 500))
})

test("another kernel is fitted by a motion once that is requested", () => {
  const viewport = fitted()
  assert.equal(viewport.advance(LARGE, 600, null, 0), "still")
  assert.deepEqual(viewport.view, viewOf(SMALL, 600))
  const now = performance.now()
  viewport.refit()
  assert.equal(viewport.advance(LARGE, 600, null, now + 90), "moving")
  assert.ok(viewport.view.lo < viewOf(SMALL, 600).lo && viewport.view.lo > viewOf(LARGE, 600).lo)
  assert.equal(viewport.advance(LARGE, 600, null, now + 500), "still")
  assert.deepEqual(viewport.view, viewOf(LARGE, 600))
})

test("a drag keeps the view, even where the width changes, and what fits follows it", () => {
  const viewport = fitted(), { view } = viewport
  assert.equal(viewport.advance(LARGE, 600, drag(300), 16), "still")
  viewport.reset()
  assert.equal(viewport.advance(LARGE, 585, drag(300), 32), "still")
  assert.deepEqual(viewport.view, view)
  viewport.refit()
  viewport.advance(LARGE, 585, null, 48)
  assert.deepEqual(viewport.view, viewOf(LARGE, 585))
})

test("a drag at an edge extends the view", () => {
  const viewport = fitted(), { view } = viewport
  assert.equal(viewport.advance(SMALL, 600, drag(598), 16), "pushed")
  assert.ok(viewport.view.lo < view.lo && viewport.view.hi > view.hi)
})
