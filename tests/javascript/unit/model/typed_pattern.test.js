// Patterns as a person types or pastes them.

import assert from "node:assert/strict"
import { test } from "node:test"
import { chooseFamily } from "../../../../pdviz/ui/components/model/choice.js"
import { parse, text } from "../../../../pdviz/ui/components/model/pattern.js"
import { copyText, countTyped, parseTyped, typedForm } from "../../../../pdviz/ui/components/model/typed_pattern.js"

const DEPTH = { layers: 3, growth: 1, every: 1, stack: [] }

test("digits, lists, arrays and marks are read", () => {
  const written = ["101", " 1 0 1 ", "1,0,1", "[1, 0, 1]", "(1, 0, 1)", "[1 0 1]", "[[[1., 0., 1.]]]", "1\n0\n1\n",
    "X.X", "[True, False, True]", "array([1, 0, 1], dtype=int8)", "torch.tensor([1, 0, 1], device=0)", "1;0;1"]
  for (const typed of written) {
    const kernel = parseTyped(typed)
    assert.ok(typeof kernel !== "string" && text(kernel) === "101", `${typed}: ${kernel}`)
    assert.equal(countTyped(typed), 3)
  }
})

test("code of the library is read, with its origin", () => {
  const kernel = parseTyped('Pattern.parse("10111", origin=4)')
  assert.deepEqual(kernel, parse("10111", 4))
  assert.deepEqual(parseTyped("pdviz.Pattern.partially_dilated(1, dilation=3, island=1, causal=True)"),
    chooseFamily([1, 3, 1, true], DEPTH).kernel)
  assert.deepEqual(parseTyped("Pattern.partially_dilated()"), chooseFamily([4, 2, 5, false], DEPTH).kernel)
})

test("what is no pattern is explained", () => {
  const refused = /** @type {[string, RegExp][]} */ ([
    ["110x11", /^“x” is not allowed: a pattern is written with 1/], ["1,2,0", /^“2” is not allowed/],
    ["[1, 0.5]", /^“\.” is not allowed/], ["[1, 0] + [1]", /^“\[” is not allowed/], ["__import__('os')", /^“_” is not/],
    ["000", /^A pattern needs at least one tap, a 1\.$/], ["", /at least one tap/],
    ["1".repeat(1025), /^A pattern can have 1,024 elements at most, not 1,025\.$/],
    ['Pattern.parse("101", origin=3)', /^The origin must be an element of the pattern, 0 to 2\.$/],
    ["Pattern.partially_dilated(1, 2, 4)", /an island odd/], ["Pattern.partially_dilated(65)", /^A wing is 0 to 64/],
    ["Pattern.partially_dilated(__proto__=1)", /^“__proto__” is not an argument/],
    ["Pattern.partially_dilated(1, 2, 3, True, 5)", /^“5” is not an argument/],
  ])
  for (const [typed, sentence] of refused) assert.match(String(parseTyped(typed)), sentence, typed)
})

test("a character that cannot be seen is named, wherever it stands; blanks of any width are left out", () => {
  const named = /** @type {[string, RegExp][]} */ ([
    ["110\u200b1011", /^A zero-width space, U\+200B, after 110 is not allowed: a pattern is/],
    ["110\u00ad1011", /^A soft hyphen, U\+00AD, after 110 is/], ["1\u2060", /^A word joiner, U\+2060, after 1 is/],
    ["1\ufe0f", /^A variation selector, U\+FE0F, after 1 is/],
    ["\u20620", /^An invisible operator, U\+2062, at the start/],
    ["[1, 0,\u200b 1]", /^A zero-width space, U\+200B, after \[1, 0, is/],
    ["1\u{e0031}", /^An invisible character, U\+E0031/],
    ["\u07ca1", /^“\u07ca”, U\+07CA is not allowed/], ["1\u200b\u200b", /U\+200B, after 1 is/],
    ["Pattern.partially_dilated(1\u200b)", /U\+200B, after \w+\(1 is/], ["1О1", /^“О”, U\+041E is not allowed/],
  ])
  for (const [typed, sentence] of named) assert.match(String(parseTyped(typed)), sentence, typed)
  for (const blank of ["\u00a0", "\u2003", "\u3000", "\ufeff", "\t"])
    assert.deepEqual(parseTyped(`110${blank}1011`), parse("1101011"))
})

test("a long text that is no pattern is refused at once", () => {
  for (const part of ["1,", "[", "(((", "array(", "partially_dilated(", " ", "1 x"])
    assert.equal(typeof parseTyped(part.repeat(50_000)), "string")
})

test("a kernel is copied with its origin where that is not in the middle", () => {
  assert.equal(copyText(parse("10111")), "10111")
  assert.equal(copyText(parse("10111", 4)), 'Pattern.parse("10111", origin=4)')
})

test("a long kernel has a placeholder for its text", () => {
  assert.deepEqual(typedForm(chooseFamily([64, 64, 65, false], DEPTH).kernel),
    { value: "", placeholder: "8,257 elements, too long to write" })
})
