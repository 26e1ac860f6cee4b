// The numbers of a run, which come apart from the rest of what the stage is told; see `keep.js`.

/** @typedef {import("./run.js").StageData} StageData */

/** The data together with the run's numbers; null if they are still on their way, and `again` is called then.
 * @returns {StageData | null} */
export function withValues(/** @type {any} */ data, /** @type {() => void} */ again) {
  const page = /** @type {any} */ (globalThis)
  const arrived = data.values || page.pdvizRun?.key === data.run
  page.pdvizRunAwaited = arrived ? undefined : again
  return arrived ? { values: page.pdvizRun?.values, ...data } : null
}
