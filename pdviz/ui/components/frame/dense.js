// The dense convolution that the kernel starts from, in PyTorch, with the numbers of the editor's kernel.

import { find, write } from "../base/dom.js"
import { currentEditor, subscribeToEditor } from "../model/page.js"
import { describeDense, describeEditing } from "./words.js"

/** Write it into this element, at every edit.
 * @param {HTMLElement} root
 * @returns {() => void} ends it */
export function dense(root) {
  const draw = () => {
    const choice = currentEditor()?.choice
    if (!choice) return
    const { code, counts } = describeDense(choice)
    write(find(root, "code"), code)
    write(find(root, ".counts"), counts)
    write(find(root, ".hint"), describeEditing(choice))
  }
  draw()
  return subscribeToEditor(draw)
}
