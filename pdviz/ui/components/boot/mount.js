// Hands a component over to the module that draws it, as soon as that has arrived.

/** @typedef {Record<string, import("./streamlit.d.ts").Drawing> & { adopt: (root: Element) => void }} Drawings */

/** What is mounted, by the element that marks its place. */
const LIVE = new WeakMap()

export default function (/** @type {import("./streamlit.d.ts").Component} */ component) {
  const page = /** @type {any} */ (globalThis)
  page.pdviz ??= Promise.withResolvers()
  /** @type {HTMLElement & { dataset: { drawing: string } }} */
  const root = /** @type {any} */ (component.parentElement.querySelector("[data-drawing]"))
  const life = LIVE.get(root) ?? { latest: null, ended: false, end: null }
  LIVE.set(root, life)
  life.latest = component
  page.pdviz.promise.then((/** @type {Drawings} */ drawings) => {
    if (life.latest !== component || life.ended) return
    drawings.adopt(root)
    life.end = drawings[root.dataset.drawing](root, component)
  })
  return () => {
    life.ended = true
    life.end?.()
    LIVE.delete(root)
  }
}
