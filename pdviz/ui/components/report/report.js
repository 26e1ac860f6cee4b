// The report of a page, from its first number to its last figure, in one drawing: an edit changes what differs.
//
// An edit of the editor comes to be shown here on three lanes, each slower than the one before:
//
// 1. The editor draws its own edit at once and stamps it with the revision that it was made in and its number
//    (`base/edit_stream.js`).
// 2. The editor requests the report for that edit (`model/page.js`), which is sent by POST to the report endpoint of
//    this page, `reports/<endpoint>`, with the link that the page shows (`model/report_request.js`). The response has
//    the edit's stamp. It is shown if what is shown is of the same revision and an earlier edit.
// 3. The edit goes to the server with its stamp, the page is run by Streamlit, and the data of the report come with
//    the stamp of the last edit that is in the state. They are shown unless they are older than what is shown: of the
//    same revision and an earlier edit. Another revision is the state after a change by other means: a link, a preset.
//
// Lane 3 always arrives, so lane 2 may fail silently: responses are missing where the page itself explains
// why, and where the server is busy.

import { isOlder } from "../base/edit_stream.js"
import { provideReports } from "../model/page.js"
import { numbers } from "./cards.js"
import { figure } from "./figure/figure.js"
import { requester } from "../model/report_request.js"
import { table } from "./table.js"
import { heading, note, sentences } from "./text.js"

/** @typedef {import("../base/edit_stream.js").Stamp} Stamp */
/** @typedef {import("./cards.js").Numbers | import("./table.js").Table | import("./figure/figure.js").Figure
 *   | import("./text.js").Heading | import("./text.js").Sentences | import("./text.js").Note} Block */
/** The element of a block, `show`, which draws another block of its kind there, and `end`, which ends what it runs.
 * @typedef {{ node: HTMLElement, show: (block: any) => void, end: () => void }} Place */
/** What `report.py` sends: the blocks and the edit that they are of; where there is an endpoint, its name and the link.
 * @typedef {{ blocks: Block[], endpoint?: string, query?: string } & Stamp} ReportData */

/** @type {Record<string, (open: Set<string>, kind: string) => Place>} */
const KINDS = {
  heading, numbers, table, figure,
  sentences: (_, kind) => sentences(kind),
  list: (_, kind) => sentences(kind),
  info: (_, kind) => note(kind),
  warning: (_, kind) => note(kind),
  caption: (_, kind) => note(kind),
}

/** Reports by root element.
 * @type {WeakMap<HTMLElement, Report>} */
const REPORTS = new WeakMap()

/** Show the blocks; called again with every change of them.
 * @param {HTMLElement} root
 * @param {import("../boot/streamlit.d.ts").Component<ReportData>} component
 * @returns {() => void} ends it */
export function report(root, { data }) {
  const self = REPORTS.get(root) ?? new Report(root)
  REPORTS.set(root, self)
  self.receive(data)
  return () => self.end() // what is open stays open: Streamlit may show the same report again at once
}

/** The blocks in `root`, and the stamp of the edit that they are of. */
class Report {
  /** @type {ReportData | null} */
  #data = null
  /** @type {Stamp} */
  #stamp = { rev: -1, seq: 0 }
  #text = ""
  #stopReports = () => {}

  /** @param {HTMLElement} root */
  constructor(root) {
    this.blocks = new Blocks(root)
    this.request = requester(
      () => ({ endpoint: this.#data?.endpoint ?? "", query: this.#data?.query ?? "" }),
      (stamp, blocks) => this.#respond(stamp, blocks),
    )
  }

  /** Show what a run of the page sends, unless it is older than what is shown. The same blocks are shown again only
   * if they are sent again for the same edit: then the theme may be another.
   * @param {ReportData} data */
  receive(data) {
    const before = this.#data, { rev, seq } = data
    this.#data = data
    if (data.endpoint) this.#stopReports = provideReports(this.request)
    if (isOlder(data, this.#stamp)) return
    this.#stamp = { rev, seq }
    const again = before !== null && before.rev === rev && before.seq === seq
    const text = JSON.stringify(data.blocks)
    if (text === this.#text && !again && this.blocks.any) return
    this.#text = text
    this.blocks.show(data.blocks)
  }

  /** Show the response to a request, if what is shown is of an earlier edit.
   * @param {Stamp} stamp
   * @param {Block[]} blocks */
  #respond(stamp, blocks) {
    if (!isOlder(this.#stamp, stamp) || !this.blocks.any) return
    this.#stamp = stamp
    this.#text = JSON.stringify(blocks)
    this.blocks.show(blocks)
  }

  /** Stop requesting reports, and remove the blocks. */
  end() {
    this.#stopReports()
    this.blocks.show([])
  }
}

/** The places of the blocks in `root`: a block whose kind and name are there already is drawn into the same place. */
class Blocks {
  /** @type {(Place & { key: string })[]} */
  #places = []
  /** The names and badges that are open.
   * @type {Set<string>} */
  #open = new Set()

  /** @param {HTMLElement} root */
  constructor(root) { this.root = root }

  /** Whether a block is shown. */
  get any() { return this.#places.length > 0 }

  /** Show these blocks in place of those before.
   * @param {Block[]} blocks */
  show(blocks) {
    blocks.forEach((block, i) => {
      const key = "name" in block ? `${block.kind} ${block.name}` : block.kind
      const index = this.#places.findIndex((place, j) => j >= i && place.key === key)
      if (index > i) remove(this.#places.splice(i, index - i))
      if (index < 0) {
        const place = { key, ...KINDS[block.kind](this.#open, block.kind) }
        this.#places.splice(i, 0, place)
        this.root.insertBefore(place.node, this.root.children[i] ?? null)
      }
      this.#places[i].show(block)
    })
    remove(this.#places.splice(blocks.length))
  }
}

/** Remove places from the report.
 * @param {Place[]} places */
function remove(places) {
  for (const { node, end } of places) {
    end()
    node.remove()
  }
}
