// The recorded numbers of a run. They are long and change less often than the rest of what the stage draws, so they
// come as the data of a component of their own, which may arrive before that of the stage or after it.

/** @typedef {import("./run.js").StageData} StageData */
/** @typedef {{ key: string, values: StageData["values"] }} RunData */

/** The numbers that arrived last; they stay when Streamlit unmounts the component.
 * @type {RunData | null} */
let latest = null
/** What to do when numbers arrive.
 * @type {(() => void) | null} */
let pending = null

/** Keep the numbers that the server sent: a drawing that shows nothing.
 * @type {import("../../boot/streamlit.d.ts").Drawing} */
export function run(_root, { data }) {
  deliver(data)
  return () => {}
}

/** Keep the numbers of a run, and draw what waits for them.
 * @param {RunData} data */
export function deliver(data) {
  latest = data
  pending?.()
}

/** Return the data together with the numbers of its run, which it may bring itself; null if they are still on their
 * way, and `again` is called when numbers arrive.
 * @param {any} data
 * @param {() => void} again
 * @returns {StageData | null} */
export function withValues(data, again) {
  const values = data.values ?? (latest?.key === data.run ? latest?.values : null)
  pending = values ? null : again
  return values ? { ...data, values } : null
}
