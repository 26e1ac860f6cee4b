// Turns the modules that the server sends, once, into modules of this page.
//
// Streamlit sends a component's own code again with every change of its data. So the code that
// draws comes by itself, as the data of a component that draws nothing and never changes; the
// others hold only `mount.js` and wait here. A relative import becomes the address of the module
// it names, which came before it.

/** @typedef {Record<string, import("./streamlit.d.ts").Drawing>} Drawings */
/** @typedef {{ sources: [string, string][], drawings: Promise<Drawings>,
 *   arrived: (drawings: Drawings) => void }} Code */

/** @param {import("./streamlit.d.ts").Component<{ modules: [string, string][] }>} component */
export default function ({ data }) {
  const page = /** @type {any} */ (globalThis)
  if (!page.pdviz) {
    page.pdviz = {}
    page.pdviz.drawings = new Promise((resolve) => { page.pdviz.arrived = resolve })
  }
  /** @type {Code} */
  const code = page.pdviz
  if (code.sources) return
  code.sources = data.modules
  /** @type {Record<string, string>} */
  const addresses = {}
  let last = ""
  for (const [name, source] of data.modules) {
    const linked = source.replace(/(from ")\.\/([\w.]+)"/g, (_, from, other) => `${from}${addresses[other]}"`)
    const blob = new Blob([linked, `\n//# sourceURL=pdviz/${name}\n`], { type: "text/javascript" })
    last = addresses[name] = URL.createObjectURL(blob)
  }
  import(last).then(code.arrived)
}
