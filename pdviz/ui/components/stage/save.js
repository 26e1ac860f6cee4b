// What a person takes with them: the stage as one file that plays offline, or the picture as it is now.

import { element } from "../base/svg.js"
import { inlined, offer, savePicture } from "../base/save_picture.js"
import { CHAPTERS, chapterOf, moment } from "./run.js"

const MARGIN = 24, LINE = 22

/** Save the stage as "html", or its picture as "svg" or "png". */
export async function save(/** @type {"html" | "svg" | "png"} */ kind, /** @type {HTMLElement} */ root,
  /** @type {any} */ self) {
  const { n } = moment(self.run, self.clock.time)
  const name = `pdviz-gradient-step${n}`
  if (kind === "html") offer(new Blob([page(root, self)], { type: "text/html" }), `${name}.html`)
  else await savePicture(picture(root, self), kind, name)
}

/** JSON that may stand inside a script element. */
const inert = (/** @type {unknown} */ value) => JSON.stringify(value).replace(/</g, "\\u003c")

/** The modules that the stage needs, in the order they came in, and what links them. */
function needed() {
  const { link, modules } = /** @type {import("../boot/loader.js").Sources} */ (/** @type {any} */ (globalThis).pdviz.sources)
  const names = new Set(["stage/stage.js"])
  for (const [name, source] of [...modules].reverse())
    if (names.has(name)) for (const [, other] of source.matchAll(/from "([\w./]+)"/g)) names.add(other)
  return { link, modules: modules.filter(([name]) => names.has(name)) }
}

/** The style sheets of the place where the stage is drawn. */
function sheets(/** @type {HTMLElement} */ root) {
  const place = /** @type {ShadowRoot | Document} */ (root.getRootNode())
  const written = [...place.querySelectorAll("style")].map((style) => style.textContent ?? "")
  const adopted = [...place.adoptedStyleSheets]
    .map((sheet) => [...sheet.cssRules].map((rule) => rule.cssText).join("\n"))
  return [...written, ...adopted].filter((text) => text.includes("#stage")).join("\n")
}

const BOOT = `const read = (id) => JSON.parse(document.getElementById(id).textContent)
const sources = read("sources"), { data, time } = read("data")
globalThis.pdviz = { sources }
const { link } = await import(URL.createObjectURL(new Blob([sources.link], { type: "text/javascript" })))
const { stage } = await import(link(sources.modules)["stage/stage.js"])
stage(document.getElementById("stage"), { data, time, setStateValue() {} })
`

/** One HTML file that needs nothing else. */
function page(/** @type {HTMLElement} */ root, /** @type {any} */ self) {
  const css = sheets(root).replace(/<\//g, "")
  const computed = getComputedStyle(root)
  const names = [...new Set([...css.matchAll(/var\((--st-[\w-]+)/g)].map(([, name]) => name))]
  const theme = names.map((name) => `${name}: ${computed.getPropertyValue(name).replace(/[<>{};]/g, "").trim()}`)
    .filter((rule) => !rule.endsWith(": ")).join("; ")
  const { run, component } = self, { n } = moment(run, self.clock.time)
  const position = run.scope === "signal" ? self.position : run.position
  const data = { ...component.data, step: n, position, rev: 0, seq: 0 }
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>pdviz: how the gradient finds its way to the parameters</title>
<style>
:root { ${theme} }
body { margin: 0 auto; padding: 1.5rem; max-width: 1080px; background: var(--st-background-color) }
${css}
</style>
<section id="stage">${self.html}</section>
<script type="application/json" id="sources">${inert(needed())}</script>
<script type="application/json" id="data">${inert({ data, time: self.clock.time })}</script>
<script type="module">
${BOOT}</script>
</html>
`
}

/** Text in lines of at most so many pixels. */
function wrapped(/** @type {string} */ text, /** @type {number} */ width, /** @type {string} */ font) {
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"))
  context.font = font
  const lines = [""]
  for (const word of text.split(" ")) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim()
    if (context.measureText(longer).width > width) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}

/** The picture as it is now, by itself: its text and its size. */
function picture(/** @type {HTMLElement} */ root, /** @type {any} */ self) {
  const { run } = self, now = moment(run, self.clock.time)
  const frame = /** @type {HTMLElement} */ (root.querySelector(".picture")), box = frame.getBoundingClientRect()
  const style = getComputedStyle(root), colour = style.color, family = style.fontFamily
  const holder = document.createElement("div")
  const svg = /** @type {SVGSVGElement} */ (element("svg", holder, { xmlns: "http://www.w3.org/2000/svg" }))
  const ground = element("rect", svg, { fill: style.getPropertyValue("--st-background-color").trim() || "#fff" })
  const head = [run.wayTitle, root.querySelector(".taken")?.textContent, CHAPTERS[chapterOf(now)]].join(" · ")
  const words = root.querySelector(".caption")?.textContent ?? ""
  const facts = [...root.querySelectorAll(".facts .known")]
    .map((fact) => [...fact.children].map((node) => node.textContent).join(" ")).join(" · ")
  let y = MARGIN + 16
  const write = (/** @type {string} */ text, /** @type {number} */ size, /** @type {number} */ weight) => {
    for (const line of wrapped(text, box.width, `${weight} ${size}px ${family}`)) {
      const font = `font:${weight} ${size}px ${family}`
      element("text", svg, { x: MARGIN, y, fill: colour, style: font }).textContent = line
      y += LINE
    }
  }
  write(head, 17, 600)
  write(words, 15, 400)
  if (facts) write(facts, 14, 400)
  const top = y
  const said = frame.querySelector(".readout")
  const readout = said ? said.getBoundingClientRect() : { top: Infinity, height: 0 }
  let foot = top
  for (const drawn of /** @type {NodeListOf<SVGSVGElement>} */ (frame.querySelectorAll("svg"))) {
    const place = drawn.getBoundingClientRect()
    const shift = place.top > readout.top ? readout.height : 0
    const copy = inlined(drawn)
    copy.setAttribute("x", String(MARGIN + place.left - box.left))
    copy.setAttribute("y", String(top + place.top - box.top - shift))
    copy.setAttribute("width", String(place.width))
    copy.setAttribute("height", String(place.height))
    svg.append(copy)
    foot = Math.max(foot, top + place.bottom - box.top - shift)
  }
  const width = Math.round(box.width + 2 * MARGIN), height = Math.round(foot + MARGIN)
  for (const node of [svg, ground]) {
    node.setAttribute("width", String(width))
    node.setAttribute("height", String(height))
  }
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
  return { width, height, text: new XMLSerializer().serializeToString(svg) }
}
