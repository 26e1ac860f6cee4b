// What `mount.js` finds here by name.
export { editor } from "./editor.js"
export { stage } from "./stage.js"
export { signal } from "./signal.js"
export { numbers } from "./numbers.js"
export { saver } from "./saver.js"
