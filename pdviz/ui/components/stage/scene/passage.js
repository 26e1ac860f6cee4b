// Bars pass behind what is written: they are cut out where numbers and titles stand, so that these can always be read.

import { element } from "../../base/svg.js"

/** @typedef {{ x: number, y: number, width: number, height: number }} Place */

const ID = "stage-passage"

/** Create a group whose content is not drawn at these places, which do not overlap.
 * @param {SVGSVGElement} svg
 * @param {Place[]} places */
export function createPassage(svg, places) {
  const path = (/** @type {Place} */ { x, y, width, height }) => `M${x} ${y}h${width}v${height}h${-width}Z`
  const all = { x: -10, y: -10, width: 1e4, height: 1e4 }
  const clip = element("clipPath", element("defs", svg), { id: ID })
  element("path", clip, { d: [all, ...places].map(path).join(""), "clip-rule": "evenodd" })
  return element("g", svg, { "clip-path": `url(#${ID})` })
}
