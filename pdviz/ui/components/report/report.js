// What a page answers, from its first number to its last figure, in one drawing: an edit changes what differs.

import { asking } from "./ask.js"
import { figure } from "./figure.js"
import { numbers } from "./cards.js"
import { provideReports } from "../model/page.js"
import { table } from "./table.js"
import { heading, note, sentences } from "./text.js"

/** @typedef {import("./cards.js").Numbers | import("./table.js").Table | import("./figure.js").Figure
 *   | import("./text.js").Heading | import("./text.js").Sentences | import("./text.js").Note} Part */
/** @typedef {{ key: string, node: HTMLElement, show: (part: any) => void, end: () => void }} Place */

/** @type {Record<string, (open: Set<string>, kind: string) => Omit<Place, "key">>} */
const KINDS = {
  heading, numbers, table, figure,
  sentences: (_, kind) => sentences(kind),
  list: (_, kind) => sentences(kind),
  info: (_, kind) => note(kind),
  warning: (_, kind) => note(kind),
  caption: (_, kind) => note(kind),
}

/** What the server says, and the edit that it is the answer to; a report that asks by itself is told what, and of which link.
 * @typedef {{ parts: Part[], ask?: string, query?: string } & import("../base/edit_stream.js").Stamp} Said */

/** Reports by the element they are drawn in. @type {WeakMap<HTMLElement, ReturnType<typeof create>>} */
const LIVE = new WeakMap()

/** Show the parts; called again with every change of them. */
export function report(/** @type {HTMLElement} */ root, /** @type {import("../boot/streamlit.d.ts").Component<Said>} */ { data }) {
  const self = LIVE.get(root) ?? create(root)
  LIVE.set(root, self)
  self.hear(data)
  return self.end // what is open stays so: Streamlit may show the same again at once
}

function create(/** @type {HTMLElement} */ root) {
  /** @type {Place[]} */
  const places = []
  /** The proofs that are open. @type {Set<string>} */
  const open = new Set()
  /** The last that the server said. @type {Said | null} */
  let said = null
  /** The edit that what is shown answers. */
  let rev = -1, seq = 0, shown = "", stopReports = () => {}
  const ask = asking((stamp, parts) => {
    if (stamp.rev !== rev || stamp.seq <= seq || !places.length) return
    seq = stamp.seq
    shown = JSON.stringify(parts)
    show(parts)
  })
  const question = (/** @type {import("../base/edit_stream.js").Stamp} */ stamp, /** @type {unknown} */ value) =>
    ask(stamp, value, () => ({ ask: said?.ask ?? "", query: said?.query ?? "" }))

  /** Take what the server says, unless it answers an edit before the one that is shown; where it says what is shown
   * already there is nothing to do, unless it says so again: then its theme may be another. */
  function hear(/** @type {Said} */ data) {
    const before = said, text = JSON.stringify(data.parts)
    said = data
    if (data.ask) stopReports = provideReports(question)
    if (data.rev === rev && data.seq < seq) return
    const again = before !== null && before.rev === data.rev && before.seq === data.seq
    rev = data.rev
    seq = data.seq
    if (text === shown && !again && places.length) return
    shown = text
    show(data.parts)
  }

  function show(/** @type {Part[]} */ parts) {
    parts.forEach((part, i) => {
      const key = "name" in part ? `${part.kind} ${part.name}` : part.kind
      const found = places.findIndex((place, j) => j >= i && place.key === key)
      if (found > i) drop(places.splice(i, found - i))
      if (found < 0) {
        const place = { key, ...KINDS[part.kind](open, part.kind) }
        places.splice(i, 0, place)
        root.insertBefore(place.node, root.children[i] ?? null)
      }
      places[i].show(part)
    })
    drop(places.splice(parts.length))
  }

  function end() {
    stopReports()
    drop(places.splice(0))
  }

  return { hear, end }
}

function drop(/** @type {Place[]} */ places) {
  for (const { node, end } of places) {
    end()
    node.remove()
  }
}
