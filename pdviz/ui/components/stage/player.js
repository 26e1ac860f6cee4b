// Time: it stands, or it runs forwards or backwards. Nothing else moves the stage.

import { clamp } from "../base/view.js"
import { MOTION } from "./run.js"

/** How long a chapter lasts at ordinary speed, in seconds. */
const SECONDS = [4, 4, 4, 6, 4, 6]
/** The speed at which only what a step does to the parameters is shown, and how many steps a second. */
export const STEPS_ONLY = "steps"
const STEPS_A_SECOND = 10
/** The speed at which a chapter that was asked for shows its motion. */
const SHOWN_AT = "3"
const FROM = 5.3, TO = 5.6

/** @typedef {{ time: number, end: number, speed: string, direction: 0 | 1 | -1, fresh: boolean }} Clock */

/** The time after so many seconds, in the direction that it runs. */
export function advance(/** @type {Clock} */ clock, /** @type {number} */ seconds) {
  const { end, direction } = clock
  if (clock.speed === STEPS_ONLY) {
    const whole = Math.min(end / 6 - 1, Math.floor(clock.time / 6))
    const taken = whole + clamp((clock.time - 6 * whole - FROM) / (TO - FROM)) + direction * seconds * STEPS_A_SECOND
    if (taken >= end / 6) return end
    if (taken <= 0) return 0
    const n = Math.floor(taken)
    return 6 * n + FROM + (taken - n) * (TO - FROM)
  }
  let left = seconds * Number(clock.speed), time = clock.time
  while (left > 0) {
    const chapter = direction > 0 ? Math.floor(time) : Math.ceil(time) - 1
    const edge = direction > 0 ? chapter + 1 : chapter
    const lasts = SECONDS[((chapter % 6) + 6) % 6]
    const need = Math.abs(edge - time) * lasts
    if (need > left) return clamp(time + (direction * left) / lasts, 0, end)
    left -= need
    time = edge
    if (time <= 0 || time >= end) return clamp(time, 0, end)
  }
  return time
}

/** A clock that calls `changed` whenever its time has moved or it has stopped. */
export function player(/** @type {Clock} */ clock, /** @type {() => void} */ changed,
  /** @type {() => void} */ stopped) {
  let frame = 0, stop = /** @type {number | null} */ (null)
  const cancel = () => cancelAnimationFrame(frame)

  /** Let time run, to its end or to `until`; only the former counts as playing. */
  function run(/** @type {1 | -1} */ direction, /** @type {number | null} */ until = null) {
    cancel()
    clock.fresh = false
    clock.direction = direction
    stop = until
    let last = performance.now()
    const tick = (/** @type {number} */ now) => {
      // A frame's own clock may be a little behind: time never runs the other way.
      const seconds = Math.max(0, now - last) / 1000
      last = now
      const goal = stop ?? (direction > 0 ? clock.end : 0)
      const time = stop === null ? advance(clock, seconds)
        : advance({ ...clock, speed: SHOWN_AT }, seconds)
      clock.time = direction > 0 ? Math.min(goal, time) : Math.max(goal, time)
      if (clock.time === goal) {
        clock.direction = 0
        const played = stop === null
        stop = null
        changed()
        if (played) stopped()
        return
      }
      frame = requestAnimationFrame(tick)
      changed()
    }
    frame = requestAnimationFrame(tick)
    changed()
  }

  return {
    cancel,
    /** Go on with what was cancelled. */
    resume() {
      if (clock.direction) run(clock.direction, stop)
    },
    /** Whether it plays, rather than stands or shows one chapter. */
    playing: () => clock.direction !== 0 && stop === null,
    /** Stand still at a time. */
    halt(/** @type {number} */ time) {
      cancel()
      clock.fresh = false
      clock.direction = 0
      stop = null
      clock.time = clamp(time, 0, clock.end)
      changed()
    },
    /** Play or pause. */
    toggle(/** @type {1 | -1} */ direction) {
      if (clock.direction === direction && stop === null) {
        this.halt(clock.time)
        return stopped()
      }
      if (direction > 0 && clock.time >= clock.end) clock.time = 0
      else if (direction > 0 && clock.fresh) clock.time = 6 * Math.floor(clock.time / 6)
      if (direction < 0 && clock.time <= 0) clock.time = clock.end
      run(direction)
    },
    /** Show the motion of chapter `n`, counted through all steps. */
    show(/** @type {number} */ n) {
      clock.time = clamp(n, 0, clock.end - 1)
      run(1, clock.time + MOTION)
    },
    /** Move time without stopping what runs. */
    move(/** @type {number} */ time) {
      clock.time = clamp(time, 0, clock.end)
      if (stop !== null) this.halt(clock.time)
    },
  }
}
