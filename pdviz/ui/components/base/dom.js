// HTML elements: finding them, creating them, and writing text only where it changes.

/** Find the element of a selector, which the component's HTML has.
 * @param {Element} root
 * @param {string} selector
 * @returns {any} */
export const find = (root, selector) => root.querySelector(selector)

/** Create an element of this name and class.
 * @param {string} name
 * @param {string} className */
export const createElement = (name, className) => Object.assign(document.createElement(name), { className })

/** Let an element hold this text, if it does not.
 * @param {Element} node
 * @param {string} text */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text
}

/** Whether the keyboard's focus is on this element, in a shadow root or not.
 * @param {Element} node */
export const hasFocus = (node) => /** @type {ShadowRoot} */ (node.getRootNode()).activeElement === node

/** Run this when what was drawn until now has been painted.
 * @param {() => void} then */
export const afterPaint = (then) => { requestAnimationFrame(() => setTimeout(then)) }

/** Create a function that runs `draw` in the next frame, once however often it was called before; `cancel` calls
 * that frame off.
 * @param {(now: number) => void} draw */
export function oncePerFrame(draw) {
  let frame = 0
  const request = () => {
    frame ||= requestAnimationFrame((now) => {
      frame = 0
      draw(now)
    })
  }
  const cancel = () => {
    cancelAnimationFrame(frame)
    frame = 0
  }
  return { request, cancel }
}
