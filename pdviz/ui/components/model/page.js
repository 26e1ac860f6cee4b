// Where the editor of the page, the fields beside it and the answer below it meet.

/** @typedef {import("./choice.js").Choice} Choice */
/** What others may do with the editor on the page.
 * @typedef {{ readonly choice: Choice, change: (choice: Choice, done?: boolean) => void, settle: () => void }} Editor */

/** The editor on the page, if there is one; what wants to know when it shows another choice; and what asks for the
 * answer to an edit, if there is something that shows it.
 * @type {{ editor: Editor | null, show: () => void, ask: ((stamp: import("../base/edit_stream.js").Stamp, value: unknown) => void) | null }} */
export const shared = { editor: null, show: () => {}, ask: null }
