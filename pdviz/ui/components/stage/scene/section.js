// The strip at the top: the whole section, with the kernel's window over the output looked at.

import { ACCENT, COLOURS } from "../../boot/constants.js"
import { brief, withMinus } from "../../base/format.js"
import { element } from "../../base/svg.js"
import { clamp, mix } from "../../base/view.js"
import { keeper } from "./bars.js"
import { chaptersAt } from "../timeline.js"
import { adding, at, empty, largest, row } from "../run.js"

/** @typedef {import("../run.js").Run} Run */

/** Build the strip; returns draw(time, position under the hand) and the position at a place. */
export function section(/** @type {SVGSVGElement} */ svg, /** @type {Run} */ run, /** @type {number} */ width) {
  const left = 38, right = 62, top = 22, foot = 104, slopes = 132, height = 156
  svg.replaceChildren()
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
  svg.setAttribute("height", String(height))
  const pixels = (width - left - right) / Math.max(1, run.L - 1)
  const place = (/** @type {number} */ t) => left + t * pixels
  const { signal, target } = run.series
  const first = row(run, "output", 0), last = row(run, "output", run.steps)
  const reach = Math.max(largest(signal), largest(target))
  let least = 0, most = 0
  for (const list of [signal, target, first, last]) for (const v of list) {
    if (Math.abs(v) > 2 * reach) continue
    least = Math.min(least, v)
    most = Math.max(most, v)
  }
  if (most === least) most = least + 1
  const level = (/** @type {number} */ v) => mix(foot, top, clamp((v - least) / (most - least), -0.06, 1.06))
  const line = (/** @type {(t: number) => number} */ value) => {
    let d = ""
    for (let t = 0; t < run.L; t++) d += `${t ? "L" : "M"}${place(t).toFixed(1)} ${level(value(t)).toFixed(1)}`
    return d
  }
  element("text", svg, { x: 0, y: 13, class: "title" }).textContent =
    (width >= 640 ? `the section trained on, in ${run.unit}; ` : "") + "drag to look at another output"
  const window = (/** @type {string} */ kind, opacity = 0) =>
    keeper(element("rect", svg, { class: `window ${kind}`, y: top - 4, height: foot - top + 8, opacity }))
  const whole = window("all"), added = [0, 1, 2].map(() => window("added")), frame = window("looked-at", 1)
  whole.set({ x: place(0), width: place(run.L - 1) - place(0) })
  element("line", svg, { x1: left, x2: place(run.L - 1), y1: level(0), y2: level(0), class: "zero" })
  for (const v of [least, 0, most]) if (v === 0 || Math.abs(level(v) - level(0)) > 12)
    element("text", svg, { x: left - 6, y: level(v) + 4, class: "tick end" }).textContent = brief(v)
  element("path", svg, { d: line((t) => signal[t]), class: "line signal" })
  element("path", svg, { d: line((t) => target[t]), class: "line wanted", stroke: ACCENT })
  const output = keeper(element("path", svg, { class: "line made" }))
  const ends = [["signal", signal], ["target", target], ["output", last]].map(([text, list]) =>
    ({ text: String(text), y: level(Number(list[run.L - 1])) })).sort((p, q) => p.y - q.y)
  ends.forEach((end, k) => { end.y = Math.max(end.y, k ? ends[k - 1].y + 13 : top) })
  const over = Math.max(0, ends[2].y - foot)
  for (const { text, y } of ends) element("text", svg, {
    x: place(run.L - 1) + 6, y: y - over + 4, class: `side named-${text}`,
    style: text === "target" ? `fill:${ACCENT}` : "",
  }).textContent = text

  // Where the taps stand below the window, as in the kernel.
  const offsets = run.offsets.flatMap((o, i) => (empty(run, i) ? [] : [{ o, part: run.parts[i] }]))
  const feet = keeper(element("g", svg))
  const tap = Math.max(1, pixels * 0.8)
  for (const { o, part } of offsets)
    element("rect", feet.node, { x: o * pixels - tap / 2, y: foot + 5, width: tap, height: 5, fill: COLOURS[part] })
  const eye = keeper(element("line", svg, { class: "now", y1: top - 4, y2: foot + 12 }))
  const knob = keeper(element("circle", svg, { r: 4.5, class: "knob" }))
  element("line", svg, { x1: left, x2: place(run.L - 1), y1: slopes, y2: slopes, class: "zero" })
  element("text", svg, { x: place(run.L - 1) + 6, y: slopes + 4, class: "side" }).textContent = "∂L/∂y"
  const pulls = keeper(element("path", svg, { class: "pulls", opacity: 0 }))
  const counted = keeper(element("path", svg, {
    class: "pulls", style: `stroke:${ACCENT}`, "stroke-width": Math.max(1.5, pixels * 0.9), opacity: 0,
  }))
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500].find((v) => v * pixels >= 52) ?? 1000
  for (let t = Math.ceil(run.first / step) * step - run.first; t < run.L; t += step)
    element("text", svg, { x: place(t), y: height - 2, class: "tick" }).textContent = withMinus(run.first + t)
  element("text", svg, { x: 0, y: height - 2, class: "tick start" }).textContent = width >= 640 ? "sample" : ""
  const [o0, o1] = [run.offsets[0], run.offsets[run.K - 1]]
  const span = (/** @type {number} */ t) => {
    const x0 = Math.max(left - 3, place(t + o0 - 0.5)), x1 = Math.min(place(run.L - 1) + 3, place(t + o1 + 0.5))
    return { x: x0, width: Math.max(3, x1 - x0) }
  }
  /** ∂L/∂y at these outputs. */
  const marks = (/** @type {number} */ n, /** @type {number[]} */ outputs) => {
    const list = row(run, "gradOutput", n), size = largest(list) || 1
    return outputs.filter((t) => list[t] !== 0)
      .map((t) => `M${place(t).toFixed(1)} ${slopes}v${((-list[t] / size) * 11).toFixed(1)}`).join("")
  }
  const drawn = { n: -1, take: -1 }

  return {
    positionAt: (/** @type {number} */ x) => clamp(Math.round((x - left) / pixels), 0, run.L - 1),
    draw(/** @type {number} */ time, /** @type {number} */ position) {
      const now = chaptersAt(run, time), { n, take } = now
      if (n !== drawn.n || take !== drawn.take) {
        const before = row(run, "output", n), after = row(run, "output", n + 1)
        output.set({ d: line((t) => mix(before[t], after[t], take)) })
      }
      if (n !== drawn.n) {
        pulls.set({ d: marks(n, [...Array(run.L).keys()]), "stroke-width": Math.max(1, pixels * 0.7) })
      }
      drawn.n = n
      drawn.take = take
      pulls.set({ opacity: now.apart * now.alive })
      const add = run.scope === "signal" ? adding(run, now) : null
      const alone = add && !add.done ? add.alone : []
      added.forEach((node, k) => {
        const seen = add !== null && k < alone.length && k <= add.index
        node.set({ ...(seen ? span(alone[k]) : {}), opacity: seen ? (k === add.index ? 1 : 0.4) : 0 })
      })
      const many = add && add.now === null && !add.done
      whole.set({ opacity: many ? add.counts[add.index] / run.L : 0 })
      if (add) counted.set({ d: marks(n, add.order.slice(0, add.counts[add.index])) })
      counted.set({ opacity: add && !add.done ? 1 : 0 })
      frame.set({ ...span(position), opacity: add && !add.done ? 0.3 : 1 })
      feet.set({ transform: `translate(${place(position).toFixed(2)} 0)` })
      eye.set({ x1: place(position), x2: place(position) })
      knob.set({ cx: place(position), cy: level(at(run, "output", n, position)) })
    },
  }
}
