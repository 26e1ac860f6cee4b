// Links: an edit that has not reached the server, as the parameters of a query string.

/** @typedef {import("../model/layers.js").Own} Own */
/** @typedef {ReturnType<typeof import("../model/choice.js").messageOf> & { goal: number }} EditorMessage */

/** Write the layers that differ from the shared pattern, from the input on.
 * @param {(Own | null)[]} stack */
const writeStack = (stack) => stack.map((layer) => (layer ? writeLayer(layer) : "")).join("-")

/** @param {Own} layer */
function writeLayer({ stride, family, text, origin }) {
  let written = text ? `p${text}o${origin}` : ""
  if (family) written = `w${family[0]}d${family[1]}i${family[2]}${family[3] ? "c" : ""}`
  return stride > 1 ? `${written}s${stride}` : written
}

/** Return a link's parameters with the edit of the editor in them.
 * @param {URLSearchParams} link
 * @param {EditorMessage} message */
function withEditor(link, message) {
  if ("family" in message) {
    for (const key of ["pattern", "origin"]) link.delete(key)
    const [wing, dilation, island, causal] = message.family
    const values = { wing, dilation, island, causal: causal ? 1 : 0 }
    for (const [key, value] of Object.entries(values)) link.set(key, String(value))
  } else { // the family's numbers stay: a free pattern goes back to them
    link.set("pattern", message.text)
    link.set("origin", String(message.origin))
  }
  for (const key of /** @type {const} */ (["layers", "growth", "every", "goal"])) link.set(key, String(message[key]))
  link.set("stack", writeStack(message.stack))
  return link
}

/** Write the query string of a link with these edits in it.
 * @param {string} query of the page
 * @param {{ name: string, edit: { value: any } }[]} entries the edits by drawing */
export function linkWith(query, entries) {
  const link = new URLSearchParams(query)
  for (const { name, edit: { value } } of entries) {
    if (name === "editor") withEditor(link, value)
    else {
      const { again, ...numbers } = value
      if (again) for (const key of [...link.keys()]) link.delete(key)
      for (const [key, number] of Object.entries(numbers)) link.set(key, String(number))
    }
  }
  return `?${link}`
}
