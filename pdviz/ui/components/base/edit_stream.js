// What a drawing tells the server of its edits, and which of the server's answers are news to it.
//
// A drawing shows its own edits before the server knows of them, so what comes back may be older than
// what is shown. It is newer if its revision is another, which it is when the state has moved under the
// drawing, or if its number is not below that of the drawing's own last edit.

const PAUSE = 50 // ms between two messages

/** @typedef {{ rev: number, seq: number }} Stamp */
/** @typedef {import("../boot/streamlit.d.ts").Component["setStateValue"]} Send */
/** @typedef {ReturnType<typeof wire>} Wire */

/** A line to the server. */
export function wire() {
  let rev = -1, seq = 0, last = -PAUSE, timer = 0
  /** @type {unknown} */
  let waiting
  /** @type {Send} */
  let send = () => {}

  function flush() {
    if (!timer) return
    clearTimeout(timer)
    timer = 0
    last = performance.now()
    send("edit", { rev, seq, value: waiting })
  }

  return {
    /** Take what the server says; true if it is newer than what is shown. Under a hand nothing is: what the hand
     * does next is newer still. */
    hear(/** @type {Stamp} */ said, /** @type {Send} */ setStateValue, held = false) {
      send = setStateValue
      if (said.rev === rev && said.seq < seq) return false
      rev = said.rev
      seq = Math.max(seq, said.seq)
      return !held
    },

    /** Tell the server: at once, or as soon as may be, or after `patience` milliseconds; the last value always arrives.
     * @returns {Stamp} of this edit */
    tell(/** @type {unknown} */ value, patience = 0) {
      seq++
      waiting = value
      if (timer) return { rev, seq }
      const wait = Math.max(patience, last + PAUSE - performance.now())
      timer = window.setTimeout(flush, Math.max(0, wait))
      if (wait <= 0) flush() // before anything is drawn: the way to the server is the longer one
      return { rev, seq }
    },

    /** Send now what waits. */
    flush,
  }
}
