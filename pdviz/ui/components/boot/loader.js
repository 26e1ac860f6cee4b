// Turns the modules that the server sends, once, into modules of this page.
//
// Streamlit sends a component's own code again with every change of its data. So the code that draws comes by
// itself, as the data of a component that draws nothing and never changes; the others hold only `mount.js`, and wait
// for the drawings here: `globalThis.pdviz` is a promise of them with its resolver, made by whoever comes first.

/** @typedef {{ link: string, modules: [string, string][] }} Sources */

/** @param {import("./streamlit.d.ts").Component<Sources>} component */
export default async function ({ data }) {
  const page = /** @type {any} */ (globalThis)
  page.pdviz ??= Promise.withResolvers()
  if (page.pdviz.sources) return
  page.pdviz.sources = data
  const code = new Blob([data.link], { type: "text/javascript" })
  const { link } = await import(URL.createObjectURL(code)), addresses = link(data.modules)
  page.pdviz.resolve(import(addresses["boot/main.js"]))
}
