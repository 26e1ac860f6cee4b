// Time: how fast it runs, where it stops, and what the controls make of it.

import assert from "node:assert/strict"
import { beforeEach, mock, test } from "node:test"
import { advance } from "../../../../pdviz/ui/components/stage/state/advance.js"
import { Player } from "../../../../pdviz/ui/components/stage/state/player.js"

let now = 0, changes = 0
/** @type {((now: number) => void) | null} */
let frame = null
mock.method(performance, "now", () => now)
Object.assign(globalThis, {
  requestAnimationFrame: (/** @type {(now: number) => void} */ draw) => { frame = draw; return 1 },
  cancelAnimationFrame: () => { frame = null },
})
beforeEach(() => { frame = null })

/** Let so many seconds pass in one frame. */
function pass(/** @type {number} */ seconds) {
  now += 1000 * seconds
  const draw = frame
  frame = null
  draw?.(now)
}

const createPlayer = (time = 3.6, still = false) =>
  new Player(time, 2, { reducedMotion: { matches: still }, changed: () => { changes++ } })
const near = (/** @type {number} */ value, /** @type {number} */ expected) =>
  assert.ok(Math.abs(value - expected) < 1e-9, `${value} is not ${expected}`)

test("a chapter lasts four seconds, Back and Step six; speed multiplies", () => {
  const clock = { time: 0, end: 12, speed: "1", direction: /** @type {const} */ (1) }
  near(advance(clock, 2), 0.5)
  near(advance(clock, 15), 3.5) // 3 · 4 + 6 / 2
  near(advance(clock, 28), 6)
  near(advance({ ...clock, speed: "4" }, 0.5), 0.5)
  near(advance(clock, 1000), 12)
  near(advance({ ...clock, time: 4, direction: -1 }, 3), 3.5)
  near(advance({ ...clock, time: 4, direction: -1 }, 1000), 0)
})

test("of ten steps per second only what they do is shown", () => {
  const clock = { time: 0, end: 60, speed: "steps", direction: /** @type {const} */ (1) }
  near(advance(clock, 0.05), 5.45)
  near(advance(clock, 0.1), 11.3)
  near(advance({ ...clock, time: 11.3 }, 0.1), 17.3)
  near(advance({ ...clock, time: 17.3, direction: -1 }, 0.1), 11.3)
  near(advance(clock, 1), 60)
  near(advance({ ...clock, time: 17.3, direction: -1 }, 1), 0)
})

test("it plays from the start of its step at first, then on from where it is, and stops at the end", () => {
  const player = createPlayer()
  player.toggle(1)
  assert.deepEqual([player.time, player.playing], [0, 1])
  pass(2)
  near(player.time, 0.5)
  player.toggle(1)
  assert.deepEqual([player.playing, frame], [0, null])
  player.toggle(1)
  pass(1)
  near(player.time, 0.75)
  pass(1000)
  assert.deepEqual([player.time, player.playing, frame], [12, 0, null])
  player.toggle(1)
  assert.equal(player.time, 0)
})

test("it plays backwards, to 0, and from 0 from the end", () => {
  const player = createPlayer(1)
  player.toggle(-1)
  pass(2)
  near(player.time, 0.5)
  player.toggle(1) // turns round
  pass(1)
  near(player.time, 0.75)
  player.toggle(-1)
  pass(1000)
  assert.deepEqual([player.time, player.playing], [0, 0])
  player.toggle(-1)
  assert.deepEqual([player.time, player.playing], [12, -1])
})

test("a frame whose clock is behind does not turn time back", () => {
  const player = createPlayer()
  player.setSpeed("steps")
  player.toggle(1)
  pass(0.05)
  pass(-0.02)
  near(player.time, 5.45)
})

test("a chapter shows its motion at three times the speed, and that is not playing", () => {
  const player = createPlayer()
  player.show(7)
  assert.deepEqual([player.time, player.playing], [7, 0])
  pass(0.4)
  near(player.time, 7.3)
  pass(10)
  near(player.time, 7.6)
  assert.equal(frame, null)
  player.show(100)
  assert.equal(player.time, 11)
})

test("forward and back go from chapter to chapter", () => {
  const player = createPlayer(0)
  const forward = () => { player.forward(); pass(10); return player.time }
  const back = () => { player.back(); return player.time }
  assert.deepEqual([forward(), forward(), forward()], [0.6, 1.6, 2.6])
  assert.deepEqual([back(), back(), back()], [1.6, 0.6, 0.6])
  player.halt(0.2)
  assert.equal(back(), 0)
  player.halt(3.2) // early in a chapter what is seen is the one before
  assert.equal(back(), 1.6)
  player.halt(3.4)
  assert.equal(back(), 2.6)
})

test("a step is reached in the same chapter; the end is after the last", () => {
  const player = createPlayer()
  player.toStep(1)
  assert.equal(player.time, 9.6)
  player.toStep(-5)
  near(player.time, 3.6)
  player.toStep(2)
  assert.equal(player.time, 12)
  player.toStep(0)
  assert.equal(player.time, 5.6)
})

test("the server moves time without stopping it", () => {
  const player = createPlayer(1)
  player.toggle(-1)
  player.jumpToStep(1)
  assert.deepEqual([player.time, player.playing], [7, -1])
  player.fit(1)
  assert.deepEqual([player.time, player.end], [6, 6])
})

test("what was cancelled goes on when it is resumed", () => {
  const player = createPlayer()
  player.resume()
  assert.equal(frame, null)
  player.show(2)
  player.cancel()
  assert.equal(frame, null)
  now += 60_000
  player.resume()
  pass(0.4)
  near(player.time, 2.3)
  pass(10)
  near(player.time, 2.6)
})

test("without motion chapters are shown when theirs has ended, one by one", () => {
  const player = createPlayer(0.1, true)
  assert.equal(player.drawnTime, 0.6)
  player.show(3)
  assert.deepEqual([player.time, frame], [3.6, null])
  player.nudge(1)
  assert.equal(player.time, 4.6)
  player.nudge(-1)
  assert.equal(player.time, 3.6)
})

test("a nudge is a tenth of a chapter, and every change is announced", () => {
  const player = createPlayer()
  changes = 0
  player.nudge(1)
  assert.equal(player.time, 3.7)
  player.nudge(-1)
  assert.equal(player.time, 3.6)
  player.setSpeed("2")
  assert.equal(changes, 3)
  player.toggle(1)
  pass(1)
  assert.equal(changes, 5)
})
