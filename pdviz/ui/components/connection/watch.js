// When a page is run in full for an edit that was not acknowledged, and what the page says meanwhile.

/** What is under way: whether the page is connected, whether it is being run, how long the oldest edit has waited for
 * an acknowledgement (0 for none), and how long ago a full run was requested, in milliseconds.
 * @typedef {{ connected: boolean, running: boolean, waited: number, sinceResume: number }} State */
/** @typedef {{ text: string, linked: boolean }} Notice */

/** Milliseconds that an edit may wait until the page is run in full for it. */
export const PATIENCE = 2000
/** Milliseconds after which the page says that an edit has not arrived, and after which it offers the link. */
const SILENT = 1500, HOPEFUL = 8000

/** Return whether a full run is due: the longer an edit has waited, the more seldom.
 * @param {State} state */
export const shouldResume = ({ connected, running, waited, sinceResume }) =>
  connected && !running && waited >= PATIENCE && sinceResume >= Math.max(PATIENCE, waited / 2)

/** Return what the page says.
 * @param {State} state
 * @returns {Notice} */
export function noticeOf({ connected, running, waited }) {
  if (waited < SILENT || (connected && running && waited < HOPEFUL)) return { text: "", linked: false }
  const linked = waited >= HOPEFUL
  if (!connected)
    return { text: "No connection to the server. Your last change is shown here and sent when it is back.", linked }
  if (linked) return { text: "The server has not taken your last change yet; it is sent again.", linked }
  return { text: "Sending your last change again …", linked }
}
