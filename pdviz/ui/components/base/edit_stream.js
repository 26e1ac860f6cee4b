// The stream of edits from a drawing to the server, and which of the server's states are newer than the drawing.
//
// A drawing shows its own edits before the server has them, so a state that arrives may be older than what is shown.
// It is newer if its revision is another, which it is when the state has changed by other means, or if its number is
// not below that of the drawing's own last edit.
//
// An edit stays in the outbox until a state acknowledges it. The session that it was sent to may have ended: a server
// was restarted, or the page slept for too long. The revisions of the next session are others, and its first state is
// that of the link: there the edit is sent again. `connection` sees to it that a next session begins. A drawing may
// also end before its edit arrives, as when another page is opened: the one in its place sends the edit again.

import { SESSION_REVISIONS } from "../boot/constants.js"
import { outbox } from "./outbox.js"

const MIN_INTERVAL = 50 // ms between two messages

/** @typedef {{ rev: number, seq: number }} Stamp */
/** @typedef {import("../boot/streamlit").Component["setStateValue"]} Send */
/** @typedef {ReturnType<typeof editStream>} EditStream */

/** Whether a state is of an edit before that of another; states of two revisions are not, whatever their numbers.
 * @param {Stamp} stamp
 * @param {Stamp} than */
export const isOlder = (stamp, than) => stamp.rev === than.rev && stamp.seq < than.seq

/** Number the session that a revision belongs to.
 * @param {number} rev */
const sessionOf = (rev) => Math.floor(rev / SESSION_REVISIONS)

/** Whether an edit that no state has acknowledged arrives only if it is sent again, since its session has ended, or the
 * drawing that made it and whose place another takes.
 * @param {Stamp} unsent
 * @param {Stamp} stamp
 * @param {Stamp} [inherited] of the drawing before */
const isLost = (unsent, stamp, inherited) =>
  sessionOf(stamp.rev) !== sessionOf(unsent.rev) || (unsent === inherited && isOlder(stamp, unsent))

/** Call `send` at once, or as soon as the interval since the last call allows, or after a delay; once for all requests
 * until then.
 * @param {() => void} send */
function spaced(send) {
  let last = -MIN_INTERVAL, timer = 0

  function flush() {
    if (!timer) return
    clearTimeout(timer)
    timer = 0
    last = performance.now()
    send()
  }

  function request(delay = 0) {
    if (timer) return
    const wait = Math.max(delay, last + MIN_INTERVAL - performance.now())
    timer = setTimeout(flush, Math.max(0, wait))
    if (wait <= 0) flush() // before anything is drawn: the message takes longer than the drawing
  }

  return { request, flush }
}

/** Create a stream of edits, each of which carries the revision that it was made in and its own number.
 * @param {string} name of the drawing; a drawing that takes the place of another of its name sends what is unsent */
export function editStream(name) {
  let inherited = outbox.get(name), empty = true // until it received something
  let { rev, seq } = inherited ?? { rev: -1, seq: 0 }
  /** @type {unknown} */
  let pending
  /** @type {Send} */
  let setState = () => {}
  const { request, flush } = spaced(() => setState("edit", { rev, seq, value: pending }))

  /** Send an edit: at once, or as soon as the interval allows, or after a delay; the last one always arrives.
   * @param {unknown} value
   * @param {number} delay in milliseconds
   * @returns {Stamp} of this edit */
  function send(value, delay = 0) {
    const stamp = { rev, seq: ++seq }
    pending = value
    outbox.put(name, { ...stamp, value })
    request(delay)
    return stamp
  }

  return {
    /** Take the stamp of a state that the server sent; return whether the state is newer than what is shown, as the
     * first is. During a drag none is: what the drag does next is newer still.
     * @param {Stamp} stamp
     * @param {Send} setStateValue */
    receive(stamp, setStateValue, dragging = false) {
      setState = setStateValue
      const unsent = outbox.get(name), lost = unsent && isLost(unsent, stamp, inherited), first = empty
      inherited = undefined
      empty = false
      if (isOlder(stamp, { rev, seq }) && !lost) {
        outbox.renew(name)
        return false
      }
      rev = stamp.rev
      seq = Math.max(seq, stamp.seq)
      if (lost) {
        send(unsent.value)
        return first
      }
      outbox.delete(name)
      return !dragging
    },

    send,

    /** Send now what is pending. */
    flush,
  }
}
