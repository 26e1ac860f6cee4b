// Asks the server for the answer to an edit, beside the page's own run, which takes three times as long to be shown.

/** @typedef {import("../base/edit_stream.js").Stamp} Stamp */

/** Returns what asks: one question at a time, of those that wait the last.
 * @param {(stamp: Stamp, parts: any[]) => void} take is given every answer that comes */
export function asking(/** @type {(stamp: Stamp, parts: any[]) => void} */ take) {
  /** @type {{ stamp: Stamp, value: unknown } | null} */
  let waiting = null
  let under = false

  async function next(/** @type {() => { ask: string, query: string }} */ about) {
    if (under || !waiting) return
    under = true
    const { stamp, value } = waiting, { ask, query } = about()
    /** @type {any[] | null} */
    let parts = null
    waiting = null
    try {
      const answer = await fetch(new URL(`answers/${ask}`, document.baseURI), {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ query, value }),
      })
      if (answer.status === 200) parts = (await answer.json()).parts
    } catch {
      // the page's own run brings it, a little later
    }
    under = false
    next(about)
    if (parts) take(stamp, parts)
  }

  return (/** @type {Stamp} */ stamp, /** @type {unknown} */ value, /** @type {() => { ask: string, query: string }} */ about) => {
    waiting = { stamp, value }
    next(about)
  }
}
