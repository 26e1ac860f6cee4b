// Streamlit's sidebar: its links to the pages, and folding it away. On a phone it is a drawer that covers the page, so
// it is folded when a page was chosen in it.

const LINKS = '[data-testid="stSidebarNavLink"]'
const FOLD = '[data-testid="stSidebarCollapseButton"] button', UNFOLD = '[data-testid="stExpandSidebarButton"]'
const DRAWER = "(max-width: 768px)"

/** Fold the sidebar away, or unfold it.
 * @param {boolean} fold */
export function foldSidebar(fold) {
  const unfold = /** @type {HTMLElement | null} */ (document.querySelector(UNFOLD)) // which is there while it is folded
  if (fold && !unfold) /** @type {HTMLElement | null} */ (document.querySelector(FOLD))?.click()
  if (!fold) unfold?.click()
}

/** List the links to the pages, in their order. */
export const pageLinks = () => /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(LINKS)])

/** Return the links to the pages before and after the page that is shown.
 * @returns {[HTMLAnchorElement | undefined, HTMLAnchorElement | undefined]} */
export function neighbours() {
  const links = pageLinks(), at = links.findIndex((link) => link.getAttribute("aria-current") === "page")
  return at < 0 ? [undefined, undefined] : [links[at - 1], links[at + 1]]
}

let watching = false

/** Fold the drawer whenever a page was chosen in it. */
export function foldDrawerOnChoice() {
  if (watching) return
  watching = true
  document.addEventListener("click", (event) => {
    const chosen = /** @type {Element} */ (event.target).closest?.(LINKS)
    if (chosen && matchMedia(DRAWER).matches) requestAnimationFrame(() => foldSidebar(true))
  })
}
