// Finds what is likely to be a mistake, and what is too long to be read at a glance. Names that are not defined and
// wrong types are TypeScript's to find: it knows what a browser has.
import js from "@eslint/js"

export default [
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-undef": "off",
      "array-callback-return": "error",
      eqeqeq: "error",
      "no-console": "error",
      "no-constructor-return": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-self-compare": "error",
      "no-template-curly-in-string": "error",
      "no-unmodified-loop-condition": "error",
      "no-unreachable-loop": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  {
    // A longer function says why in the comment that disables the rule for it.
    files: ["**/{base,model,editor,stack_editor,frame,pattern_fields,report,signal,stage,connection,boot,unit}/**/*.js"],
    rules: { "max-len": ["error", 120], "max-lines-per-function": ["error", 60] },
  },
]
