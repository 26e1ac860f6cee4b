// Entries of the browser's history: one per page and one per edit.
//
// When another page is opened, Streamlit makes an entry without parameters, and the session writes its link, which
// would make a second one: a step back would lead from the page to the same page. So the link takes its place.

/** Whether the entry that is shown is of a page whose link is still to be written. */
let opening = false

/** Return whether an address is on another page.
 * @param {string | URL | null | undefined} url */
const isElsewhere = (url) =>
  url !== null && url !== undefined && new URL(url, location.href).pathname !== location.pathname

/** Let the link of a page that was just opened replace the page's entry without one.
 * @param {History} history */
export function joinPageAndLink(history) {
  const push = history.pushState.bind(history)
  history.pushState = (data, unused, url) => {
    const elsewhere = isElsewhere(url)
    if (opening && !elsewhere) history.replaceState(data, unused, url)
    else push(data, unused, url)
    opening = elsewhere
  }
}

/** Let the next link make an entry: the run that opened a page is over. */
export function endPageChange() { opening = false }
