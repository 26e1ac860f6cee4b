// Every row of a cone has its name, beside the row.

import assert from "node:assert/strict"
import { test } from "node:test"

Object.assign(globalThis, { document: { createElement: () => ({ getContext: () => null }) } })
const { cutEnds, drawAxis, layOut, nameRows } = await import("../../../../pdviz/ui/components/stack_editor/cone.js")

/** Name the rows of a picture; return the names, the tops of their rows and where the rows begin.
 * @param {number} layers
 * @param {number} width */
function names(layers, width) {
  const layout = layOut({ lo: -200, hi: 300 }, width, layers)
  /** @type {[string, number, number][]} */
  const texts = []
  const pen = {
    clearRect() {},
    fillText: (/** @type {[string, number, number]} */ ...text) => texts.push(text),
  }
  const ink = { font: "", text: "", line: "" }
  nameRows(/** @type {any} */ ({ getContext: () => pen }), /** @type {any} */ ({ layout, ink }))
  return { texts, layout, start: layout.zero - 200 * layout.cell }
}

test("every row is named, the output's and the inputs' too, at any width", () => {
  assert.deepEqual(names(3, 820).texts.map(([text]) => text), ["output", "1 layer below", "2 layers below", "inputs"])
  assert.deepEqual(names(3, 358).texts.map(([text]) => text), ["output", "1 below", "2 below", "inputs"])
  assert.deepEqual(names(1, 358).texts.map(([text]) => text), ["output", "inputs"])
})

test("a name stands in its row, left of what is drawn there", () => {
  for (const width of [358, 820, 1460])
    for (const layers of [1, 3, 5, 12]) {
      const { texts, layout: { tops, tall }, start } = names(layers, width)
      texts.forEach(([text, x, y], row) => {
        assert.ok(x + 6.5 * text.length <= start, `${text} ${width}`)
        assert.ok(y - 9 >= tops[row] - 2 && y <= tops[row] + tall + 2)
      })
    }
})

test("the axis has every number of its step from end to end, each in the picture", () => {
  for (const width of [358, 820, 1194])
    for (const most of [30, 50, 300, 12_000, 2e10]) {
      const layout = layOut({ lo: -most - 0.5, hi: most + 0.5 }, width, 3)
      /** @type {[number, number, string][]} */
      const marks = []
      const valueOf = (/** @type {string} */ text) => Number(text.replaceAll(",", "").replace("−", "-"))
      const pen = {
        measureText: (/** @type {string} */ text) => ({ width: 6 * text.length }),
        fillText: (/** @type {string} */ text, /** @type {number} */ x) => marks.push([valueOf(text), x, text]),
      }
      drawAxis(/** @type {any} */ ({ getContext: () => pen }), layout, /** @type {any} */ ({ font: "", text: "" }))
      const values = marks.map(([value]) => value), step = values[1] - values[0], end = step * Math.floor(most / step)
      assert.ok(values.includes(end) && values.includes(-end), `${end} at ${width}`)
      for (const [i, [, x, text]] of marks.entries()) {
        const [, before, last] = marks[i - 1] ?? [0, -Infinity, ""]
        assert.ok(x - 3 * text.length > before + 3 * last.length, `${text} on ${last} at ${width}`)
        assert.ok(x - 3 * text.length >= 0 && x + 3 * text.length <= width, `${text} at ${width}`)
      }
    }
})

test("every end of another output's rows that lies beyond the picture is marked", () => {
  const ends = [{ first: 0, last: 0 }, { first: -10, last: 10 }, { first: -20, last: 20 }]
  const stack = /** @type {any} */ ({ ends, jumps: [1, 1, 1] }), layout = layOut({ lo: -20.5, hi: 20.5 }, 640, 2)
  const cut = (/** @type {number} */ offset, row = 0) => cutEnds(stack, layout, { row, offset })
  assert.deepEqual(cut(0), [])
  assert.deepEqual(cut(13, 2), []) // a probe below the output moves nothing
  assert.deepEqual(cut(13), [{ row: 1, right: true }, { row: 2, right: true }])
  assert.deepEqual(cut(-5), [{ row: 2, right: false }])
})
