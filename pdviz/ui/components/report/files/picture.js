// The picture of a drawing by itself: a title, and below it the parts of the drawing, one below the other.

import { inlined } from "../../base/save_picture.js"
import { element } from "../../base/svg.js"

/** @typedef {import("../../base/save_picture.js").Picture} Picture */
/** @typedef {SVGSVGElement | HTMLCanvasElement | HTMLHeadingElement} Part */
/** @typedef {Record<"x" | "y" | "width" | "height", number>} Place */

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

/** List the pictures in a drawing that are visible, and the titles between them, with their places.
 * @param {HTMLElement} root */
function partsOf(root) {
  const nodes = /** @type {NodeListOf<Part>} */ (root.querySelectorAll("svg, canvas, h4"))
  return [...nodes].map((node) => ({ node, place: node.getBoundingClientRect() }))
    .filter(({ node, place }) => place.width && place.height && !node.parentElement?.closest("svg, button"))
}

/** Copy a picture, or a title, to a place.
 * @param {Part} node
 * @param {Place} place */
function copyTo(node, place) {
  if (node instanceof HTMLHeadingElement) return copyTitle(node, place)
  const copy = node instanceof SVGSVGElement ? inlined(node)
    : element("image", document.createElement("div"), { href: node.toDataURL() })
  for (const [name, value] of Object.entries(place)) copy.setAttribute(name, String(value))
  return copy
}

/** Copy a title, whose parts have type of their own, to a place.
 * @param {HTMLHeadingElement} node
 * @param {Place} place */
function copyTitle(node, { x, y, height }) {
  const baseline = y + 0.75 * height, attributes = { x, y: baseline, fill: getComputedStyle(node).color }
  const text = element("text", document.createElement("div"), attributes)
  for (const part of node.children) {
    const { fontWeight, fontSize, fontFamily } = getComputedStyle(part)
    const style = `font:${fontWeight} ${fontSize} ${fontFamily};white-space:pre`
    element("tspan", text, { style }).textContent = part.textContent
  }
  return text
}
