// What a person is typing into an input and has not completed: by Enter, or by leaving the input.
//
// A field shows the state at once, however it was changed, unless something is being typed into it. To have the focus
// is not enough: the focus stays where the last number was typed while one goes back in the browser's history, which
// ends every draft. Nor is the browser's event "change": it is not sent where a person types what was there before.

/** What is done with a draft: at every key, and once it is complete.
 * @typedef {{ read?: () => void, complete: () => void }} Readers */

/** How often somebody went through the browser's history. */
let travels = 0
globalThis.addEventListener?.("popstate", () => { travels++ })

/** The draft of an input. */
export class Draft {
  /** How often somebody had gone through the history when the draft was begun, null where there is none.
   * @type {number | null} */
  #begun = null

  /**
   * @param {HTMLInputElement} input
   * @param {Readers} readers */
  constructor(input, { read = () => {}, complete }) {
    this.input = input
    this.complete = complete
    input.addEventListener("input", () => {
      this.#begun = travels
      read()
    })
    input.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) this.close() })
    for (const name of ["change", "blur"]) input.addEventListener(name, () => this.close())
  }

  /** Whether something is being typed. */
  get open() { return this.#begun === travels }

  /** Complete what is being typed, if something is. */
  close() {
    const { open } = this
    this.drop()
    if (open) this.complete()
  }

  /** Forget what is being typed. */
  drop() { this.#begun = null }

  /** Show a text, unless another is being typed.
   * @param {string} text */
  show(text) { if (!this.open && this.input.value !== text) this.input.value = text }
}
