// Lines through points, and the round numbers of axes.

/** Return the path through points, without those that are not finite.
 * @param {[number, number][]} points */
export const linePath = (points) => points.filter(([, y]) => Number.isFinite(y))
  .map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("")

/** List round numbers from 0 to `last` for an axis of whole numbers.
 * @param {number} last
 * @param {number} most */
export function wholeTicks(last, most = 6) {
  const step = [1, 2, 5, 10, 20, 25, 50, 100].find((s) => last / s <= most) ?? last
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step)
}
