// Bars about a zero line, and the numbers at their ends: nodes are made once, and a frame sets only what has changed.

import { element } from "../../base/svg.js"

/** @typedef {{ put: (k: number, x: number, zero: number, height: number, wide: number) => void,
 *   show: (k: number, opacity: number) => void }} Bars */
/** @typedef {{ write: (k: number, x: number, zero: number, height: number, words: string) => void,
 *   show: (k: number, opacity: number) => void }} Labels */

const NAMES = ["x", "y", "width", "height", "opacity"]
const LEAST = 0.75

/** One bar for each of these elements of the kernel.
 * @returns {Bars} */
export function bars(/** @type {Element} */ parent, /** @type {string} */ kind, /** @type {number[]} */ elements,
  /** @type {(i: number) => string} */ partOf, /** @type {(i: number) => string} */ fillOf) {
  const nodes = elements.map((i) => element("rect", parent, {
    class: `bar ${kind} ${partOf(i) === "gap" ? "gap" : "tap"}`, fill: fillOf(i), "data-element": i, opacity: 0,
  }))
  const held = new Float64Array(nodes.length * 5).fill(NaN)
  const write = (/** @type {number} */ k, /** @type {number} */ slot, /** @type {number} */ value) => {
    const rounded = Math.round(value * 1000) / 1000
    if (held[5 * k + slot] === rounded) return
    held[5 * k + slot] = rounded
    nodes[k].setAttribute(NAMES[slot], String(rounded))
  }
  return {
    put(k, x, zero, height, wide) {
      write(k, 0, x - wide / 2)
      write(k, 1, Math.min(zero, zero - height))
      write(k, 2, wide)
      write(k, 3, Math.max(Math.abs(height), LEAST))
    },
    show: (k, opacity) => write(k, 4, opacity),
  }
}

/** So many numbers, written upwards beyond the ends of bars.
 * @returns {Labels} */
export function labels(/** @type {Element} */ parent, /** @type {string} */ kind, /** @type {number} */ count) {
  const nodes = Array.from({ length: count }, () => element("text", parent, { class: `value ${kind}`, opacity: 0 }))
  /** @type {string[]} */
  const places = new Array(count).fill(""), texts = new Array(count).fill("")
  const opacities = new Float64Array(count)
  return {
    write(k, x, zero, height, words) {
      const down = height < 0
      const place = `translate(${(x + 3.5).toFixed(2)} ${(zero - height + (down ? 4 : -4)).toFixed(2)}) rotate(-90)`
      if (places[k] !== place) {
        nodes[k].setAttribute("transform", (places[k] = place))
        nodes[k].setAttribute("text-anchor", down ? "end" : "start")
      }
      if (texts[k] !== words) nodes[k].textContent = texts[k] = words
    },
    show(k, opacity) {
      const rounded = Math.round(opacity * 100) / 100
      if (opacities[k] !== rounded) nodes[k].setAttribute("opacity", String((opacities[k] = rounded)))
    },
  }
}

/** Attributes of one node, set where they have changed. */
export function keeper(/** @type {Element} */ node) {
  /** @type {Record<string, string>} */
  const held = {}
  return {
    node,
    set(/** @type {Record<string, string | number>} */ attributes) {
      for (const [name, value] of Object.entries(attributes)) {
        const text = typeof value === "number" ? String(Math.round(value * 1000) / 1000) : value
        if (held[name] !== text) node.setAttribute(name, (held[name] = text))
      }
    },
    say(/** @type {string} */ words) {
      if (held.words !== words) node.textContent = held.words = words
    },
  }
}
