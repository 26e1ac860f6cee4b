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
  const { rounded, ...wordings } = format
  assert.equal(rounded(0.1 + 0.2, 12), 0.3)
  assert.deepEqual(new Set(rows.map(([name]) => camel(name))), new Set(Object.keys(wordings)))
})

/** Read the number that a text stands for.
 * @param {string} text */
function valueOf(text) {
  const match = /^(−?)([\d,.]*)(·?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?$/.exec(text)
  assert.ok(match, text)
  const power = [...(match[4] ?? "⁰")].map((c) => (c === "⁻" ? "-" : String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c)))).join("")
  return (match[1] ? -1 : 1) * Number(match[2].replaceAll(",", "") || 1) * 10 ** Number(power)
}

test("what is not zero keeps two digits, wherever it is written", () => {
  for (let exponent = -12; exponent < 12; exponent += 0.0137)
    for (const value of [10 ** exponent, -(10 ** exponent)]) {
      const close = (/** @type {string} */ text, /** @type {number} */ share) =>
        assert.ok(Math.abs(valueOf(text) / value - 1) <= share, `${value} is written ${text}`)
      close(format.number(value), 0.51e-3)
      close(format.exact(value), 0.51e-4)
      close(format.brief(value), 0.051)
      for (const top of [1e-3, 1, 500]) close(format.atBar(value, top), 0.051)
    }
})
