// How pages are shown: for a projector, with type of at least 16 pixels, and with the strip of taps or without.
//
// Two style sheets say it, one for the page and one that every drawing has in its shadow root.

import { setLeastType } from "../base/theme.js"
import { DRAWINGS, FOLDED, LEAST, PAGE } from "./presentation_styles.js"

/** How pages are shown.
 * @typedef {{ present: boolean, strip: boolean }} View */

const page = new CSSStyleSheet(), drawings = new CSSStyleSheet()
/** @type {View} */
let shown = { present: false, strip: true }

/** Let a drawing be shown as pages are.
 * @param {Element} root of the drawing */
export function adopt(root) {
  const { adoptedStyleSheets } = /** @type {ShadowRoot} */ (root.getRootNode())
  if (!adoptedStyleSheets.includes(drawings)) adoptedStyleSheets.push(drawings)
}

/** Show pages like this from now on; return whether presentation begins or ends by it.
 * @param {View} view */
export function showAs(view) {
  const before = shown, { present, strip } = view
  shown = view
  if (before.present === present && before.strip === strip) return false
  if (!document.adoptedStyleSheets.includes(page)) document.adoptedStyleSheets.push(page)
  page.replaceSync(present ? PAGE : "")
  drawings.replaceSync((present ? DRAWINGS : "") + (strip ? "" : FOLDED))
  setLeastType(present ? LEAST : 0)
  return before.present !== present
}
