// Numbers of a page, each with a badge that opens to the ways it was computed and whether they agree.

/** @typedef {{ ok: boolean, badge: string, ways: [string, string][], says: string }} Proof */
/** @typedef {{ label: string, value: string, unit: string, means: string, proof: Proof | null }} Card */

/** The numbers whose proof is open, by the element they are drawn in.
 * @type {WeakMap<HTMLElement, Set<string>>} */
const OPEN = new WeakMap()

/** Show the numbers; called again with every change of them. */
export function numbers(/** @type {HTMLElement} */ root, /** @type {import("./streamlit").Component<{ cards: Card[] }>} */ { data }) {
  const open = OPEN.get(root) ?? new Set()
  OPEN.set(root, open)
  const list = /** @type {HTMLElement} */ (root.querySelector("dl"))
  const cards = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(".card")])
  while (cards.length > data.cards.length) cards.pop()?.remove()
  while (cards.length < data.cards.length) {
    cards.push(makeCard())
    list.append(cards[cards.length - 1])
  }
  data.cards.forEach((card, i) => fill(cards[i], card, open))
  return () => {}
}

function makeCard() {
  const card = made("div", "card")
  const value = made("dd", "value")
  value.append(made("span", "figure"), made("span", "unit"))
  const proof = document.createElement("dd")
  const button = made("button", "badge")
  button.setAttribute("type", "button")
  proof.append(button)
  card.append(document.createElement("dt"), value, proof)
  return card
}

/** Write a number, and its proof if that is open. */
function fill(/** @type {HTMLElement} */ card, /** @type {Card} */ { label, value, unit, means, proof }, /** @type {Set<string>} */ open) {
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (card.querySelector(name))
  write(find("dt"), label)
  card.title = means
  write(find(".figure"), value)
  write(find(".unit"), unit)
  card.classList.toggle("failed", proof?.ok === false)
  card.classList.toggle("long", value.length > 12)
  const button = /** @type {HTMLButtonElement} */ (find(".badge"))
  button.hidden = !proof && value === "none"
  button.disabled = !proof
  let panel = /** @type {HTMLElement | null} */ (card.nextElementSibling)
  if (!panel?.classList.contains("panel")) panel = null
  if (!proof || !open.has(label)) panel?.remove()
  button.setAttribute("aria-expanded", String(proof !== null && open.has(label)))
  if (!proof) {
    button.removeAttribute("aria-label")
    return write(button, "one way alone")
  }
  write(button, `${proof.ok ? "✓" : "✗"} ${proof.badge}`)
  button.setAttribute("aria-label", `${label}: ${proof.badge}`)
  button.onclick = () => {
    if (!open.delete(label)) open.add(label)
    fill(card, { label, value, unit, means, proof }, open)
  }
  if (!open.has(label)) return
  panel ??= made("dd", "panel")
  panel.replaceChildren(...explained(means, proof))
  card.after(panel)
}

/** What a number means, the ways to it with their values, and how they agree. */
function explained(/** @type {string} */ means, /** @type {Proof} */ { ways, says }) {
  const first = made("p", "means")
  first.textContent = means
  const table = document.createElement("table")
  for (const [name, value] of ways) {
    const row = table.insertRow()
    row.insertCell().textContent = name
    row.insertCell().textContent = value
  }
  const last = made("p", "says")
  last.textContent = says
  return [first, table, last]
}

const made = (/** @type {string} */ name, /** @type {string} */ kind) =>
  Object.assign(document.createElement(name), { className: kind })

function write(/** @type {HTMLElement} */ node, /** @type {string} */ text) {
  if (node.textContent !== text) node.textContent = text
}
