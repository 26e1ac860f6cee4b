// The badge of a proof under the stage: what was compared, and whether it agrees.

import { createElement } from "../base/dom.js"

/** Create the badge of a proof.
 * @param {import("./run/run.js").Check} check */
export function checkBadge({ ok, text, detail }) {
  const item = createElement("li", ok ? "ok" : "failed"), more = createElement("span", "detail")
  more.textContent = detail
  Object.assign(item, { tabIndex: 0, title: detail })
  item.append(ok ? `✓ ${text}` : `✗ Does not hold: ${text}`, more)
  return item
}
