// HTML elements, and text that is written only where it changes.

/** An element of this name and class. */
export const made = (/** @type {string} */ name, /** @type {string} */ kind) =>
  Object.assign(document.createElement(name), { className: kind })

/** Let an element hold this text, if it does not. */
export function write(/** @type {Element} */ node, /** @type {string} */ text) {
  if (node.textContent !== text) node.textContent = text
}
