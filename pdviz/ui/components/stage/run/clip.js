// A stretch of a run's kernel, as a run of its own: what is drawn of a kernel too long to be drawn whole.

import { clamp } from "../../base/view.js"

/** @typedef {import("./run.js").Run} Run */
/** A run of the elements that are drawn. `elements` are their numbers in the whole kernel; `side` is 0 for those in
 * the stretch, and −1 or 1 for those before or after it that hold a parameter which is drawn; `all` is how many
 * parameters the whole run has.
 * @typedef {Run & { elements: number[], side: number[], clipped: boolean, all: number }} Clip */

/** Return a whole run as a stretch of itself.
 * @param {Run} run
 * @returns {Clip} */
export const unclipped = (run) =>
  ({ ...run, elements: run.offsets.map((_, i) => i), side: run.offsets.map(() => 0), clipped: false, all: run.P })

/** Return the stretch of so many elements from the element `first` on, with its parameters and, as far as there is
 * room for so many parameters, with those nearest to it.
 * @param {Run} run
 * @param {number} first
 * @param {number} count
 * @param {number} room
 * @returns {Clip} */
export function clip(run, first, count, room) {
  if (count >= run.K) return unclipped(run)
  const from = clamp(Math.round(first), 0, run.K - count), to = from + count
  const params = parametersNear(run, from, to, room)
  const beyond = params.map((p) => run.params.element[p]).filter((i) => i < from || i >= to)
  const inside = Array.from({ length: count }, (_, k) => from + k)
  const elements = [...new Set([...beyond, ...inside])].sort((a, b) => a - b)
  const place = new Map(elements.map((i, k) => [i, k]))
  const pick = (/** @type {any[]} */ list) => elements.map((i) => list[i])
  const placeOf = (/** @type {number} */ i) => /** @type {number} */ (place.get(i))
  /** @type {number[][]} */
  const holders = elements.map(() => [])
  params.forEach((p, q) => holders[placeOf(run.params.element[p])].push(q))
  return {
    ...run, ...cut(run, elements, params), elements, clipped: true,
    all: run.P, K: elements.length, P: params.length, holders,
    side: elements.map((i) => (i < from ? -1 : i >= to ? 1 : 0)), offsets: pick(run.offsets), parts: pick(run.parts),
    doubled: run.doubled.filter((i) => place.has(i)).map(placeOf),
    params: {
      element: params.map((p) => placeOf(run.params.element[p])),
      row: params.map((p) => run.params.row[p]), kept: params.map((p) => run.params.kept[p]),
    },
  }
}

/** List the parameters of a stretch and of the elements nearest to it, in their order.
 * @param {Run} run
 * @param {number} from
 * @param {number} to
 * @param {number} room */
function parametersNear(run, from, to, room) {
  const distance = (/** @type {number} */ p) => {
    const i = run.params.element[p]
    return Math.max(0, from - i, i - to + 1)
  }
  const all = run.params.element.map((_, p) => p)
  const within = all.filter((p) => distance(p) === 0).length
  return all.sort((a, b) => distance(a) - distance(b) || a - b).slice(0, Math.max(within, room)).sort((a, b) => a - b)
}

/** Cut the series of a run to these elements and parameters.
 * @param {Run} run
 * @param {number[]} elements
 * @param {number[]} params */
function cut(run, elements, params) {
  const series = { ...run.series }, values = { ...run.values }
  for (const [name, kept] of /** @type {[string, number[]][]} */ ([
    ["kernel", elements], ["gradKernel", elements], ["params", params], ["gradParams", params],
  ])) {
    const [rows, width] = run.values[name].shape, list = new Float64Array(rows * kept.length)
    for (let n = 0; n < rows; n++)
      kept.forEach((i, k) => { list[n * kept.length + k] = run.series[name][n * width + i] })
    series[name] = list
    values[name] = { ...values[name], shape: [rows, kept.length] }
  }
  return { series, values }
}
