// One entry in the browser's history for each step that a person takes.
//
// Streamlit makes an entry for another page, without parameters, one more when the page's run writes the link, and one
// for each state of a drag. So its entries come through here: another page keeps the parameters, and what follows
// without another press of a pointer or a key belongs to the same step, whose entry it replaces.

/** Decide how the entry of an address is written: in place of the last one or after it, and with which address.
 * @param {string} here the address shown
 * @param {string} next the address to be shown
 * @param {boolean} sameStep whether an entry was made since the last press
 * @returns {{ replace: boolean, address: string }} */
export function entryOf(here, next, sameStep) {
  const from = new URL(here), to = new URL(next, from)
  if (to.pathname === from.pathname) return { replace: sameStep, address: to.href }
  if (!to.search) to.search = from.search
  return { replace: false, address: to.href }
}

/** Let Streamlit's entries come through here from now on. */
export function keepOneEntryPerStep() {
  if (Object.hasOwn(history, "pushState")) return // as they do already
  let presses = 0, written = 0 // what is written before the first press corrects the link that was opened
  const press = (/** @type {Event} */ event) => { if (!(/** @type {KeyboardEvent} */ (event).repeat)) presses++ }
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, press, { capture: true, passive: true })
  const push = history.pushState.bind(history)
  history.pushState = (state, unused, next) => {
    const { replace, address } = entryOf(location.href, String(next ?? location.href), written === presses)
    written = presses
    if (replace) history.replaceState(state, unused, address)
    else push(state, unused, address)
  }
}
