// Paths of lines as Plotly draws them: straight, in steps or smooth.

/** A place, in pixels. @typedef {[number, number]} Point */

/** Return the path of a line; it breaks where a point has no number.
 * @param {Point[]} points
 * @param {string | undefined} shape "hvh" for steps, "spline" for a smooth line
 * @param {boolean} closed whether each piece is closed */
export function linePath(points, shape, closed) {
  /** @type {Point[]} */
  let piece = []
  let d = ""
  const flush = () => {
    if (piece.length) d += pathThrough(piece, shape) + (closed ? "Z" : "")
    piece = []
  }
  for (const [x, y] of points) {
    if (Number.isFinite(x) && Number.isFinite(y)) piece.push([round(x), round(y)])
    else flush()
  }
  flush()
  return d
}

/** Return the path through points.
 * @param {Point[]} points
 * @param {string | undefined} shape */
function pathThrough(points, shape) {
  const [first, ...rest] = points
  if (shape === "hvh") return `M${first}` + rest.map(([x, y], i) => `H${(points[i][0] + x) / 2}V${y}H${x}`).join("")
  if (shape !== "spline" || points.length < 3) return `M${points.join("L")}`
  return `M${first}` + rest.map((to, i) => {
    if (i === 0) return `Q${handleAt(points, 1, -1)} ${to}` // an end has no tangent
    if (i === rest.length - 1) return `Q${handleAt(points, i, 1)} ${to}`
    return `C${handleAt(points, i, 1)} ${handleAt(points, i + 1, -1)} ${to}`
  }).join("")
}

/** Return where a smooth line leaves point `i` for the next one, or comes to it from the one before: along the tangent
 * of a centripetal Catmull–Rom spline, whose knots are as far apart as the square roots of distances.
 * @param {Point[]} points
 * @param {number} i
 * @param {1 | -1} direction
 * @returns {Point} */
function handleAt(points, i, direction) {
  const [x, y] = points[i], [xa, ya] = points[i + direction], [xb, yb] = points[i - direction]
  const near = Math.sqrt(Math.hypot(xa - x, ya - y)), far = Math.sqrt(Math.hypot(xb - x, yb - y))
  if (!far) return points[i]
  const part = (/** @type {number} */ at, /** @type {number} */ to, /** @type {number} */ from) =>
    at + (far * far * (to - at) - near * near * (from - at)) / (3 * far * (near + far))
  return [part(x, xa, xb), part(y, ya, yb)]
}

/** Round to hundredths.
 * @param {number} v */
const round = (v) => Math.round(100 * v) / 100
