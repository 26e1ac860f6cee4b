// How pages are shown: for a projector, with type of at least 16 pixels, and with the strip of taps or without.
//
// Two style sheets say it, one for the page and one that every drawing has in its shadow root.

import { setLeastType } from "../base/theme.js"

/** How pages are shown.
 * @typedef {{ present: boolean, strip: boolean }} View */

const LEAST = 16 // pixels
/** By this the page's type grows; the smallest of Streamlit's and of Plotly's is 12 pixels. */
const SCALE = 1.34
const PAGE = `
html { font-size: ${16 * SCALE}px !important }
[data-testid="stMainBlockContainer"] { max-width: none !important; padding: 0 2rem 2rem !important }
[data-testid="stHeader"] { background: none !important }
[data-testid="stHeader"], [data-testid="stHeader"] * { pointer-events: none }
[data-testid="stHeader"] :is(button, button *) { pointer-events: auto }
[data-testid="stHeading"] { padding-left: 1.6rem }
h2 { font-size: 1.5rem !important }`
const DRAWINGS = `
svg text:not(.plot *, .sketch *, #stage *), .handle .value { font-size: ${LEAST}px !important }
.frame { width: calc(100% / ${SCALE}); transform: scale(${SCALE}); transform-origin: 0 0;
  margin-bottom: calc(var(--tall, 0px) * ${SCALE - 1}) }`
/** The strip keeps its width, by which the stack is drawn. One that is folded already has its own button. */
const FOLDED = `
#editor.compact:not(.folded-mode) { min-height: 0 }
#editor.compact:not(.folded-mode) :is(.bar, .board, .hint) { height: 0; min-height: 0; margin: 0; overflow: hidden;
  visibility: hidden }`

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
