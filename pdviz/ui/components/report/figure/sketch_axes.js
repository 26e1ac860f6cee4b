// Axes of a sketch: copies of the ticks and labels that Plotly has drawn, at other places and with other texts.

import { element, set } from "../../base/svg.js"

/** @typedef {import("./sketch.js").Place} Place */

/** Draw the levels of an upright axis.
 * @param {string} name y, y2 …
 * @param {any} axis
 * @param {Place} place
 * @param {Element} plot the element of Plotly's chart
 * @returns {boolean} whether the chart has a level to copy */
export function drawLevels(name, { tickvals, ticktext, showgrid }, { svg, y, box: [, top, , height] }, plot) {
  const label = plot.querySelector(`.${name}tick text`), line = plot.querySelector(`.${name}grid`)
  if (!label || (showgrid && !line)) return false
  tickvals.forEach((/** @type {number} */ tick, /** @type {number} */ i) => {
    const edge = Math.min(y(tick) - top, top + height - y(tick)) // where no line is drawn
    if (line && showgrid && edge > 1) copyTo(svg, line, 0, y(tick))
    copyTo(svg, label, 0, y(tick)).textContent = ticktext[i]
  })
  return true
}

/** Draw the axis below the plot, and its title.
 * @param {any} axis
 * @param {Place} place
 * @param {Element} plot the element of Plotly's chart
 * @param {number} down how much higher the axis of the chart is, in pixels
 * @returns {boolean} whether the chart has an axis to copy */
export function drawPositions({ tickvals, ticktext }, { svg, x }, plot, down) {
  const label = plot.querySelector(".xtick text"), mark = plot.querySelector(".xtick.ticks")
  const title = plot.querySelector(".g-xtitle")
  if (!label || !mark || !title) return false
  tickvals.forEach((/** @type {number} */ tick, /** @type {number} */ i) => {
    copyTo(svg, mark, x(tick), down)
    copyTo(svg, label, x(tick), down).textContent = ticktext[i]
  })
  element("g", svg, { transform: `translate(0,${down})` }).append(title.cloneNode(true))
  return true
}

/** Copy an element, without what is in it, to another place.
 * @param {Element} parent
 * @param {Element} node
 * @param {number} x
 * @param {number} y */
function copyTo(parent, node, x, y) {
  const copy = /** @type {Element} */ (node.cloneNode(false))
  set(copy, { transform: `translate(${x},${y})` })
  parent.append(copy)
  return copy
}
