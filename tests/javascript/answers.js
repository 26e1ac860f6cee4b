// Answers many cases in one run, for the tests that compare the model with Python:
// `node answers.js describe cases.json answers.json` maps the function `describe` over the cases.

import { readFileSync, writeFileSync } from "node:fs"
import { argv } from "node:process"
import { checkNumber } from "../../pdviz/ui/components/base/typed/typed_number.js"
import { choiceFrom, messageOf } from "../../pdviz/ui/components/model/choice.js"
import { describeShown } from "../../pdviz/ui/components/frame/words.js"
import { linkWith } from "../../pdviz/ui/components/connection/edit_link.js"
import { ownOf, refusal, stackKernels } from "../../pdviz/ui/components/model/layers.js"
import {
  dilatedLike, familyKernel, familyOf, kernelAt, parse, partOf, runsOf, text,
} from "../../pdviz/ui/components/model/pattern.js"
import { endsOf, fieldNumbers, stackFields } from "../../pdviz/ui/components/model/receptive_field.js"
import { copyText, parseTyped } from "../../pdviz/ui/components/model/typed_pattern.js"
import { shade } from "../../pdviz/ui/components/model/shade.js"

/** @type {Record<string, (given: any) => unknown>} */
const FUNCTIONS = {
  describe(offsets) {
    const kernel = kernelAt(offsets)
    return {
      kernel,
      parts: kernel.offsets.map((_, i) => partOf(kernel, i)),
      family: familyOf(kernel),
      runs: runsOf(kernel),
      text: text(kernel),
      like: dilatedLike(kernel)?.offsets ?? null,
    }
  },

  family: (family) => familyKernel(family),

  parse: ([text, origin]) => parse(text, origin ?? undefined),

  field(layers) {
    const stack = layers.map(([offsets, stride]) => ({ kernel: kernelAt(offsets), stride }))
    const fields = stackFields(stack)
    return {
      numbers: fields.map((field) => fieldNumbers(field)),
      ends: endsOf(stack),
      paths: Array.from(fields[fields.length - 1].paths),
    }
  },

  stack(data) {
    const choice = choiceFrom(data), stack = stackKernels(choice), refused = refusal(stack)
    const layers = refused ? null : stack.map(({ kernel, stride }) => [kernel.offsets, stride])
    return { refused, layers, message: messageOf(choice) }
  },

  title: ([data, page]) => describeShown(choiceFrom(data), page),

  typed: (text) => parseTyped(text),

  copied: (offsets) => copyText(kernelAt(offsets)),

  link([query, data, goal]) {
    const entries = [{ name: "editor", edit: { value: { ...messageOf(choiceFrom(data)), goal } } }]
    return linkWith(query, entries)
  },

  shade: ([paths, most, share]) => shade(paths, most, share),

  wholeNumber: ([rule, text]) => checkNumber(rule, text),

  own: ([offsets, stride]) => ownOf(kernelAt(offsets), stride),
}

const [, , name, cases, answers] = argv
writeFileSync(answers, JSON.stringify(JSON.parse(readFileSync(cases, "utf-8")).map((each) => FUNCTIONS[name](each))))
