// What Streamlit hands to the code of a component: `ComponentArgs` of its documentation, the part
// that we use.

export interface Component<Data = any> {
  /** What the server sent. */
  data: Data
  /** The place of the component's HTML: a shadow root where its styles are isolated. */
  parentElement: HTMLElement | ShadowRoot
  /** Send a value to the server; a new one takes the place of one that has not left yet. */
  setStateValue(name: string, value: unknown): void
  /** Send a value that the server forgets after one run. */
  setTriggerValue(name: string, value: unknown): void
}

/** Draws a component into its element, again at every change; returns what ends it for good. */
export type Drawing = (root: HTMLElement, component: Component) => () => void
