// What `mount.js` finds here by name.
export { stage } from "./stage.js"
