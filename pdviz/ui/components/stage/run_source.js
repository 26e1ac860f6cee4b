// Keeps the numbers of the run that the stage shows. They are long, and change more seldom than what
// the stage is told about them: so they come by themselves.

export default function (/** @type {import("../boot/streamlit.d.ts").Component} */ { data }) {
  const page = /** @type {any} */ (globalThis)
  page.pdvizRun = data
  page.pdvizRunAwaited?.()
}
