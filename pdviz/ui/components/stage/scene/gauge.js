// At the side of the columns: the output that the products add up to, its target, and what lies between.

import { ACCENT } from "../../boot/constants.js"
import { brief, number } from "../../base/format.js"
import { element } from "../../base/svg.js"
import { clamp } from "../../base/view.js"
import { keeper } from "./bars.js"

/** @typedef {{ left: number, top: number, width: number, height: number, wide: boolean }} Box */
/** What it shows: the scale's end, the output, whether it is the whole of it, the target, and how visible the output
 * and its distance to the target are.
 * @typedef {{ top: number, value: number, done: boolean, target: number, seen: number, apart: number }} Reading */

export function gauge(/** @type {Element} */ parent, /** @type {Box} */ box) {
  const { left, wide } = box
  const foot = wide ? 30 : 4
  const middle = box.top + (box.height - foot) / 2 + 10, half = (box.height - foot) / 2 - 14
  const x = left + (wide ? 34 : 14), thick = wide ? 26 : 16
  element("text", parent, { x: left, y: box.top + 13, class: "title" }).textContent =
    wide ? "output y and its target" : "output y"
  element("line", parent, { x1: x, x2: x, y1: middle - half, y2: middle + half, class: "zero" })
  element("line", parent, { x1: x - 4, x2: x + thick + 26, y1: middle, y2: middle, class: "zero" })
  const ticks = [-1, 1].map((sign) => ({ sign, text: keeper(element("text", parent, {
    x: x - 6, y: middle - sign * half + 4, class: "tick end",
  })) }))
  if (wide) element("text", parent, { x: x - 6, y: middle + 4, class: "tick end" }).textContent = "0"
  const between = keeper(element("rect", parent, {
    class: "apart", x: x + thick + 3, width: wide ? 8 : 5, fill: ACCENT, opacity: 0,
  }))
  const bar = keeper(element("rect", parent, { class: "bar output", x: x + 1, width: thick, opacity: 0 }))
  const goal = keeper(element("line", parent, {
    class: "goal", x1: x - 5, x2: x + thick + (wide ? 14 : 10), stroke: ACCENT, "stroke-width": 2.5,
  }))
  const right = wide ? x + thick + 18 : x + thick + 13
  const named = keeper(element("text", parent, { x: right, class: "side" }))
  const wanted = keeper(element("text", parent, { x: right, class: "side", style: `fill:${ACCENT}` }))
  const words = keeper(element("text", parent, { x: left, y: box.top + box.height - 4, class: "side" }))
  const level = (/** @type {number} */ v, /** @type {number} */ top) => middle - clamp(v / top, -1, 1) * half
  return {
    x: x + 1 + thick / 2,
    thick,
    level,
    draw(/** @type {Reading} */ { top, value, done, target, seen, apart }) {
      const y = level(value, top), zero = level(0, top), aim = level(target, top)
      if (wide) for (const { sign, text } of ticks) text.say(brief(sign * top))
      bar.set({ y: Math.min(y, zero), height: Math.max(Math.abs(y - zero), 0.75), opacity: seen })
      goal.set({ y1: aim, y2: aim })
      between.set({ y: Math.min(y, aim), height: Math.abs(y - aim), opacity: apart * 0.45 })
      const clash = seen > 0 && Math.abs(y - aim) < 13 ? (13 - Math.abs(y - aim)) / 2 : 0
      const upper = y <= aim ? -1 : 1
      named.set({ y: y + 4 + upper * clash, opacity: seen })
      named.say(wide ? `${done ? "y =" : "so far"} ${number(value)}` : "y")
      wanted.set({ y: aim + 4 - upper * clash })
      wanted.say(wide ? `target ${number(target)}` : "target")
      words.set({ opacity: wide ? apart : 0 })
      words.say(`y − target = ${number(value - target)}`)
    },
    /** The height between an output and its target. */
    between: (/** @type {number} */ value, /** @type {number} */ target, /** @type {number} */ top) =>
      (level(value, top) + level(target, top)) / 2,
  }
}
