// Turns the texts of modules into modules of this page. What links the first ones is not there yet, so this file
// comes by itself: `loader.js` and the page that `stage/save.js` writes import it from its text.

/** Make a module of each text, in an order in which each comes after those that it imports.
 * @param {[string, string][]} sources path and text; an import names a path, as in `from "base/svg.js"`
 * @returns {Record<string, string>} the address of each module by its path */
export function link(sources) {
  /** @type {Record<string, string>} */
  const addresses = {}
  for (const [path, text] of sources) {
    const linked = text.replace(/(from ")([\w./]+)"/g, (whole, from, other) =>
      addresses[other] ? `${from}${addresses[other]}"` : whole)
    const blob = new Blob([linked, `\n//# sourceURL=pdviz/${path}\n`], { type: "text/javascript" })
    addresses[path] = URL.createObjectURL(blob)
  }
  return addresses
}
