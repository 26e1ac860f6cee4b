// How far time goes in so many seconds.

import { clamp } from "../../base/view.js"

/** Where time stands, its end, and how it runs.
 * @typedef {{ time: number, end: number, speed: string, direction: 0 | 1 | -1 }} Clock */

/** How long each chapter lasts at ordinary speed. */
const SECONDS = [4, 4, 4, 6, 4, 6]
/** The speed at which only what a step does to the parameters is shown. */
export const STEPS_ONLY = "steps"
const STEPS_PER_SECOND = 10
/** The stretch of a step, in units of time, that is shown then. */
const FROM = 5.3, TO = 5.6

/** Return the time after so many seconds, in the direction that it runs.
 * @param {Clock} clock
 * @param {number} seconds */
export function advance(clock, seconds) {
  return clock.speed === STEPS_ONLY ? advanceBySteps(clock, seconds) : advanceByChapters(clock, seconds)
}

/** @param {Clock} clock
 * @param {number} seconds */
function advanceBySteps({ time, end, direction }, seconds) {
  const steps = end / 6, before = Math.min(steps - 1, Math.floor(time / 6))
  const taken = before + clamp((time - 6 * before - FROM) / (TO - FROM)) + direction * seconds * STEPS_PER_SECOND
  if (taken >= steps) return end
  if (taken <= 0) return 0
  const n = Math.floor(taken)
  return 6 * n + FROM + (taken - n) * (TO - FROM)
}

/** @param {Clock} clock
 * @param {number} seconds */
function advanceByChapters({ time: start, end, direction, speed }, seconds) {
  let left = seconds * Number(speed), time = start
  while (left > 0) {
    const chapter = direction > 0 ? Math.floor(time) : Math.ceil(time) - 1
    const edge = direction > 0 ? chapter + 1 : chapter
    const lasts = SECONDS[((chapter % 6) + 6) % 6]
    const needs = Math.abs(edge - time) * lasts
    if (needs > left) return clamp(time + (direction * left) / lasts, 0, end)
    left -= needs
    time = edge
    if (time <= 0 || time >= end) return clamp(time, 0, end)
  }
  return time
}
