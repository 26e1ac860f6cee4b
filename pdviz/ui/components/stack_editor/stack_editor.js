// The stack of layers, edited: how many, how the dilation grows, each one's own, and what all of them see.

import { added, addedSays } from "./tap_effect.js"
import { member, same } from "../model/choice.js"
import { LIMITS } from "../boot/constants.js"
import { counted, whole } from "../base/format.js"
import { LITTLE, clamp, mix, within } from "../base/view.js"
import { goal } from "./goal.js"
import { headers } from "./layer_headers.js"
import { differences, refusal, stackKernels, withDepth } from "../model/layers.js"
import { panel } from "./layer_panel.js"
import { rangeOf, reading, stackNumbers, stackOf, summary } from "../model/paths.js"
import { floors, picture } from "./picture.js"
import { pointing } from "./pointing.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("../model/paths.js").Stack} Stack */
/** What this part needs of the editor.
 * @typedef {{ root: HTMLElement, choice: Choice, width: number, stacks: [string, import("../model/choice.js").ReadyMade][], still: MediaQueryList,
 *   resting: boolean, says: () => string, change: (choice: Choice, done?: boolean) => void, settle: () => void,
 *   goal: number, aim: (goal: number) => void, ink: import("./cone.js").Ink, paint: () => void }} Desk */

const IDLE = "Point at a tap to see which inputs it adds, or at a position to see the paths that lead there; click to pin."
const WIDEST = 3 // a goal is shown up to so many times what the stack sees
const PACE = 70 // ms in which the picture's scale comes close to where it goes
const NEAR = 0.002 // of its width: then it is there

/** Prepare the stack editor; returns the function that draws it. */
export function stackEditor(/** @type {Desk} */ desk) {
  const find = (/** @type {string} */ name) => /** @type {any} */ (desk.root.querySelector(name))
  const words = find(".adds"), refusedAt = find(".toowide"), rows = find(".rows"), under = find(".under"), cursor = find(".tapcursor")
  const depth = find(".stacklayers"), growth = find(".growth"), every = find(".every")
  const drawPicture = picture(rows.querySelector("canvas"), rows.querySelector("svg"))
  const drawHeaders = headers(rows, open)
  const showPanel = panel(desk, () => {
    const button = rows.querySelector(`.floor[data-layer="${opened}"]`)
    open(null)
    button?.focus()
  })
  const judge = goal(desk).judge
  /** The layer whose panel is open. @type {number | null} */
  let opened = null
  /** @type {Choice | null} */
  let last = null
  /** @type {Stack | null} */
  let stack = null
  /** @type {{ lo: number, hi: number } | null} */
  let shown = null
  let refused = "", before = 0, moving = false
  const hand = pointing(rows, cursor, desk)
  desk.says = () => refused || !stack ? ` ${refused}` : ` ${counted(desk.choice.layers, "layer")}: ${summary(stack)}.`

  depth.max = LIMITS.layers
  depth.oninput = () => desk.change(withDepth(desk.choice, Number(depth.value)), false)
  depth.onchange = desk.settle
  for (const [select, most] of [[growth, LIMITS.growth], [every, LIMITS.every]])
    for (let n = 1; n <= most; n++) select.append(new Option(String(n), String(n)))
  growth.onchange = () => desk.change({ ...desk.choice, growth: Number(growth.value) })
  every.onchange = () => desk.change({ ...desk.choice, every: Number(every.value) })
  find(".alike").onclick = () => desk.change({ ...desk.choice, stack: [] })

  function open(/** @type {number | null} */ layer) {
    opened = layer === opened ? null : layer
    desk.paint()
  }

  /** Count the stack anew where the choice has changed. */
  function count() {
    if (desk.choice === last) return
    last = desk.choice
    const layers = stackKernels(desk.choice)
    refused = refusal(layers)
    stack = stackOf(layers)
    if (opened !== null && opened >= layers.length) opened = null
    hand.renew(stack)
    write(stack)
  }

  /** The controls and the numbers, as they are now. */
  function write(/** @type {Stack} */ seen) {
    const { choice } = desk, { weights, fields } = seen, n = stackNumbers(seen)
    depth.value = find(".tower output").textContent = String(choice.layers)
    growth.value = String(choice.growth)
    every.value = String(choice.every)
    find(".unit").textContent = choice.every === 1 ? "layer" : "layers"
    find(".alike").disabled = choice.stack.length === 0
    const some = n.counted
    const values = [whole(weights), whole(n.extent), some ? whole(some.support) : "–", some ? `${(100 * some.coverage).toFixed(1)}%` : "–",
      some ? whole(some.gap) : "–"]
    find(".sees").querySelectorAll("dd").forEach((/** @type {HTMLElement} */ node, /** @type {number} */ i) => { node.textContent = values[i] })
    refusedAt.textContent = refused || (!fields ? "Too wide to count under the hand: the rows are drawn from end to end, with their holes." : "")
    find(".differing").textContent = differences(choice)
    readyMade()
  }

  function readyMade() {
    const host = find(".readymade")
    while (host.children.length < desk.stacks.length) {
      const [name, { family, ...layers }] = desk.stacks[host.children.length]
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: name })
      button.onclick = () => desk.change(member(family, layers))
      host.append(button)
    }
    desk.stacks.forEach(([, { family, ...layers }], i) => {
      host.children[i].setAttribute("aria-pressed", String(same(member(family, layers), desk.choice)))
    })
  }

  /** The inputs to be shown: what the stack sees, every tap, and the goal where it is not much wider. */
  function goalRange(/** @type {Stack} */ seen, /** @type {{ from: number, to: number } | null} */ stretch) {
    let { lo, hi } = rangeOf([seen])
    seen.layers.forEach(({ kernel: { offsets } }, l) => {
      const jump = seen.jumps[seen.layers.length - l]
      lo = Math.min(lo, (offsets[0] - 0.5) * jump)
      hi = Math.max(hi, (offsets[offsets.length - 1] + 0.5) * jump)
    })
    if (!stretch) return { lo, hi }
    const most = (WIDEST - 1) * (hi - lo)
    return { lo: clamp(stretch.from - 1.5, lo - most, lo), hi: clamp(stretch.to + 1.5, hi, hi + most) }
  }

  /** The range of this frame, on its way to where it goes; at once where that is little. */
  function follow(/** @type {{ lo: number, hi: number }} */ to, /** @type {number} */ now) {
    const passed = Math.min(50, now - before), u = 1 - Math.exp(-passed / PACE)
    before = now
    if (!shown || desk.still.matches || within(shown, to, moving ? NEAR : LITTLE)) {
      moving = false
      return to
    }
    moving = true
    requestAnimationFrame(desk.paint)
    return { lo: mix(shown.lo, to.lo, u), hi: mix(shown.hi, to.hi, u) }
  }

  return function draw(/** @type {number} */ now) {
    count()
    showPanel(opened)
    if (!stack) return
    const stretch = judge(stack, desk.resting)
    shown = follow(goalRange(stack, stretch), now)
    const place = floors(shown, desk.width, desk.choice.layers, stretch !== null)
    const point = hand.put(place, stack)
    const tap = point?.tap ?? null, probe = point?.probe ?? null
    const found = tap && added(stack, tap)
    const lone = new Set(found?.alone)
    const lit = found && { row: found.row, through: found.through, only: (/** @type {number} */ offset) => lone.has(offset) }
    rows.style.height = `${place.height}px`
    under.style.paddingLeft = `${place.head}px`
    drawPicture(place, stack, probe, desk.ink, lit, tap, stretch)
    drawHeaders(place, desk.choice, stack, opened)
    const says = tap ? addedSays(stack, tap, found) : probe ? reading(stack, probe) : IDLE
    const text = says + (hand.pinned ? " Pinned: click again to let go." : "")
    if (words.textContent !== text) words.textContent = text
  }
}
