// The watch over edits on their way to the server.
//
// The page is run in full when the connection is there again: the session may be another one, which knows none of the
// page's fragments, and to which drawings send their edits again. It is also run in full when an edit was not
// acknowledged for a while, with nothing else under way. Until then the page says so, and offers the edit as a link.

import { find, write } from "../base/dom.js"
import { outbox } from "../base/outbox.js"
import { linkWith } from "./edit_link.js"
import { noticeOf, PATIENCE, shouldResume } from "./watch.js"

/** @typedef {import("../base/edit_stream.js").Stamp} Stamp */
/** @typedef {{ acknowledged: Record<string, Stamp>, drawn: string[] }} ConnectionData */
/** @typedef {import("../boot/streamlit.d.ts").Component<ConnectionData>} Component */

const APP = '[data-testid="stApp"]'
const INTERVAL = 250 // ms between two looks, while an edit is on its way
const ATTRIBUTES = ["data-test-connection-state", "data-test-script-state"]

/** @type {WeakMap<HTMLElement, Connection>} */
const LIVE = new WeakMap()

/** Watch the page's edits; called again with every full run.
 * @param {HTMLElement} root
 * @param {Component} component
 * @returns {() => void} ends it */
export function connection(root, component) {
  const self = LIVE.get(root) ?? new Connection(root)
  LIVE.set(root, self)
  self.receive(component)
  return () => self.end()
}

/** The watch, in the element of its notice. */
class Connection {
  #timer = 0
  #connected = true
  /** The drawings on the page: the edit of another waits until it is there again.
   * @type {string[]} */
  #drawn = []
  #resumed = { count: 0, at: -PATIENCE }
  /** Requests a full run, which has a number: two in a row must differ.
   * @type {((count: number) => void) | null} */
  #request = null
  #unsubscribe = () => {}
  #observer = new MutationObserver(() => this.#look())

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    this.link = find(root, ".link")
  }

  /** Take what a full run sends.
   * @param {Component} component */
  receive({ data, setTriggerValue }) {
    this.#request = (count) => setTriggerValue("resume", count)
    this.#drawn = data.drawn
    for (const [name, stamp] of Object.entries(data.acknowledged)) outbox.acknowledge(name, stamp)
    this.#unsubscribe()
    this.#unsubscribe = outbox.subscribe(() => this.#look())
    const app = document.querySelector(APP)
    if (app) this.#observer.observe(app, { attributeFilter: ATTRIBUTES })
    this.#look()
  }

  /** Stop watching. */
  end() {
    this.#unsubscribe()
    this.#observer.disconnect()
    clearTimeout(this.#timer)
    this.#timer = 0
  }

  /** Look at the connection and at what is under way: request a full run if that is due, and write the notice. */
  #look() {
    const app = /** @type {HTMLElement | null} */ (document.querySelector(APP)), now = performance.now()
    const [connection, script] = ATTRIBUTES.map((name) => app?.getAttribute(name) ?? "")
    const connected = connection === "CONNECTED", again = connected && !this.#connected
    this.#connected = connected
    const waiting = outbox.list().filter(({ name }) => this.#drawn.includes(name)), [oldest] = waiting
    const state = { connected, running: script === "running" || script === "rerunRequested",
      waited: oldest ? now - oldest.since : 0, sinceResume: now - this.#resumed.at }
    if (again || shouldResume(state)) {
      this.#resumed = { count: this.#resumed.count + 1, at: now }
      this.#request?.(this.#resumed.count)
    }
    this.#write(noticeOf(state), waiting)
    clearTimeout(this.#timer)
    this.#timer = oldest ? setTimeout(() => this.#look(), INTERVAL) : 0
  }

  /**
   * @param {import("./watch.js").Notice} notice
   * @param {import("../base/outbox.js").Entry[]} waiting */
  #write({ text, linked }, waiting) {
    write(find(this.root, ".text"), text)
    this.root.classList.toggle("open", text !== "")
    this.link.hidden = !linked
    if (linked) this.link.href = location.pathname + linkWith(location.search, waiting)
  }
}
