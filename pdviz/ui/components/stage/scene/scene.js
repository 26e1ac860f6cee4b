// The columns of the stage: samples, products, kernel, its gradient and the held parameters, drawn as a pure
// function of time. Nodes are made once, by `scene`; `draw` only moves them.

import { ACCENT, COLOURS } from "../../boot/constants.js"
import { atBar, brief, number } from "../../base/format.js"
import { element, fills } from "../../base/svg.js"
import { clamp, ease, mix } from "../../base/view.js"
import { adding, at, empty, partialGradients, row } from "../run.js"
import { bars, keeper, labels } from "./bars.js"
import { chaptersAt, inTurn } from "../timeline.js"
import { gauge } from "./gauge.js"
import { headings } from "./headings.js"
import { layout } from "./layout.js"
import { movesOf, outputScales, runScales, scaleAt } from "./scales.js"
import { whatIf } from "./curves.js"

/** @typedef {import("../run.js").Run} Run */
/** A gradient this far beyond its scale, while it is being added up, is cut off. */
const BEYOND = 1.35

/** Build the columns; returns draw(time, position, column pointed at or −1). */
export function scene(/** @type {SVGSVGElement} */ svg, /** @type {Run} */ run, /** @type {number} */ width) {
  svg.replaceChildren()
  const places = layout(run, width)
  const { place, packed, thick, column, labelled, samples: S, products: M, kernel: W, gradient: G, held } = places
  svg.setAttribute("viewBox", `0 0 ${width} ${places.height}`)
  svg.setAttribute("height", String(places.height))
  const fill = fills(svg, "stage")
  const all = run.offsets.map((_, i) => i)
  const full = all.filter((i) => !empty(run, i))
  const home = run.params.element
  const bandOf = (/** @type {number} */ p) => held[run.params.row[p]]
  const inRow = (/** @type {number} */ p) => places.rows[run.params.row[p]].length

  // What is made first lies below.
  const lit = keeper(element("g", svg, { class: "lit", opacity: 0 }))
  const litNodes = [0, 1, 2].map(() => keeper(element("rect", lit.node, { rx: 3, opacity: 0 })))
  const titles = headings(svg, run, places)
  const make = (/** @type {string} */ kind, /** @type {number[]} */ elements, colour = "") =>
    bars(svg, kind, elements, (i) => run.parts[i], (i) => colour || fill[run.parts[i]])
  const links = (labelled ? home : []).map((i) =>
    keeper(element("path", svg, { class: "link", stroke: COLOURS[run.parts[i]], opacity: 0 })))
  const samples = make("samples", all), products = make("products", full), kernel = make("kernel", full)
  const dropped = make("dropped", all), gradient = make("gradient", all)
  const old = make("old", home), parameters = make("compact", home)
  const arrived = make("arrived", home), moves = make("move", home, ACCENT)
  const falling = make("falling", all), summing = make("summing", full), flying = make("flying", home)
  const struck = home.map((_, p) => keeper(element("path", svg, {
    class: "struck", opacity: 0,
    d: `M${packed(p) + thick * 0.18} ${bandOf(p).zero - 5}l${thick * 0.34} 10m0 -10l${-thick * 0.34} 10`,
  })))
  const gradientText = labels(svg, "gradient", labelled ? run.K : 0)
  const parameterText = labels(svg, "compact", labelled ? run.P : 0)
  const output = gauge(svg, places.side)
  const what = whatIf(svg, run, places.what)
  const token = keeper(element("text", svg, { class: "token", opacity: 0 }))

  const scales = runScales(run)
  let seen = outputScales(run, run.position)
  const sums = { n: -1, list: [new Float64Array(run.K)] }

  return { places, draw }

  function draw(/** @type {number} */ time, /** @type {number} */ position, pointed = -1) {
    const now = chaptersAt(run, time), { n, take } = now
    if (position !== seen.position) seen = outputScales(run, position)
    const add = adding(run, now)
    const tops = {
      kernel: scaleAt(scales.kernel, n, take), product: scaleAt(seen.products, n, take),
      sum: scaleAt(seen.sums, n, take), gradient: scales.gradient[n],
    }
    const x = drawSamples(now, add, position)
    drawKernel(now, tops)
    drawProducts(now, tops, position)
    drawGradient(now, tops, add, x)
    drawParameters(now, tops)
    what(n, now.alive * now.ask, now.trace, take)
    titles.say(now, add, position)
    titles.scale([scales.samples, now.correlate > 0 ? tops.product : 0, tops.kernel, now.back > 0 ? tops.gradient : 0,
      ...held.map(() => tops.kernel)].map(brief))
    point(pointed)
  }

  /** @typedef {import("../timeline.js").Progress} Progress */
  /** @typedef {import("../run.js").Adding | null} Add */
  /** @typedef {{ kernel: number, product: number, sum: number, gradient: number }} Tops */

  /** Those of the output looked at or, while windows are added up, of each of these in turn; returns x of each. */
  function drawSamples(/** @type {Progress} */ now, /** @type {Add} */ add, /** @type {number} */ position) {
    const many = run.scope === "signal" && add && !add.done
    const shown = many ? add.now ?? position : position
    const previous = many && add.index > 0 ? add.alone[add.index - 1] ?? position : position
    const turned = many ? ease(clamp(add.inside / 0.25)) : 1
    const sample = (/** @type {number} */ t, /** @type {number} */ i) => run.series.signal[t + run.offsets[i]] ?? 0
    const x = (/** @type {number} */ i) => mix(sample(previous, i), sample(shown, i), turned)
    const used = now.correlate * now.alive
    for (const i of all) {
      samples.put(i, place(i), S.zero, (x(i) / scales.samples) * S.bar, thick)
      samples.show(i, mix(0.7, empty(run, i) && now.back === 0 ? 0.25 : 1, used))
    }
    return x
  }

  /** Assemble: parameters rise to their elements; where two meet, the second lands on the first. */
  function drawKernel(/** @type {Progress} */ now, /** @type {Tops} */ tops) {
    const { n } = now
    const weights = row(run, "kernel", n), next = row(run, "kernel", n + 1), before = row(run, "params", n)
    const risen = (/** @type {number} */ p) =>
      inTurn(clamp(now.assemble * held.length - run.params.row[p]), places.order[p], inRow(p))
    full.forEach((i, k) => {
      const there = run.holders[i].filter((p) => now.assemble >= 1 || risen(p) >= 1)
      const value = now.assemble >= 1 ? mix(weights[i], next[i], now.take)
        : there.reduce((sum, p) => sum + before[p], 0)
      kernel.put(k, place(i), W.zero, (value / tops.kernel) * W.bar, thick)
      kernel.show(k, there.length ? now.alive : 0)
    })
    if (now.gather > 0) return
    home.forEach((i, p) => {
      const up = risen(p), { zero, bar } = bandOf(p), moving = up > 0 && up < 1
      flying.show(p, moving ? 1 : 0)
      link(p, W.zero, moving)
      if (!moving) return
      const base = run.holders[i].reduce((sum, q) => sum + (q !== p && risen(q) >= 1 ? before[q] : 0), 0)
      flying.put(p, mix(packed(p) - thick * 0.2, place(i), up), mix(zero, W.zero - (base / tops.kernel) * W.bar, up),
        (before[p] / tops.kernel) * mix(bar, W.bar, up), mix(thick * 0.6, thick, up))
    })
  }

  /** Correlate: products grow, then go one by one to the output that they add up to. */
  function drawProducts(/** @type {Progress} */ now, /** @type {Tops} */ tops, /** @type {number} */ position) {
    const { n, alive } = now, weights = row(run, "kernel", n)
    let partial = 0, level = 0
    full.forEach((i, k) => {
      const product = weights[i] * seen.x[i], height = (product / tops.product) * M.bar
      products.put(k, place(i), M.zero, height * now.correlate, thick)
      products.show(k, now.correlate === 0 ? 0 : alive * (now.back > 0 ? 0.45 : 1))
      const fly = ease(clamp(now.sum * 2 - (k + 1) / full.length)), moving = fly > 0 && fly < 1
      if (moving) {
        const size = output.level(0, tops.sum) - output.level(product, tops.sum)
        summing.put(k, mix(place(i), output.x, fly), mix(M.zero, output.level(partial, tops.sum), fly),
          mix(height, size, fly), mix(thick, output.thick, fly))
      }
      summing.show(k, moving ? 0.9 : 0)
      partial += product
      if (fly >= 1) level = partial
    })
    const done = now.sum >= 1, target = run.series.target[position]
    const y = done ? mix(at(run, "output", n, position), at(run, "output", n + 1, position), now.take) : level
    output.draw({ top: tops.sum, value: y, target, done, seen: now.sum > 0 ? alive : 0, apart: now.apart * alive })
  }

  /** Back: ∂L/∂y times the samples, window by window, becomes the gradient; then that of gaps falls away. */
  function drawGradient(/** @type {Progress} */ now, /** @type {Tops} */ tops, /** @type {Add} */ add,
    /** @type {(i: number) => number} */ x) {
    const { n, back, alive, fall } = now, slopes = row(run, "gradKernel", n)
    if (n !== sums.n) Object.assign(sums, { n, list: partialGradients(run, n) })
    const index = add ? add.index : sums.list.length - 2, inside = add ? add.inside : 1
    const arrive = add?.now === null ? ease(inside) : ease(clamp((inside - 0.55) / 0.4))
    const alone = back < 1 ? add?.now ?? null : null
    const slip = alone === null ? 0 : ease(clamp((inside - 0.15) / 0.7))
    const share = alone === null ? 0 : at(run, "gradOutput", n, alone)
    const high = (/** @type {number} */ v) => clamp(v / tops.gradient, -BEYOND, BEYOND) * G.bar
    for (const i of all) {
      const gone = empty(run, i)
      const value = back >= 1 ? slopes[i] : back === 0 ? 0 : mix(sums.list[index][i], sums.list[index + 1][i], arrive)
      gradient.put(i, place(i), G.zero + (gone ? fall * 46 : 0), high(value), thick)
      gradient.show(i, back === 0 ? 0 : alive * (gone ? mix(0.75, 0, fall) : mix(1, 0.4, fall)))
      dropped.put(i, place(i), G.zero, high(slopes[i]), thick)
      dropped.show(i, gone ? fall * alive : 0)
      const moving = slip > 0 && slip < 1
      falling.show(i, moving ? 0.6 : 0)
      if (moving)
        falling.put(i, place(i), mix(S.zero, G.zero, slip),
          mix((x(i) / scales.samples) * S.bar, high(share * x(i)), slip), thick)
      if (!labelled) continue
      gradientText.write(i, place(i), G.zero, high(slopes[i]), atBar(slopes[i], tops.gradient))
      gradientText.show(i, back < 1 ? 0 : alive * mix(1, gone ? 0.55 : 0.45, fall))
    }
    const slope = at(run, "gradOutput", n, run.position), journey = ease(clamp(back / 0.3))
    const from = output.between(at(run, "output", n, run.position), run.series.target[run.position], tops.sum)
    token.set({
      x: mix(output.x, places.middle, journey), y: mix(from, G.zero - G.bar - 2, journey),
      opacity: run.scope === "position" && back > 0 && back < 0.55 ? Math.min(1, (0.55 - back) * 8, back * 20) : 0,
    })
    token.say(`∂L/∂y = ${number(slope)}`)
  }

  /** Gather: gradients go down to their parameters. Step: they become moves, and the parameters move. */
  function drawParameters(/** @type {Progress} */ now, /** @type {Tops} */ tops) {
    const { n, alive, strike, turn, take } = now, narrow = thick * 0.6, thin = thick * 0.27
    const slopes = row(run, "gradKernel", n), given = row(run, "gradParams", n)
    const before = row(run, "params", n), after = row(run, "params", n + 1), moved = movesOf(run, n)
    home.forEach((i, p) => {
      const { zero, bar } = bandOf(p), left = packed(p) - thick * 0.2, right = packed(p) + thick * 0.36
      const value = mix(before[p], after[p], take), tall = (value / tops.kernel) * bar
      parameters.put(p, left, zero, tall, narrow)
      parameters.show(p, 1)
      old.put(p, left, zero, (before[p] / tops.kernel) * bar, narrow)
      old.show(p, take * alive)
      if (labelled) {
        parameterText.write(p, left, zero, tall, atBar(value, tops.kernel))
        parameterText.show(p, 1)
      }
      const down = inTurn(now.gather, places.order[p], inRow(p)), moving = down > 0 && down < 1
      const landed = clamp(mix(slopes[i], given[p], strike) / tops.gradient, -1, 1) * bar
      const thinBar = mix(landed, (moved[p] / scales.moves[n]) * bar, turn)
      arrived.put(p, right, zero, thinBar, thin)
      arrived.show(p, down < 1 ? 0 : 0.9 * (1 - turn) * alive)
      moves.put(p, right, zero, thinBar, thin)
      moves.show(p, down < 1 ? 0 : turn * alive)
      struck[p].set({ opacity: run.params.kept[p] ? 0 : strike * (1 - turn) * alive })
      if (now.gather === 0) return
      flying.show(p, moving ? 1 : 0)
      link(p, G.zero, moving)
      if (moving)
        flying.put(p, mix(place(i), right, down), mix(G.zero, zero, down),
          (slopes[i] / tops.gradient) * mix(G.bar, bar, down), mix(thick, thin, down))
    })
  }

  /** The way between a parameter and its element. */
  function link(/** @type {number} */ p, /** @type {number} */ end, /** @type {boolean} */ seenNow) {
    const x0 = packed(p), x1 = place(home[p]), { zero } = bandOf(p)
    const d = `M${x0} ${zero}C${x0} ${zero - 60} ${x1} ${end + 60} ${x1} ${end}`
    links[p]?.set({ d, opacity: seenNow ? 0.55 : 0 })
  }

  /** Light up a column in every band. */
  function point(/** @type {number} */ i) {
    lit.set({ opacity: i < 0 ? 0 : 1 })
    if (i < 0) return
    const box = (/** @type {number} */ x, /** @type {number} */ top, /** @type {number} */ foot) =>
      ({ x: x - column / 2, y: top + 17, width: column, height: foot - top - 17, opacity: 1 })
    litNodes[0].set(box(place(i), S.top, places.axis + 6))
    for (const k of [0, 1]) {
      const p = run.holders[i][k]
      litNodes[k + 1].set(p === undefined ? { opacity: 0 } : box(packed(p), bandOf(p).top, bandOf(p).foot))
    }
  }
}
