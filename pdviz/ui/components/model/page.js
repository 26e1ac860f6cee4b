// The meeting point of the drawings of one page: the editor, the fields beside it that show and change the same
// choice, and the report below it.

/** @typedef {import("./choice.js").Choice} Choice */
/** @typedef {import("../base/edit_stream.js").Stamp} Stamp */
/** What other drawings may do with the editor.
 * @typedef {{ readonly choice: Choice, change: (choice: Choice, done?: boolean) => void,
 *   settle: () => void, travel: (direction: -1 | 1) => void }} Editor */
/** Requests a report from the server for an edit, without waiting for the page to run; calls `done` when it is there,
 * or cannot be, and no other is requested.
 * @typedef {(stamp: Stamp, edit: unknown, done: () => void) => void} ReportRequest */

/** @type {Editor | null} */
let openEditor = null
/** Whether the page shows the whole stack, or one layer alone. */
let wholeStack = false
/** @type {ReportRequest | null} */
let reportRequest = null
/** @type {Set<() => void>} */
const listeners = new Set()

/** Return the editor on the page, null if there is none. */
export const currentEditor = () => openEditor

/** Make this the editor of the page, and notify the drawings that show its choice; call it whenever it was drawn.
 * @param {Editor} editor */
export function publishEditor(editor) {
  openEditor = editor
  for (const notify of listeners) notify()
}

/** Remove an editor from the page, if it is still the page's.
 * @param {Editor} editor */
export function withdrawEditor(editor) {
  if (openEditor === editor) openEditor = null
}

/** Call `notify` whenever the editor was drawn.
 * @param {() => void} notify
 * @returns {() => void} ends that */
export function subscribeToEditor(notify) {
  listeners.add(notify)
  return () => { listeners.delete(notify) }
}

/** A drawing that can be saved; `parts` draws what its SVG elements do not show.
 * @typedef {{ root: HTMLElement, parts: () => SVGSVGElement[] }} SavedDrawing */

/** The drawings of the page that can be saved, by their names.
 * @type {Map<string, SavedDrawing>} */
const drawings = new Map()

/** Make a drawing known, so that it can be saved.
 * @param {string} name
 * @param {HTMLElement} root
 * @param {SavedDrawing["parts"]} parts */
export const publishDrawing = (name, root, parts = () => []) => { drawings.set(name, { root, parts }) }

/** Return the drawing of a name that is on the page.
 * @param {string} name */
export function drawingOf(name) {
  const drawing = drawings.get(name)
  return drawing?.root.isConnected ? drawing : null
}

/** Return whether the page shows the whole stack, or one layer alone. */
export const showsStack = () => wholeStack

/** Let drawings know whether the page shows the whole stack.
 * @param {boolean} whole */
export function publishScope(whole) {
  wholeStack = whole
  for (const notify of listeners) notify()
}

/** Let this function request the page's reports.
 * @param {ReportRequest} request
 * @returns {() => void} ends that */
export function provideReports(request) {
  reportRequest = request
  return () => { if (reportRequest === request) reportRequest = null }
}

/** Return whether a report can be requested on this page. */
export const canRequestReport = () => reportRequest !== null

/** Request the report for an edit, if the page has one that can be.
 * @type {ReportRequest} */
export const requestReport = (stamp, edit, done) => reportRequest?.(stamp, edit, done)
