// Drawings on their way out of the page: a copy that carries its own styles, its pixels, and the saving of a file.

/** The properties that style a picture; all others have the browser's default. */
const STYLES = ["fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray",
  "stroke-linejoin", "opacity", "paint-order", "font-family", "font-size", "font-weight", "text-anchor",
  "font-variant-numeric", "white-space", "image-rendering", "visibility"]

/** @typedef {{ width: number, height: number, text: string }} Picture */

/** Copy a drawing so that the copy carries its styles itself; what tells a hand what to do stays behind.
 * @param {SVGSVGElement} drawing */
export function inlined(drawing) {
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(true))
  const nodes = [...drawing.querySelectorAll("*")], copies = [...copy.querySelectorAll("*")]
  nodes.forEach((node, k) => {
    if (node.closest("defs")) return
    if (node.matches(".hint") || Number(node.getAttribute("opacity") ?? 1) === 0) return copies[k].remove()
    copies[k].setAttribute("style", styleOf(node, drawing))
    copies[k].removeAttribute("class")
  })
  for (const { name } of [...copy.attributes])
    if (/^(class|role|tabindex|aria-.*)$/.test(name)) copy.removeAttribute(name)
  return copy
}

/** Return the styles of a node, as text. Opacity, also of the groups that it is in, goes to what is drawn, of a text to
 * its fill and stroke: Chromium clips a text that has an opacity of its own where another font stands in.
 * @param {Element} node
 * @param {SVGSVGElement} drawing */
function styleOf(node, drawing) {
  const computed = getComputedStyle(node)
  /** @type {Record<string, string | number>} */
  const style = Object.fromEntries(STYLES.map((name) => [name, computed.getPropertyValue(name)]))
  const text = node.matches("text, tspan"), opacity = node.matches("g") ? 1 : opacityIn(drawing, node)
  if (text) for (const name of ["fill-opacity", "stroke-opacity"]) style[name] = Number(style[name]) * opacity
  style.opacity = text ? 1 : opacity
  return Object.entries(style).map(([name, value]) => `${name}:${value}`).join(";")
}

/** Return the opacity of a node in a drawing: its own times that of all groups around it.
 * @param {SVGSVGElement} drawing
 * @param {Element} node */
function opacityIn(drawing, node) {
  let opacity = 1
  for (let each = /** @type {Element | null} */ (node); each && each !== drawing; each = each.parentElement)
    opacity *= Number(getComputedStyle(each).opacity)
  return opacity
}

/** Draw a picture in pixels, at twice its size.
 * @param {Picture} picture
 * @returns {Promise<Blob>} a PNG */
export async function bitmap({ width, height, text }) {
  const image = new Image()
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }))
  image.src = address
  await image.decode()
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height })
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  URL.revokeObjectURL(address)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture could not be drawn.")))))
}

/** Save a picture as a file.
 * @param {Picture} picture
 * @param {"svg" | "png"} kind
 * @param {string} name without its ending */
export async function savePicture(picture, kind, name) {
  offer(kind === "svg" ? new Blob([picture.text], { type: "image/svg+xml" }) : await bitmap(picture), `${name}.${kind}`)
}

/** Let the browser save content under a name.
 * @param {Blob} content
 * @param {string} name */
export function offer(content, name) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
