// Every row of a cone has its name, beside the row.

import assert from "node:assert/strict"
import { test } from "node:test"

Object.assign(globalThis, { document: { createElement: () => ({ getContext: () => null }) } })
const { layOut, nameRows } = await import("../../../../pdviz/ui/components/stack_editor/cone.js")

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
