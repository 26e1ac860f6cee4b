// What `mount.js` finds here by name.
export { editor } from "./editor.js"
export { pattern } from "./pattern.js"
export { report } from "./report.js"
export { signal } from "./signal.js"
export { stage } from "./stage.js"
