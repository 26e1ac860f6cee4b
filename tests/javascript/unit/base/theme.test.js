// Shades of path counts by the page's theme.

import assert from "node:assert/strict"
import { test } from "node:test"
import { channels, shadeBetween, shadesOn } from "../../../../pdviz/ui/components/base/theme.js"
import { SHADES } from "../../../../pdviz/ui/components/boot/constants.js"

test("a dark page has the shades of the dark theme", () => {
  assert.deepEqual(shadesOn("#11151D"), SHADES.dark)
  assert.deepEqual(shadesOn(" #ffffff"), SHADES.light)
  assert.deepEqual(shadesOn("rgb(17, 21, 29)"), SHADES.dark)
  assert.deepEqual(shadesOn(""), SHADES.light)
})

test("the least strength has the colour of one path, the whole that of the most", () => {
  for (const shades of Object.values(SHADES)) {
    assert.deepEqual(shadeBetween(shades, 0), channels(shades[0]))
    assert.deepEqual(shadeBetween(shades, 1), channels(shades[1]))
  }
})
