// Time: it stands, or it runs forwards or backwards. Nothing else moves the stage.

import { clamp } from "../../base/view.js"
import { MOTION, momentAt } from "../run/timeline.js"
import { advance } from "./advance.js"

/** @typedef {1 | -1} Direction */
/** `reducedMotion` matches where a person wants no motion; `changed` is called whenever time has moved, has stopped or
 * runs otherwise.
 * @typedef {{ reducedMotion: { matches: boolean }, changed: () => void }} PlayerParts */

/** The speed at which one chapter shows its motion. */
const CHAPTER_SPEED = "3"
const NUDGE = 0.1

/** The time that is shown, and what moves it. */
export class Player {
  speed = "1"
  /** @type {0 | Direction} */
  #direction = 0
  /** Where time stops that shows one chapter.
   * @type {number | null} */
  #goal = null
  #moved = false
  #frame = 0
  #reducedMotion
  #changed

  /**
   * @param {number} time
   * @param {number} steps of the run
   * @param {PlayerParts} parts */
  constructor(time, steps, { reducedMotion, changed }) {
    this.time = time
    this.end = 6 * steps
    this.#reducedMotion = reducedMotion
    this.#changed = changed
  }

  /** The direction in which it plays; 0 where it stands or shows one chapter.
   * @returns {0 | Direction} */
  get playing() { return this.#goal === null ? this.#direction : 0 }

  /** The step that time is in. */
  get step() { return momentAt(this.end / 6, this.time).n }

  /** The chapter that time is in, counted through all steps. */
  get chapter() { return Math.min(this.end - 1, Math.floor(this.time + 1e-9)) }

  /** The time that is drawn: without motion, where the chapter's has ended. */
  get drawnTime() { return this.#reducedMotion.matches ? this.chapter + MOTION : this.time }

  /** Follow a run of so many steps.
   * @param {number} steps */
  fit(steps) {
    this.end = 6 * steps
    this.time = clamp(this.time, 0, this.end)
  }

  /** Stop asking for frames. */
  cancel() { cancelAnimationFrame(this.#frame) }

  /** Go on with what was cancelled. */
  resume() {
    if (this.#direction) this.#run(this.#direction, this.#goal)
  }

  /** Change the speed.
   * @param {string} speed a factor, or `STEPS_ONLY` */
  setSpeed(speed) {
    this.speed = speed
    this.#changed()
  }

  /** Stand still at a time.
   * @param {number} time */
  halt(time) {
    this.cancel()
    this.#moved = true
    this.#direction = 0
    this.#goal = null
    this.time = clamp(time, 0, this.end)
    this.#changed()
  }

  /** Play or pause.
   * @param {Direction} direction */
  toggle(direction) {
    if (this.playing === direction) return this.halt(this.time)
    if (direction > 0 && this.time >= this.end) this.time = 0
    else if (direction > 0 && !this.#moved) this.time = 6 * Math.floor(this.time / 6)
    if (direction < 0 && this.time <= 0) this.time = this.end
    this.#run(direction, null)
  }

  /** Show the motion of a chapter, counted through all steps.
   * @param {number} chapter */
  show(chapter) {
    const start = clamp(chapter, 0, this.end - 1)
    if (this.#reducedMotion.matches) return this.halt(start + MOTION)
    this.time = start
    this.#run(1, start + MOTION)
  }

  /** Show the next chapter, or the first one at the very beginning. */
  forward() { this.show(this.time === 0 && !this.#direction ? 0 : this.chapter + 1) }

  /** Stand where the chapter before has moved or, early in a chapter, the one before that. */
  back() {
    const { chapter } = this, late = this.time - chapter > MOTION / 2
    if (chapter === 0 && !late) this.halt(0)
    else this.halt(Math.max(0, chapter - (late ? 1 : 2)) + MOTION)
  }

  /** Move time a little, or by a chapter where nothing moves.
   * @param {Direction} direction */
  nudge(direction) {
    if (!this.#reducedMotion.matches) this.halt(Math.round((this.time + direction * NUDGE) * 10) / 10)
    else if (direction > 0) this.forward()
    else this.back()
  }

  /** Stand at another step, in the same chapter.
   * @param {number} n */
  toStep(n) {
    const { u } = momentAt(this.end / 6, this.time)
    this.halt(n >= this.end / 6 ? this.end : 6 * Math.max(0, n) + Math.min(u, 5 + MOTION))
  }

  /** Move time to another step, at the same place, without stopping what runs.
   * @param {number} n */
  jumpToStep(n) { this.time = 6 * n + momentAt(this.end / 6, this.time).u }

  /** Let time run to its end, or to a goal.
   * @param {Direction} direction
   * @param {number | null} goal */
  #run(direction, goal) {
    this.cancel()
    this.#moved = true
    this.#direction = direction
    this.#goal = goal
    let last = performance.now()
    const tick = (/** @type {number} */ now) => {
      const seconds = Math.max(0, now - last) / 1000 // a frame's own clock may be a little behind
      last = now
      this.#advance(direction, seconds)
      if (this.#direction) this.#frame = requestAnimationFrame(tick)
      this.#changed()
    }
    this.#frame = requestAnimationFrame(tick)
    this.#changed()
  }

  /** Move time on, and stop it at its goal.
   * @param {Direction} direction
   * @param {number} seconds */
  #advance(direction, seconds) {
    const speed = this.#goal === null ? this.speed : CHAPTER_SPEED
    const goal = this.#goal ?? (direction > 0 ? this.end : 0)
    const time = advance({ time: this.time, end: this.end, speed, direction }, seconds)
    this.time = direction > 0 ? Math.min(goal, time) : Math.max(goal, time)
    if (this.time !== goal) return
    this.#direction = 0
    this.#goal = null
  }
}
