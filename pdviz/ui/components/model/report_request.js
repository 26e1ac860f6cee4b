// Requests a report from the server for an edit, beside the page's own run, which takes three times as long.

/** @typedef {import("../base/edit_stream.js").Stamp} Stamp */
/** Where to request a report, and the link that the page shows.
 * @typedef {{ endpoint: string, query: string }} Source */

/** Create a function that requests the blocks for an edit: one request at a time; of those pending only the last.
 * @param {() => Source} source
 * @param {(stamp: Stamp, blocks: any[]) => void} receive called with every response that has blocks
 * @returns {import("./page.js").ReportRequest} */
export function requester(source, receive) {
  /** @type {{ stamp: Stamp, value: unknown, done: () => void } | null} */
  let pending = null
  let busy = false

  async function next() {
    if (busy || !pending) return
    const { stamp, value, done } = pending
    pending = null
    busy = true
    const blocks = await fetchBlocks(source(), value)
    busy = false
    next()
    if (blocks) receive(stamp, blocks)
    if (!busy) done()
  }

  return (stamp, value, done) => {
    pending = { stamp, value, done }
    next()
  }
}

/** Fetch the blocks for an edit of a link; null where there are none: the page's own run brings them, a little later.
 * @param {Source} source
 * @param {unknown} value
 * @returns {Promise<any[] | null>} */
async function fetchBlocks({ endpoint, query }, value) {
  try {
    const response = await fetch(new URL(`reports/${endpoint}`, document.baseURI), {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ query, value }),
    })
    return response.status === 200 ? (await response.json()).blocks : null
  } catch {
    return null
  }
}
