// The picture of the stage as it is now, by itself: its words above its drawings.

import { find } from "../../base/dom.js"
import { inlined } from "../../base/save_picture.js"
import { element, writeParagraphs } from "../../base/svg.js"
import { CHAPTERS, chapterOf, momentAt } from "../run/timeline.js"

/** @typedef {import("../../base/save_picture.js").Picture} Picture */

const MARGIN = 24, GAP = 14 // pixels

/** Create the picture.
 * @param {HTMLElement} root
 * @param {import("../state/stage_model.js").StageModel} model
 * @returns {Picture} */
export function pictureOf(root, { run, player }) {
  const frame = find(root, ".picture"), box = frame.getBoundingClientRect(), style = getComputedStyle(root)
  const host = document.createElement("div")
  const svg = /** @type {SVGSVGElement} */ (element("svg", host, { xmlns: "http://www.w3.org/2000/svg" }))
  const ground = element("rect", svg, { fill: style.getPropertyValue("--st-background-color").trim() || "#fff" })
  const chapter = CHAPTERS[chapterOf(momentAt(run.steps, player.time))]
  const facts = [...root.querySelectorAll(".facts .ready")]
    .map((fact) => [...fact.children].map((node) => node.textContent).join(" ")).join(" · ")
  const head = writeParagraphs(svg, { x: MARGIN, y: MARGIN, width: box.width }, style, [
    { text: [run.wayTitle, find(root, ".taken").textContent, chapter].join(" · "), size: 17, weight: 600 },
    { text: run.title, size: 14, weight: 600 },
    { text: find(root, ".caption").textContent, size: 15 },
    ...(facts ? [{ text: facts, size: 14 }] : []),
  ])
  const top = head + GAP
  const width = Math.round(box.width + 2 * MARGIN), height = Math.round(copyDrawings(svg, frame, box, top) + MARGIN)
  for (const node of [svg, ground]) {
    node.setAttribute("width", String(width))
    node.setAttribute("height", String(height))
  }
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
  return { width, height, text: new XMLSerializer().serializeToString(svg) }
}

/** Copy the drawings below `top`, without the room of the hint between them; return where they end.
 * @param {SVGSVGElement} svg
 * @param {HTMLElement} frame
 * @param {DOMRect} box of the frame
 * @param {number} top */
function copyDrawings(svg, frame, box, top) {
  const hint = find(frame, "p.hint").getBoundingClientRect()
  let foot = top
  for (const drawing of frame.querySelectorAll("svg")) {
    const place = drawing.getBoundingClientRect()
    if (!place.width) continue // of a kernel that is drawn whole
    const y = top + place.top - box.top - (place.top > hint.top ? hint.height : 0), copy = inlined(drawing)
    copy.setAttribute("x", String(MARGIN + place.left - box.left))
    copy.setAttribute("y", String(y))
    copy.setAttribute("width", String(place.width))
    copy.setAttribute("height", String(place.height))
    svg.append(copy)
    foot = Math.max(foot, y + place.height)
  }
  return foot
}
