// What stands beside the columns: headings, the ends of the scales, zero lines, offsets and places of gaps.

import { number, withMinus } from "../../base/format.js"
import { element } from "../../base/svg.js"
import { chapterOf, empty, largest } from "../run.js"
import { keeper } from "./bars.js"
import { movesOf } from "./scales.js"

/** @typedef {import("../run.js").Run} Run */
/** @typedef {ReturnType<typeof import("./layout.js").layout>} Places */

/** Draw what stands still; returns say(moment, windows being added, position) and scale(ends). */
export function headings(/** @type {SVGSVGElement} */ svg, /** @type {Run} */ run, /** @type {Places} */ places) {
  const { left, area, column, thick, place, wide, labelled, kernel } = places
  const bands = [places.samples, places.products, kernel, places.gradient, ...places.held]
  const heads = bands.map(({ top, zero, bar }) => {
    element("line", svg, { x1: left, x2: left + area, y1: zero, y2: zero, class: "zero" })
    element("line", svg, { x1: left - 5, x2: left - 1, y1: zero - bar, y2: zero - bar, class: "mark" })
    return {
      title: keeper(element("text", svg, { x: 0, y: top + 13, class: "title" })),
      end: keeper(element("text", svg, { x: left - 7, y: zero - bar + 4, class: "tick end" })),
    }
  })
  const every = [1, 2, 5, 10, 20, 50].find((n) => n * column >= 26) ?? 100
  run.offsets.forEach((o, i) => {
    if (o % every === 0) element("text", svg, { x: place(i), y: places.axis, class: "tick" }).textContent = withMinus(o)
    if (empty(run, i))
      element("rect", svg, {
        class: labelled ? "place" : "place fine", x: place(i) - thick / 2, width: thick,
        y: kernel.zero - (labelled ? 9 : 3), height: labelled ? 18 : 6, rx: labelled ? 2 : 0,
      })
  })
  element("text", svg, { x: 0, y: places.axis, class: "tick start" }).textContent = wide ? "offset" : "o"
  const name = run.way === "compact" || run.way === "sum" ? "assembled kernel" : "kernel"

  return {
    scale: (/** @type {string[]} */ ends) => ends.forEach((text, k) => heads[k].end.say(text === "0" ? "" : text)),
    say(/** @type {import("../run.js").Moment} */ now, /** @type {import("../run.js").Adding | null} */ add,
      /** @type {number} */ position) {
      const chapter = chapterOf(now), adds = run.scope === "signal" && add ? add : null
      const sample = run.first + (adds && !adds.done ? adds.now ?? position : position)
      const added = !adds ? "" : adds.now !== null ? ` · window ${adds.index + 1} of ${run.inLoss}`
        : ` · ${adds.counts[adds.index]} of ${run.inLoss} windows`
      const most = number(largest(movesOf(run, now.n)))
      const thin = chapter < 4 ? ""
        : chapter === 4 ? (wide ? ", and what arrives there (thin)" : " · gradient (thin)")
        : wide ? `, and how they move (thin; at most ${most})` : " · move (thin)"
      const words = [
        `samples under the kernel at sample ${sample}${wide ? `, x[t + o], in ${run.unit}` : ""}`,
        "products, w[o] · x[t + o]",
        `${name}, w[o]`,
        `gradient of the ${wide ? name : "kernel"}, ∂L/∂w[o]${added}`,
        ...run.rows.map((title, r) => title + (r === 0 ? thin : "")),
      ]
      words.forEach((text, k) => heads[k].title.say(text))
    },
  }
}
