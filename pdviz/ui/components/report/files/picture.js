// The picture of a drawing by itself: a title, and below it the parts of the drawing, one below the other.

import { inlined } from "../../base/save_picture.js"
import { element, set, writeParagraphs } from "../../base/svg.js"

/** @typedef {import("../../base/save_picture.js").Picture} Picture */

const MARGIN = 24, TITLE = 17, WORDS = 14, GAP = 24 // pixels

/** Create the picture of a drawing.
 * @param {import("../../model/page.js").SavedDrawing} drawing
 * @param {string} title
 * @param {string} words below the title; "" for none
 * @returns {Picture} */
export function pictureOf({ root, parts }, title, words) {
  const style = getComputedStyle(root), box = root.getBoundingClientRect()
  const host = document.createElement("div")
  const svg = /** @type {SVGSVGElement} */ (element("svg", host, { xmlns: "http://www.w3.org/2000/svg" }))
  const ground = element("rect", svg, { fill: style.getPropertyValue("--st-background-color").trim() || "#fff" })
  const paragraphs = [{ text: title, size: TITLE, weight: 600 }, ...(words ? [{ text: words, size: WORDS }] : [])]
  let foot = writeParagraphs(svg, { x: MARGIN, y: MARGIN - 6, width: box.width }, style, paragraphs) + 4
  const visible = visiblePictures(root)
  let end = visible[0]?.place.top ?? 0
  for (const { node, place } of visible) {
    const y = foot + Math.min(place.top - end, GAP) // what stands between two parts on the page is left out
    svg.append(copyTo(node, { x: MARGIN + place.left - box.left, y, width: place.width, height: place.height }))
    foot = y + place.height
    end = place.bottom
  }
  for (const part of parts()) {
    foot += GAP
    set(part, { x: MARGIN, y: foot })
    svg.append(part)
    foot += Number(part.getAttribute("height"))
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
function visiblePictures(root) {
  const nodes = /** @type {NodeListOf<SVGSVGElement>} */ (root.querySelectorAll("svg"))
  return [...nodes].map((node) => ({ node, place: node.getBoundingClientRect() }))
    .filter(({ node, place }) => place.width && place.height && !node.parentElement?.closest("svg, button"))
}

/** Copy a picture to a place.
 * @param {SVGSVGElement} node
 * @param {Record<"x" | "y" | "width" | "height", number>} place */
function copyTo(node, place) {
  const copy = inlined(node)
  set(copy, place)
  return copy
}
