// Requests for reports: one at a time, of those pending only the last, and none whose failure is noticed.

import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import { requester } from "../../../../pdviz/ui/components/model/report_request.js"

/** @type {{ address: string, body: any, respond: (response: any) => void, fail: () => void }[]} */
let requests = []
Object.assign(globalThis, {
  document: { baseURI: "http://host/app/cost" },
  fetch: (/** @type {URL} */ address, /** @type {any} */ { body }) => new Promise((resolve, reject) => {
    requests.push({ address: String(address), body: JSON.parse(body), respond: resolve, fail: reject })
  }),
})

/** @type {[number, any[]][]} */
let responses = []
/**
 * @param {{ seq: number }} stamp
 * @param {any[]} blocks */
const receive = ({ seq }, blocks) => { responses.push([seq, blocks]) }
const settle = () => new Promise((resolve) => setImmediate(resolve))
const blocksOf = (/** @type {any[]} */ blocks) => ({ status: 200, json: async () => ({ blocks }) })

/** The edits whose report was the last one pending.
 * @type {number[]} */
let done = []
let query = "wing=4"
/** Create a function that requests the report for an edit of this number. */
function createRequest() {
  const request = requester(() => ({ endpoint: "cost", query }), receive)
  return (/** @type {number} */ seq) => request({ rev: 0, seq }, `edit ${seq}`, () => { done.push(seq) })
}

beforeEach(() => {
  requests = []
  responses = []
  done = []
  query = "wing=4"
})

test("a request carries the link and the edit to the page's endpoint", () => {
  createRequest()(1)
  assert.equal(requests[0].address, "http://host/app/reports/cost")
  assert.deepEqual(requests[0].body, { query: "wing=4", value: "edit 1" })
})

test("one request is sent at a time, and of those pending only the last", async () => {
  const request = createRequest()
  for (const seq of [1, 2, 3, 4]) request(seq)
  assert.deepEqual(requests.map(({ body }) => body.value), ["edit 1"])
  query = "wing=5"
  requests[0].respond(blocksOf(["one"]))
  await settle()
  assert.deepEqual(done, [])
  assert.deepEqual(requests.slice(1).map(({ body }) => body), [{ query: "wing=5", value: "edit 4" }])
  requests[1].respond(blocksOf(["four"]))
  await settle()
  assert.deepEqual(responses, [[1, ["one"]], [4, ["four"]]])
  assert.deepEqual(done, [4])
  assert.equal(requests.length, 2)
})

test("after a refusal, a failure or a response that cannot be read the next request follows", async () => {
  const request = createRequest()
  const ends = [
    (/** @type {any} */ { respond }) => respond({ status: 503, json: async () => ({ blocks: ["refusal"] }) }),
    (/** @type {any} */ { fail }) => fail(new TypeError("no network")),
    (/** @type {any} */ { respond }) => respond({ status: 200, json: async () => { throw new SyntaxError() } }),
    (/** @type {any} */ { respond }) => respond(blocksOf(["last"])),
  ]
  request(0)
  assert.deepEqual(done, [])
  for (const [seq, end] of ends.entries()) {
    if (seq < 3) request(seq + 1)
    end(requests[seq])
    await settle()
  }
  assert.deepEqual(responses, [[3, ["last"]]])
  assert.equal(requests.length, 4)
  request(4)
  requests[4].fail(new TypeError("no network"))
  await settle()
  assert.deepEqual(done, [3, 4])
})
