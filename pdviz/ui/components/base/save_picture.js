// Drawings on their way out of the page: a copy that carries its own styles, its pixels, and the saving of a file.

/** What a picture is styled by; all else is the browser's default. */
const STYLES = ["fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray",
  "stroke-linejoin", "opacity", "paint-order", "font-family", "font-size", "font-weight", "text-anchor",
  "font-variant-numeric", "white-space", "image-rendering", "visibility"]

/** @typedef {{ width: number, height: number, text: string }} Picture */

/** A copy of a drawing that carries its styles itself. */
export function inlined(/** @type {SVGSVGElement} */ drawn) {
  const copy = /** @type {SVGSVGElement} */ (drawn.cloneNode(true))
  const nodes = [...drawn.querySelectorAll("*")], copies = [...copy.querySelectorAll("*")]
  nodes.forEach((node, k) => {
    if (node.closest("defs")) return
    if (Number(node.getAttribute("opacity") ?? 1) === 0) return copies[k].remove()
    const style = getComputedStyle(node)
    copies[k].setAttribute("style", STYLES.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"))
    copies[k].removeAttribute("class")
  })
  for (const { name } of [...copy.attributes])
    if (/^(class|role|tabindex|aria-.*)$/.test(name)) copy.removeAttribute(name)
  return copy
}

/** The picture in pixels, two for one. */
export async function bitmap(/** @type {Picture} */ { width, height, text }) {
  const image = new Image()
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }))
  image.src = address
  await image.decode()
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height })
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  URL.revokeObjectURL(address)
  return /** @type {Promise<Blob>} */ (new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("The picture could not be made."))))))
}

/** Save a picture as "svg" or "png". */
export async function savePicture(/** @type {Picture} */ picture, /** @type {"svg" | "png"} */ kind,
  /** @type {string} */ name) {
  offer(kind === "svg" ? new Blob([picture.text], { type: "image/svg+xml" }) : await bitmap(picture), `${name}.${kind}`)
}

/** Let the browser save this under a name. */
export function offer(/** @type {Blob} */ content, /** @type {string} */ name) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
