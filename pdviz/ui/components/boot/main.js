// What `mount.js` finds here by name.
export { connection } from "../connection/connection.js"
export { editor } from "../editor/editor.js"
export { fields } from "../base/typed/typed.js"
export { pattern } from "../pattern_fields/pattern_fields.js"
export { report } from "../report/report.js"
export { run } from "../stage/run/run_mailbox.js"
export { signal } from "../signal/signal.js"
export { stage } from "../stage/stage.js"
