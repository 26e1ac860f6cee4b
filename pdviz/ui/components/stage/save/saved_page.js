// The stage as one HTML file that needs nothing else.

/** @typedef {import("../../boot/loader.js").Sources} Sources */

const MAIN = "stage/stage.js"
const BOOT = `const read = (id) => JSON.parse(document.getElementById(id).textContent)
const sources = read("sources"), { data, time } = read("data")
globalThis.pdviz = { sources }
const { link } = await import(URL.createObjectURL(new Blob([sources.link], { type: "text/javascript" })))
const { stage } = await import(link(sources.modules)["${MAIN}"])
stage(document.getElementById("stage"), { data, time, setStateValue() {} })
`

/** Write the page.
 * @param {HTMLElement} root
 * @param {string} html of the stage before anything was drawn
 * @param {import("../state/stage_model.js").StageModel} model
 * @returns {string} */
export function pageOf(root, html, { data, player, output }) {
  const css = stylesOf(root)
  const sources = sourcesOf(MAIN, /** @type {any} */ (globalThis).pdviz.sources)
  const start = { data: { ...data, step: player.step, position: output, rev: 0, seq: 0 }, time: player.time }
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>pdviz: how the gradient finds its way to the parameters</title>
<style>
:root { ${themeOf(root, css)} }
body { margin: 0 auto; padding: 1.5rem; max-width: 1080px; background: var(--st-background-color) }
${css}
</style>
<section id="stage">${html}</section>
<script type="application/json" id="sources">${inertJson(sources)}</script>
<script type="application/json" id="data">${inertJson(start)}</script>
<script type="module">
${BOOT}</script>
</html>
`
}

/** Write JSON that may stand inside a script element.
 * @param {unknown} value */
const inertJson = (value) => JSON.stringify(value).replace(/</g, "\\u003c")

/** Return the modules that one of them needs, in the order in which they came, and what links them.
 * @param {string} main
 * @param {Sources} sources
 * @returns {Sources} */
export function sourcesOf(main, { link, modules }) {
  const names = new Set([main])
  for (const [name, source] of [...modules].reverse())
    if (names.has(name)) for (const [, other] of source.matchAll(/from "([\w./]+)"/g)) names.add(other)
  return { link, modules: modules.filter(([name]) => names.has(name)) }
}

/** Collect the style sheets of the place where the stage is drawn.
 * @param {HTMLElement} root */
function stylesOf(root) {
  const place = /** @type {ShadowRoot | Document} */ (root.getRootNode())
  const written = [...place.querySelectorAll("style")].map((style) => style.textContent ?? "")
  const adopted = [...place.adoptedStyleSheets]
    .map((sheet) => [...sheet.cssRules].map((rule) => rule.cssText).join("\n"))
  return [...written, ...adopted].filter((text) => text.includes("#stage")).join("\n").replace(/<\//g, "")
}

/** Write the values of the theme that styles refer to.
 * @param {HTMLElement} root
 * @param {string} css */
function themeOf(root, css) {
  const computed = getComputedStyle(root)
  const names = [...new Set([...css.matchAll(/var\((--st-[\w-]+)/g)].map(([, name]) => name))]
  return names.map((name) => [name, computed.getPropertyValue(name).replace(/[<>{};]/g, "").trim()])
    .filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`).join("; ")
}
