// The picture of a drawing by itself: a title, and below it the parts of the drawing, one below the other.

import { inlined } from "../../base/save_picture.js"
import { element } from "../../base/svg.js"

/** @typedef {import("../../base/save_picture.js").Picture} Picture */

const MARGIN = 24, TITLE = 34, SIZE = 16, GAP = 24 // pixels

/** Create the picture of a drawing.
 * @param {HTMLElement} root
 * @param {string} title
 * @returns {Picture} */
export function pictureOf(root, title) {
  const style = getComputedStyle(root), box = root.getBoundingClientRect()
  const host = document.createElement("div")
  const svg = /** @type {SVGSVGElement} */ (element("svg", host, { xmlns: "http://www.w3.org/2000/svg" }))
  const ground = element("rect", svg, { fill: style.getPropertyValue("--st-background-color").trim() || "#fff" })
  const font = `600 ${SIZE}px ${style.fontFamily}`
  element("text", svg, { x: MARGIN, y: MARGIN + SIZE, fill: style.color, style: `font:${font}` }).textContent = title
  const parts = partsOf(root)
  let foot = MARGIN + TITLE, end = parts[0]?.place.top ?? 0
  for (const { node, place } of parts) {
    const y = foot + Math.min(place.top - end, GAP) // what stands between two parts on the page is left out
    svg.append(copyTo(node, { x: MARGIN + place.left - box.left, y, width: place.width, height: place.height }))
    foot = y + place.height
    end = place.bottom
  }
  const width = Math.round(box.width + 2 * MARGIN), height = Math.round(foot + MARGIN)
  for (const each of [svg, ground]) {
    each.setAttribute("width", String(width))
    each.setAttribute("height", String(height))
  }
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
  return { width, height, text: new XMLSerializer().serializeToString(svg) }
}

/** Write the picture as one HTML file.
 * @param {Picture} picture
 * @param {string} title */
export const pageOf = ({ text }, title) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>pdviz: ${title.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</title>
<style>body { margin: 0 } svg { max-width: 100%; height: auto }</style>
${text}
</html>
`

/** List the pictures in a drawing that are visible, with their places.
 * @param {HTMLElement} root */
function partsOf(root) {
  const nodes = /** @type {NodeListOf<SVGSVGElement | HTMLCanvasElement>} */ (root.querySelectorAll("svg, canvas"))
  return [...nodes].map((node) => ({ node, place: node.getBoundingClientRect() }))
    .filter(({ node, place }) => place.width && place.height && !node.parentElement?.closest("svg, button"))
}

/** Copy a picture to a place.
 * @param {SVGSVGElement | HTMLCanvasElement} node
 * @param {Record<"x" | "y" | "width" | "height", number>} place */
function copyTo(node, place) {
  const copy = node instanceof SVGSVGElement ? inlined(node)
    : element("image", document.createElement("div"), { href: node.toDataURL() })
  for (const [name, value] of Object.entries(place)) copy.setAttribute(name, String(value))
  return copy
}
