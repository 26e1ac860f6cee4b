// Where the editor of the page, and the fields beside it, meet.

/** @typedef {import("./choice.js").Choice} Choice */
/** What others may do with the editor on the page.
 * @typedef {{ readonly choice: Choice, change: (choice: Choice, done?: boolean) => void, settle: () => void }} Editor */

/** The editor on the page, if there is one, and what wants to know when it shows another choice.
 * @type {{ editor: Editor | null, show: () => void }} */
export const shared = { editor: null, show: () => {} }
