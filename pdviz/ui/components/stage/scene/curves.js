// Lines over the run: the loss, every held parameter's path, and the loss along one step.

import { ACCENT, COLOURS } from "../../boot/constants.js"
import { brief, number, withMinus } from "../../base/format.js"
import { element } from "../../base/svg.js"
import { clamp, mix } from "../../base/view.js"
import { keeper } from "./bars.js"
import { at, largest, row } from "../run.js"

/** @typedef {import("../run.js").Run} Run */

/** A line through points, without those that are not finite. */
function line(/** @type {[number, number][]} */ points) {
  return points.filter(([, y]) => Number.isFinite(y))
    .map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("")
}

/** Round numbers for an axis of whole numbers from 0 to `last`. */
function wholeTicks(/** @type {number} */ last, most = 6) {
  const step = [1, 2, 5, 10, 20, 25, 50, 100].find((s) => last / s <= most) ?? last
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step)
}

/** The loss before every step; returns draw(steps taken), and the step at a place of the drawing. */
export function lossCurve(/** @type {SVGSVGElement} */ svg, /** @type {Run} */ run, /** @type {number} */ width) {
  const height = 168, left = 52, right = 14, top = 30, bottom = height - 34
  svg.replaceChildren()
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
  svg.setAttribute("height", String(height))
  const losses = [...run.series.loss].map((v) => (Number.isFinite(v) ? v : NaN))
  const known = losses.filter((v) => !Number.isNaN(v))
  const most = Math.max(...known, 1e-30), least = Math.min(...known)
  const tenfold = least > 0 && most / least > 30
  const [low, high] = tenfold ? [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))] : [0, most * 1.05]
  const place = (/** @type {number} */ n) => left + (n / run.steps) * (width - left - right)
  const level = (/** @type {number} */ v) =>
    mix(bottom, top, clamp(((tenfold ? Math.log10(Math.max(v, 1e-300)) : v) - low) / (high - low)))
  element("text", svg, { x: 0, y: 13, class: "title" }).textContent = "loss of the whole run"
  const skip = tenfold ? Math.ceil((high - low) / 4) : 0
  const levels = tenfold
    ? Array.from({ length: Math.floor((high - low) / skip) + 1 }, (_, i) => 10 ** (low + i * skip))
    : [0, most / 2, most]
  for (const v of levels) {
    element("line", svg, { x1: left, x2: width - right, y1: level(v), y2: level(v), class: "grid" })
    element("text", svg, { x: left - 6, y: level(v) + 4, class: "tick end" }).textContent = brief(v)
  }
  for (const n of wholeTicks(run.steps))
    element("text", svg, { x: place(n), y: bottom + 16, class: "tick" }).textContent = String(n)
  element("text", svg, { x: width - right, y: bottom + 31, class: "tick end" }).textContent = "steps taken"
  if (tenfold && skip < 4) element("text", svg, { x: left, y: bottom + 31, class: "tick start" }).textContent =
    `each line is ${skip > 1 ? `1${"0".repeat(skip)}` : "ten"} times the one below`
  element("path", svg, { d: line(losses.map((v, n) => [place(n), level(v)])), class: "line", stroke: ACCENT })
  const mark = keeper(element("line", svg, { y1: top - 6, y2: bottom, class: "now" }))
  const dot = keeper(element("circle", svg, { r: 5, fill: ACCENT, class: "dot" }))
  const words = keeper(element("text", svg, { y: top - 10, class: "side" }))
  return {
    draw(/** @type {number} */ taken) {
      const n = Math.min(run.steps, Math.floor(taken)), next = Math.min(run.steps, n + 1)
      const x = place(taken)
      mark.set({ x1: x, x2: x })
      const y = mix(level(losses[n]), level(losses[next]), clamp(taken - n))
      if (Number.isFinite(y)) dot.set({ cx: x, cy: y })
      const rightHalf = x > width * 0.6
      words.set({ x: rightHalf ? x - 8 : x + 8, y: top + 6, "text-anchor": rightHalf ? "end" : "start" })
      words.say(`L = ${number(losses[n])}`)
    },
    stepAt: (/** @type {number} */ x) =>
      Math.round(clamp((x - left) / (width - left - right), 0, 1) * run.steps),
  }
}

/** Every held parameter's path over the run: a cell each, or one field for many. */
export function paths(/** @type {SVGSVGElement} */ svg, /** @type {Run} */ run, /** @type {number} */ width) {
  svg.replaceChildren()
  let least = 0, most = 0
  for (const v of run.series.params) if (Number.isFinite(v)) [least, most] = [Math.min(least, v), Math.max(most, v)]
  if (most === least) most = least + 1
  const struck = run.params.element.map((i) => run.parts[i] === "gap")
  const colour = (/** @type {number} */ p) => COLOURS[run.parts[run.params.element[p]]]
  /** @typedef {(v: number) => number} Scale */
  const path = (/** @type {number} */ p, /** @type {Scale} */ x, /** @type {Scale} */ y) =>
    line(Array.from({ length: run.steps + 1 }, (_, n) => [x(n), y(at(run, "params", n, p))]))
  const few = run.P <= 48
  const longest = Math.max(...run.rows.map((_, r) => run.params.row.filter((v) => v === r).length))
  const lines = Math.ceil(longest / Math.max(1, Math.floor(width / 52)))
  const columns = few ? Math.ceil(longest / lines) : 1
  const head = 22, cell = few ? 44 : 146
  /** @type {{ x: (n: number) => number, top: number, foot: number }[]} */
  const cells = []
  let top = head
  run.rows.forEach((title, r) => {
    const held = run.params.row.flatMap((v, p) => (v === r ? [p] : []))
    if (run.rows.length > 1) element("text", svg, { x: 0, y: top + 9, class: "tick start" }).textContent = title
    if (run.rows.length > 1) top += 14
    if (!few) held.sort((p, q) => Number(struck[q]) - Number(struck[p])) // taps lie over gaps
    const wide = few ? Math.min(width / columns, 84) : width
    held.forEach((p, k) => {
      const x0 = few ? (k % columns) * wide : 44, y0 = few ? top + Math.floor(k / columns) * cell : top
      const inner = few ? wide - 10 : width - 50, tall = few ? cell - 16 : cell - 20
      const x = (/** @type {number} */ n) => x0 + (n / run.steps) * inner
      const y = (/** @type {number} */ v) => y0 + 2 + (1 - (v - least) / (most - least)) * (tall - 4)
      if (few || k === 0) {
        element("line", svg, { x1: x0, x2: x0 + inner, y1: y(0), y2: y(0), class: "zero" })
        cells.push({ x, top: y0, foot: y0 + tall })
        if (!few) for (const v of [least, 0, most])
          element("text", svg, { x: 38, y: y(v) + 4, class: "tick end" }).textContent = brief(v)
      }
      element("path", svg, {
        d: path(p, x, y), class: `line path ${struck[p] ? "gap" : "tap"} ${few ? "" : "fine"}`, stroke: colour(p),
        "data-parameter": p,
      })
      const offset = withMinus(run.offsets[run.params.element[p]])
      if (few) element("text", svg, { x: x0, y: y0 + tall + 10, class: "tick start" }).textContent = offset
    })
    top += few ? Math.ceil(held.length / columns) * cell : cell
  })
  element("text", svg, { x: 0, y: 13, class: "title" }).textContent =
    `path of every ${run.way === "compact" ? "parameter" : "weight"} over the run` + (few ? ", by offset" : "")
  const range = keeper(element("text", svg, { x: 0, y: top + 10, class: "tick start" }))
  const far = largest(run.series.params.filter((_, k) => struck[k % run.P]))
  const gaps = struck.includes(true) ? ` Grey: gaps, up to ${brief(far)} away from 0.` : ""
  range.say(`All on one scale, ${brief(least)} to ${brief(most)}; the thin line is 0.${gaps}`)
  const marks = cells.map(({ top: y1, foot: y2 }) => keeper(element("line", svg, { y1, y2, class: "now" })))
  svg.setAttribute("viewBox", `0 0 ${width} ${top + 16}`)
  svg.setAttribute("height", String(top + 16))
  return (/** @type {number} */ taken) => {
    cells.forEach(({ x }, k) => marks[k].set({ x1: x(taken), x2: x(taken) }))
  }
}

/** The loss along one step, before it is taken; returns draw(step, seen, traced, taken). */
export function whatIf(/** @type {Element} */ parent, /** @type {Run} */ run,
  /** @type {import("./gauge.js").Box} */ { left, top, width, height, wide }) {
  const x0 = left + 6, x1 = left + width - 12, y0 = top + 34, y1 = top + height - 34
  const far = run.along[run.along.length - 1] || 1
  const place = (/** @type {number} */ f) => mix(x0, x1, f / far)
  const group = keeper(element("g", parent, { class: "whatif", opacity: 0 }))
  element("text", group.node, { x: left, y: top + 13, class: "title" }).textContent = "What if I take this step?"
  element("line", group.node, { x1: x0, x2: x1, y1, y2: y1, class: "zero" })
  const marks = run.along.filter((f) => Number.isInteger(f))
  for (const f of marks) {
    element("line", group.node, { x1: place(f), x2: place(f), y1: y0 - 4, y2: y1 + 4, class: "grid" })
    const anchor = f === 0 ? "start" : f === far ? "end" : "middle"
    element("text", group.node, { x: place(f), y: y1 + 16, class: `tick ${anchor}` }).textContent =
      f === 0 ? "before" : f === 1 ? "this step" : f === 2 ? "twice as far" : `${f} ×`
  }
  element("text", group.node, { x: x1, y: y1 + 30, class: "tick end" }).textContent = "how far"
  element("text", group.node, { x: left, y: y1 + 30, class: "tick start" }).textContent = "loss, from 0"
  const content = keeper(element("g", group.node, { opacity: 0 }))
  const curve = keeper(element("path", content.node, { class: "line", stroke: ACCENT }))
  const dot = keeper(element("circle", content.node, { r: 5, fill: ACCENT, class: "dot" }))
  const before = keeper(element("text", content.node, { class: "side", x: x0 + 2 }))
  const after = keeper(element("text", content.node, { class: "side", "text-anchor": "middle" }))
  let known = -1
  /** @type {number[]} */
  let values = []
  let ceiling = 1
  const level = (/** @type {number} */ v) => mix(y1, y0, clamp(v / ceiling, 0, 1))
  /** The loss at a fraction: along a line it is a parabola, which three of the values tell. */
  const between = (/** @type {number} */ f) => {
    const { along } = run
    if (along.length < 3) return values[0]
    const k = clamp(along.findIndex((v) => v >= f), 1, along.length - 2)
    const near = [k - 1, k, k + 1]
    return near.reduce((sum, i) => sum + values[i] * near.reduce((product, j) =>
      (i === j ? product : (product * (f - along[j])) / (along[i] - along[j])), 1), 0)
  }
  return (/** @type {number} */ n, /** @type {number} */ seen, /** @type {number} */ traced,
    /** @type {number} */ taken) => {
    group.set({ opacity: Math.max(seen, wide ? 0 : 0.35) })
    content.set({ opacity: seen })
    if (seen === 0) return
    if (n !== known) {
      known = n
      values = [...row(run, "along", n)].map((v) => (Number.isFinite(v) ? v : 3e38))
      const start = at(run, "loss", n), end = Math.min(at(run, "loss", n + 1), 3e38)
      ceiling = Math.max(start * 1.1, Math.min(Math.max(...values), 4 * Math.max(start, end)), 1e-30)
    }
    const reach = far * traced
    const points = Array.from({ length: 49 }, (_, k) => (reach * k) / 48)
      .map((f) => /** @type {[number, number]} */ ([place(f), level(between(f))]))
    curve.set({ d: line(points) })
    dot.set({ cx: place(taken), cy: level(between(taken)) })
    before.set({ y: level(values[0]) - 9 })
    before.say(number(values[0]))
    const one = between(1)
    after.set({ x: place(1), y: level(one) - 9, opacity: traced * far >= 1 ? 1 : 0 })
    after.say(number(at(run, "loss", n + 1)))
  }
}
