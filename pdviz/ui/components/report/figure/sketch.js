// A figure drawn over Plotly's while a hand moves: the same picture, in a tenth of the time. What it has not learnt to
// draw, it leaves to Plotly: it knows rows of shades, lines and words over axes whose ticks are said (`even_ticks` in
// `pdviz.figures.style`).

import { element, set } from "../../base/svg.js"
import { bytes } from "../../base/base64.js"
import { createElement } from "../../base/dom.js"

/** @typedef {import("./figure.js").Spec} Spec */
/** Where a trace is drawn: its scales, and the box of its axes.
 * @typedef {{ svg: SVGSVGElement, host: HTMLElement, look: any, x: (v: number) => number, y: (v: number) => number, box: number[] }} Place */

const KINDS = { i1: Int8Array, u1: Uint8Array, i2: Int16Array, u2: Uint16Array, i4: Int32Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array }
const NARROW = 640 // pixels: on narrower figures Plotly leaves out labels that have no room
const SPACING = 1.3 // lines of words, in letters
const DASHES = { dot: 3, dash: 9 } // pixels
/** A word's tags, and what is between them. */
const MARKUP = /(<[^>]*>)/
const COLOURED = /^<span style=["']color:(#[0-9a-fA-F]{6})["']>$/

/** A frame for the chart `plot`, which Plotly draws, and for sketches over it. */
export function sketch(/** @type {HTMLElement} */ plot) {
  const frame = createElement("div", "frame"), node = createElement("div", "sketch")
  node.hidden = true
  node.setAttribute("aria-hidden", "true")
  frame.append(plot, node)

  /** Draw this in place of what Plotly has `drawn`; false where that cannot be.
   * @returns {boolean} */
  function draw(/** @type {Spec} */ spec, /** @type {Spec} */ drawn, /** @type {any} */ look) {
    const { data, layout } = spec, { width, height, margin, xaxis } = layout, bottom = height - margin.b
    const upright = Object.keys(layout).filter((name) => name.startsWith("yaxis")).map((name) => ({ name: name.replace("axis", ""), ...layout[name] }))
    const said = [xaxis, ...upright.filter(({ visible }) => visible !== false)].every((axis) => axis?.ticktext)
    if (!said || layout.annotations || layout.shapes || width < NARROW) return false
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), wide = width - margin.l - margin.r
    set(svg, { width, height })
    node.replaceChildren(svg)
    node.style.background = look.ground
    const x = (/** @type {number} */ v) => margin.l + ((v - xaxis.range[0]) / (xaxis.range[1] - xaxis.range[0])) * wide
    /** @type {Record<string, Place>} */
    const places = {}
    for (const axis of upright) {
      const [from, to] = (axis.domain ?? [0, 1]).map((/** @type {number} */ part) => bottom - part * (bottom - margin.t)), [low, high] = axis.range
      const y = (/** @type {number} */ v) => from - ((v - low) / (high - low)) * (from - to)
      places[axis.name] = { svg, host: node, look, x, y, box: [margin.l, to, wide, from - to] }
      if (axis.visible !== false && !levels(axis, places[axis.name], plot)) return false
    }
    const drawer = (/** @type {any} */ { type, mode }) => type === "heatmap" ? shades : mode === "lines" ? lines : mode === "text" ? words : () => false
    if (!data.every((trace) => drawer(trace)(trace, places[trace.yaxis ?? "y"]))) return false
    if (!samples(xaxis, places.y, plot, bottom - (drawn.layout.height - drawn.layout.margin.b))) return false
    frame.style.height = `${height}px`
    node.hidden = false
    return true
  }

  function hide() {
    if (node.hidden) return
    node.hidden = true
    frame.style.height = ""
  }

  return { frame, draw, hide }
}

/** The numbers of a property.
 * @returns {ArrayLike<number>} */
function numbers(/** @type {any} */ given) {
  return given.bdata === undefined ? given : new (/** @type {any} */ (KINDS)[given.dtype])(bytes(given.bdata))
}

/** A row of shades of one colour: an image a pixel high, stretched. */
function shades(/** @type {any} */ { x0, dx, y0, dy, z, zmax, colorscale }, /** @type {Place} */ { svg, host, x, y }) {
  const strengths = numbers(z), canvas = document.createElement("canvas"), image = new ImageData(strengths.length, 1)
  const colour = colorscale[1][1].match(/\d+/g).slice(0, 3).map(Number)
  for (let i = 0; i < strengths.length; i++) image.data.set([...colour, (255 * strengths[i]) / zmax], 4 * i)
  canvas.width = strengths.length
  canvas.height = 1
  canvas.getContext("2d")?.putImageData(image, 0, 0)
  const left = x(x0 - dx / 2), top = y(y0 + dy / 2), right = x(x0 + (strengths.length - 0.5) * dx)
  // moved and stretched by a transform: a box would be put on whole pixels
  canvas.style.transform = `translate(${left}px,${top}px) scale(${Math.round(right - left) / strengths.length},${Math.round(y(y0 - dy / 2) - top)})`
  host.insertBefore(canvas, svg)
  return true
}

/** A line, which is lifted where there is no number; its inside where that is filled. */
function lines(/** @type {any} */ { x: xs, x0, dx, y: ys, line, fill, fillcolor }, /** @type {Place} */ { svg, x, y, box }) {
  const across = xs && numbers(xs), up = numbers(ys), [left, top, width, height] = box
  const inside = element("svg", svg, { x: left, y: top, width, height, viewBox: box.join(" ") }) // nothing is drawn beyond it
  /** @type {[number, number][]} */
  let points = []
  let d = ""
  const rounded = (/** @type {number} */ v) => Math.round(100 * v) / 100
  for (let i = 0; i <= up.length; i++) {
    const at = across ? across[i] : x0 + i * dx
    if (i < up.length && Number.isFinite(at) && Number.isFinite(up[i])) points.push([rounded(x(at)), rounded(y(up[i]))])
    else if (points.length) {
      d += through(points, line.shape) + (fill ? "Z" : "")
      points = []
    }
  }
  const dash = /** @type {any} */ (DASHES)[line.dash]
  element("path", inside, {
    d, fill: fill ? fillcolor : "none", stroke: fill ? "none" : line.color, "stroke-width": line.width, "stroke-miterlimit": 2,
    "stroke-dasharray": dash ? `${dash}px,${dash}px` : "none",
  })
  return true
}

/** The path through these points: in steps, smooth or straight. */
function through(/** @type {[number, number][]} */ points, /** @type {string} */ shape) {
  const [first, ...rest] = points
  if (shape === "hvh") return `M${first}` + rest.map(([x, y], i) => `H${(points[i][0] + x) / 2}V${y}H${x}`).join("")
  if (shape !== "spline" || points.length < 3) return `M${points.join("L")}`
  return `M${first}` + rest.map((to, i) => {
    if (i === 0) return `Q${handle(points, 1, -1)} ${to}` // an end has no tangent
    if (i === rest.length - 1) return `Q${handle(points, i, 1)} ${to}`
    return `C${handle(points, i, 1)} ${handle(points, i + 1, -1)} ${to}`
  }).join("")
}

/** Where a smooth line leaves point `i` for the next one, or comes to it from the one before: along the tangent of a
 * centripetal Catmull–Rom spline, whose knots are as far apart as the square roots of distances. */
function handle(/** @type {[number, number][]} */ points, /** @type {number} */ i, /** @type {1 | -1} */ way) {
  const [x, y] = points[i], [xa, ya] = points[i + way], [xb, yb] = points[i - way]
  const near = Math.sqrt(Math.hypot(xa - x, ya - y)), far = Math.sqrt(Math.hypot(xb - x, yb - y))
  if (!far) return points[i]
  const part = (/** @type {number} */ at, /** @type {number} */ to, /** @type {number} */ from) =>
    at + (far * far * (to - at) - near * near * (from - at)) / (3 * far * (near + far))
  return [part(x, xa, xb), part(y, ya, yb)]
}

/** Words beside places, each in lines, bold or coloured in parts; false where they are marked in another way. */
function words(/** @type {any} */ { x: xs, y: ys, text, textposition, textfont }, /** @type {Place} */ { svg, x, y, look }) {
  const { family, color } = look.layout.font, across = numbers(xs), up = numbers(ys)
  return text.every((/** @type {string} */ said, /** @type {number} */ i) => {
    const [above, side] = textposition[i].split(" "), size = textfont.size[i], rows = said.split("<br>")
    const high = (SPACING * (rows.length - 1) + 1) * size
    const lift = above === "top" ? high : above === "middle" ? high / 2 : 0
    const node = element("text", svg, {
      "text-anchor": side === "right" ? "start" : side === "left" ? "end" : "middle", "font-size": `${size}px`, fill: color,
    })
    Object.assign(node.style, { fontFamily: family, whiteSpace: "pre" })
    return rows.every((row, k) => line(node, row, x(across[i]), y(up[i]) + 0.75 * size - lift + k * SPACING * size))
  })
}

/** A line of words; false where its tags are others than bold and coloured. */
function line(/** @type {SVGElement} */ node, /** @type {string} */ said, /** @type {number} */ x, /** @type {number} */ y) {
  const row = element("tspan", node, { x, y })
  let inside = row
  for (const piece of said.split(MARKUP)) {
    const colour = COLOURED.exec(piece)
    if (piece === "<b>") inside = element("tspan", row, { "font-weight": "bold" })
    else if (colour) inside = element("tspan", row, { fill: colour[1] })
    else if (piece === "</b>" || piece === "</span>") inside = row
    else if (MARKUP.test(piece) || piece.includes("&")) return false
    else inside.append(piece)
  }
  return true
}

/** The levels of an upright axis: copies of what Plotly has drawn, moved and written anew; false where there is nothing. */
function levels(/** @type {any} */ { name, tickvals, ticktext, showgrid }, /** @type {Place} */ { svg, y, box }, /** @type {Element} */ plot) {
  const label = plot.querySelector(`.${name}tick text`), line = plot.querySelector(`.${name}grid`)
  if (!label || (showgrid && !line)) return false
  tickvals.forEach((/** @type {number} */ tick, /** @type {number} */ i) => {
    const edge = Math.min(y(tick) - box[1], box[1] + box[3] - y(tick)) // where no line is drawn
    if (showgrid && edge > 1) copy(line, svg, 0, y(tick))
    copy(label, svg, 0, y(tick)).textContent = ticktext[i]
  })
  return true
}

/** The axis below and its title, likewise; Plotly's own are `down` higher. */
function samples(/** @type {any} */ { tickvals, ticktext }, /** @type {Place} */ { svg, x }, /** @type {Element} */ plot, /** @type {number} */ down) {
  const label = plot.querySelector(".xtick text"), mark = plot.querySelector(".xtick.ticks"), title = plot.querySelector(".g-xtitle")
  if (!label || !mark || !title) return false
  tickvals.forEach((/** @type {number} */ tick, /** @type {number} */ i) => {
    copy(mark, svg, x(tick), down)
    copy(label, svg, x(tick), down).textContent = ticktext[i]
  })
  element("g", svg, { transform: `translate(0,${down})` }).append(title.cloneNode(true))
  return true
}

/** A copy of what Plotly has drawn, at another place. */
function copy(/** @type {Element | null} */ drawn, /** @type {Element} */ into, /** @type {number} */ x, /** @type {number} */ y) {
  const made = /** @type {Element} */ (/** @type {Element} */ (drawn).cloneNode(false))
  set(made, { transform: `translate(${x},${y})` })
  into.append(made)
  return made
}
