// What a page answers, from its first number to its last figure, in one drawing: an edit changes what differs.

import { figure } from "./figure.js"
import { numbers } from "./numbers.js"
import { table } from "./table.js"
import { heading, note, sentences } from "./words.js"

/** @typedef {import("./numbers.js").Numbers | import("./table.js").Table | import("./figure.js").Figure
 *   | import("./words.js").Heading | import("./words.js").Sentences | import("./words.js").Note} Part */
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

/** Reports by the element they are drawn in: their places, and the proofs that are open.
 * @type {WeakMap<HTMLElement, { places: Place[], open: Set<string> }>} */
const LIVE = new WeakMap()

/** Show the parts; called again with every change of them. */
export function report(/** @type {HTMLElement} */ root, /** @type {import("./streamlit").Component<{ parts: Part[] }>} */ { data }) {
  const self = LIVE.get(root) ?? { places: [], open: new Set() }
  LIVE.set(root, self)
  data.parts.forEach((part, i) => {
    const key = "name" in part ? `${part.kind} ${part.name}` : part.kind
    const found = self.places.findIndex((place, j) => j >= i && place.key === key)
    if (found > i) drop(self.places.splice(i, found - i))
    if (found < 0) {
      const place = { key, ...KINDS[part.kind](self.open, part.kind) }
      self.places.splice(i, 0, place)
      root.insertBefore(place.node, root.children[i] ?? null)
    }
    self.places[i].show(part)
  })
  drop(self.places.splice(data.parts.length))
  return () => drop(self.places.splice(0)) // what is open stays so: Streamlit may show the same again at once
}

function drop(/** @type {Place[]} */ places) {
  for (const { node, end } of places) {
    end()
    node.remove()
  }
}
