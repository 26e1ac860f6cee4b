// The edits of all drawings that no state of the server has acknowledged yet.

/** @typedef {{ rev: number, seq: number, value: unknown }} Edit */
/** An edit, and when the server last showed that it takes edits of this drawing, or the edit was made.
 * @typedef {{ name: string, since: number, edit: Edit }} Entry */

/** @type {Map<string, Entry>} */
const entries = new Map()
/** @type {Set<() => void>} */
const listeners = new Set()

const notify = () => { for (const listener of listeners) listener() }

export const outbox = {
  /** Return the last edit of a drawing, unless it was acknowledged.
   * @param {string} name */
  get: (name) => entries.get(name)?.edit,

  /** Put an edit of a drawing in place of its last one.
   * @param {string} name
   * @param {Edit} edit */
  put(name, edit) {
    entries.set(name, { name, edit, since: entries.get(name)?.since ?? performance.now() })
    notify()
  },

  /** Let the edit of a drawing wait from now on: an earlier one was acknowledged, as happens during a long drag.
   * @param {string} name */
  renew(name) {
    const entry = entries.get(name)
    if (entry) entry.since = performance.now()
  },

  /** Remove the edit of a drawing, which was acknowledged.
   * @param {string} name */
  delete(name) { if (entries.delete(name)) notify() },

  /** Remove the edit of a drawing if the server has taken it, or a later one of the same revision.
   * @param {string} name
   * @param {{ rev: number, seq: number }} stamp */
  acknowledge(name, { rev, seq }) {
    const edit = entries.get(name)?.edit
    if (edit && edit.rev === rev && edit.seq <= seq) this.delete(name)
  },

  /** List the edits, the longest waiting first. */
  list: () => [...entries.values()].sort((a, b) => a.since - b.since),

  /** Call `listener` at every change.
   * @param {() => void} listener
   * @returns {() => void} ends that */
  subscribe(listener) {
    listeners.add(listener)
    return () => { listeners.delete(listener) }
  },
}
