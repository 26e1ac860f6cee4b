// Wording of numbers: the table that Python and JavaScript share.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import * as format from "../../../../pdviz/ui/components/base/format.js"

const table = JSON.parse(readFileSync(new URL("../../../figures/wording.json", import.meta.url), "utf8"))
const rows = [...table.both, ...table.javascript]
const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())

for (const [name, values, text] of rows) {
  const title = `${name}(${values.join(", ")}) is ${text}`
  test(title, () => assert.equal(format[camel(name)](...values), text))
}

test("every wording of a number is in the table", () => {
  assert.deepEqual(new Set(rows.map(([name]) => camel(name))), new Set(Object.keys(format)))
})
