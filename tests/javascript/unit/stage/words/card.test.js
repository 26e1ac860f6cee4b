// The card beside a column.

import assert from "node:assert/strict"
import { test } from "node:test"
import { placeBeside } from "../../../../../pdviz/ui/components/stage/words/card.js"

test("the card stands beside its column, within the drawing, wherever the column is", () => {
  for (const width of [300, 358, 820, 1400]) for (let x = 6; x < width - 6; x += 7) {
    const half = 6, { side, distance, width: wide } = placeBeside({ x, half, top: 0 }, width)
    const from = side === "left" ? distance : width - distance - wide
    assert.ok(from >= 0 && from + wide <= width, `out of the drawing at ${x} of ${width}`)
    assert.ok(from >= x + half || from + wide <= x - half, `over its column at ${x} of ${width}`)
    assert.ok(wide >= Math.min(250, width / 2 - 14), `narrow at ${x} of ${width}`)
  }
})
