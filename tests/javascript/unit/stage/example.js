// A run that is worked out by hand: the kernel w[−1], 0, w[1] over the samples 1, 2, 3, 4, two steps of SGD at the
// rate 1/4 towards the target 5 at sample 1, where the samples are 1, 2 and 3.
//
//   step   w[−1]  w[1]    y      ∂L/∂y   gradient of the kernel   loss
//   0      1      2       7       2       2, 4, 6                  2
//   1      0.5    0.5     2      −3      −3, −6, −9                4.5
//   2      1.25   2.75    9.5                                     10.125

import { decode } from "../../../../pdviz/ui/components/stage/run/run.js"

/** @typedef {import("../../../../pdviz/ui/components/stage/run/run.js").StageData} StageData */
/** @typedef {import("../../../../pdviz/ui/components/stage/run/run.js").Packed} Packed */

/** Pack numbers as the server does.
 * @param {number[]} numbers
 * @param {32 | 64} bits
 * @returns {Packed} */
export function pack(numbers, shape = [numbers.length], bits = 64) {
  const bytes = Buffer.alloc((numbers.length * bits) / 8)
  numbers.forEach((v, i) => (bits === 64 ? bytes.writeDoubleLE(v, 8 * i) : bytes.writeFloatLE(v, 4 * i)))
  return { shape, bits, data: bytes.toString("base64") }
}

/** @returns {Record<string, Packed>} */
const values = () => ({
  signal: pack([1, 2, 3, 4], [4], 32),
  target: pack([0, 5, 0, 0], [4], 32),
  output: pack([4, 7, 10, 3, 1, 2, 3, 1.5, 5.5, 9.5, 13.5, 3.75], [3, 4], 32),
  gradOutput: pack([0, 2, 0, 0, 0, -3, 0, 0], [2, 4], 32),
  kernel: pack([1, 0, 2, 0.5, 0, 0.5, 1.25, 0, 2.75], [3, 3]),
  gradKernel: pack([2, 4, 6, -3, -6, -9], [2, 3]),
  params: pack([1, 2, 0.5, 0.5, 1.25, 2.75], [3, 2]),
  gradParams: pack([2, 6, -3, -9], [2, 2]),
  loss: pack([2, 4.5, 10.125]),
  along: pack([2, 0.125, 4.5, 32, 4.5, 0.28125, 10.125, 72], [2, 4]),
})

/** Return the run as the server sends it, with changes.
 * @param {Partial<StageData>} changes
 * @returns {StageData} */
export const dataWith = (changes = {}) => ({
  key: "run", rev: 0, seq: 0, step: 0, way: "compact", title: "", file: "", wayTitle: "Compact parameters",
  offsets: [-1, 0, 1], parts: ["left wing", "gap", "right wing"],
  params: { element: [0, 2], row: [0, 0], kept: [true, true] },
  rows: ["compact parameters"], doubled: [], first: 100, position: 1, scope: "position", inLoss: 1,
  optimizer: { name: "SGD", rate: 0.25, momentum: 0, decay: 0 }, gaps: null, steps: 2, diverged: false,
  along: [0, 0.5, 1, 2], run: "numbers", values: values(), checks: [], unit: "mV", ...changes,
})

/** Return the run, with changes.
 * @param {Partial<StageData>} changes */
export const runWith = (changes = {}) => decode(dataWith(changes))
