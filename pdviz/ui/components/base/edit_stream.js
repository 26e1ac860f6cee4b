// The stream of edits from a drawing to the server, and which of the server's states are newer than the drawing.
//
// A drawing shows its own edits before the server has them, so a state that arrives may be older than what is shown.
// It is newer if its revision is another, which it is when the state has changed by other means, or if its number is
// not below that of the drawing's own last edit.

const MIN_INTERVAL = 50 // ms between two messages

/** @typedef {{ rev: number, seq: number }} Stamp */
/** @typedef {import("../boot/streamlit").Component["setStateValue"]} Send */
/** @typedef {ReturnType<typeof editStream>} EditStream */

/** Return whether a state is of an edit before that of another; states of two revisions are not, whatever their
 * numbers.
 * @param {Stamp} stamp
 * @param {Stamp} than */
export const isOlder = (stamp, than) => stamp.rev === than.rev && stamp.seq < than.seq

/** Create a stream of edits, each of which carries the revision that it was made in and its own number. */
export function editStream() {
  let rev = -1, seq = 0, lastSent = -MIN_INTERVAL, timer = 0
  /** @type {unknown} */
  let pending
  /** @type {Send} */
  let setState = () => {}

  function flush() {
    if (!timer) return
    clearTimeout(timer)
    timer = 0
    lastSent = performance.now()
    setState("edit", { rev, seq, value: pending })
  }

  return {
    /** Take the stamp of a state that the server sent; return whether the state is newer than what is shown. During
     * a drag none is: what the drag does next is newer still.
     * @param {Stamp} stamp
     * @param {Send} setStateValue */
    receive(stamp, setStateValue, dragging = false) {
      setState = setStateValue
      if (isOlder(stamp, { rev, seq })) return false
      rev = stamp.rev
      seq = Math.max(seq, stamp.seq)
      return !dragging
    },

    /** Send an edit: at once, or as soon as the interval allows, or after a delay; the last one always arrives.
     * @param {unknown} value
     * @param {number} delay in milliseconds
     * @returns {Stamp} of this edit */
    send(value, delay = 0) {
      seq++
      pending = value
      if (timer) return { rev, seq }
      const wait = Math.max(delay, lastSent + MIN_INTERVAL - performance.now())
      timer = setTimeout(flush, Math.max(0, wait))
      if (wait <= 0) flush() // before anything is drawn: the message takes longer than the drawing
      return { rev, seq }
    },

    /** Send now what is pending. */
    flush,
  }
}
