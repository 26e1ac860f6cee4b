// The choice of a light or a dark theme. Streamlit reads it when a page is loaded, from a place of its own for each
// page, so it is written for all of them and the page is loaded again: its link holds what is chosen.

import { find } from "../base/dom.js"
import { pageLinks } from "./sidebar.js"

const THEMES = ["System", "Light", "Dark"] // as Streamlit calls them

/** Where Streamlit keeps the theme of a page.
 * @param {string} path of the page */
const placeOf = (path) => `stActiveTheme-${path}-v2`

/** Return the theme that the page was loaded with. */
function currentTheme() {
  try {
    const theme = JSON.parse(localStorage.getItem(placeOf(location.pathname)) ?? "null")
    return THEMES.includes(theme) ? theme : THEMES[0]
  } catch {
    return THEMES[0] // a browser that keeps nothing follows the system
  }
}

/** Choose a theme for all pages, and load the page again.
 * @param {string} theme */
function choose(theme) {
  try {
    for (const path of [location.pathname, ...pageLinks().map((link) => link.pathname)])
      localStorage.setItem(placeOf(path), JSON.stringify(theme))
  } catch {
    return
  }
  location.reload()
}

/** Draw a button for each theme.
 * @param {HTMLElement} root
 * @returns {() => void} nothing runs that had to be ended */
export function themes(root) {
  const now = currentTheme()
  find(root, ".choices").replaceChildren(...THEMES.map((theme) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: theme })
    button.setAttribute("aria-pressed", String(theme === now))
    button.onclick = () => choose(theme)
    return button
  }))
  return () => {}
}
