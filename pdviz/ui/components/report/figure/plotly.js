// plotly.js, which the server has, and its template in the page's own looks.

import { shadesOn } from "../../base/theme.js"

/** @type {Promise<any> | null} */
let loading = null

/** Load plotly.js, once, when the first figure is there; another call after a failure tries again.
 * @returns {Promise<any>} */
export function loadPlotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script")
    script.src = String(new URL("plotly.js", document.baseURI))
    script.onload = () => resolve(/** @type {any} */ (globalThis).Plotly)
    script.onerror = () => {
      loading = null
      script.remove()
      reject(new Error("plotly.js did not arrive."))
    }
    document.head.append(script)
  })
  return loading
}

/** Give a figure's counts of paths the colours of the page's theme.
 * @param {{ data: any[] }} spec
 * @param {{ shades: readonly string[] }} template */
export function tint({ data }, { shades: [faint, full] }) {
  for (const trace of data) {
    if (trace.type !== "heatmap" || trace.name === "holes") continue
    const [nothing, [least], [most]] = trace.colorscale
    trace.colorscale = [nothing, [least, faint], [most, full]]
  }
}

/** Read the page's font, ink and ground at this element, as a Plotly template.
 * @param {HTMLElement} node */
export function readTemplate(node) {
  const style = getComputedStyle(node)
  const of = (/** @type {string} */ name) => style.getPropertyValue(`--st-${name}`).trim()
  const ink = of("text-color"), edge = of("border-color"), font = { family: of("font"), size: 12, color: ink }
  const axis = { gridcolor: edge, zerolinecolor: edge, linecolor: edge, tickcolor: edge, title: { font: { size: 13 } } }
  const clear = "rgba(0,0,0,0)"
  return {
    ground: of("background-color") || "#fff",
    shades: shadesOn(of("background-color")),
    layout: {
      font, paper_bgcolor: clear, plot_bgcolor: clear, xaxis: axis, yaxis: axis,
      hoverlabel: { bgcolor: of("secondary-background-color"), bordercolor: edge, font: { ...font, size: 13 } },
    },
  }
}
