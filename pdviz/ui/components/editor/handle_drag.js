// The handles of the strip, and of its lens, under a hand or the arrow keys.

import { member } from "../model/choice.js"
import { set } from "../base/svg.js"
import { clamp } from "../base/view.js"
import { handlesOf, reached, stepped } from "./handles.js"
import { offsetAt, place } from "./strip.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("../model/pattern.js").Family} Family */
/** @typedef {import("./strip.js").View} View */
/** A handle that is held: where the hand is, in which view (the lens's, or the strip's own), how far beside.
 * @typedef {{ name: string, node: HTMLElement, x: number, view: View | null, grip: number }} Held */
/** What this part needs of the editor.
 * @typedef {{ root: HTMLElement, choice: Choice, tall: number, width: number, view: View, lensView: () => View, paint: () => void,
 *   change: (choice: Choice, done?: boolean) => void, settle: () => void }} Desk */

const WORDS = 120 // pixels: what a handle says at its right may be as long

/** Let the handles be moved. */
export function hands(/** @type {Desk} */ desk) {
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (desk.root.querySelector(name))
  const board = find(".board"), grips = find(".board .handles"), lensGrips = find(".lens .handles")
  /** @type {Held | null} */
  let held = null

  /** Put the handles of a family's pattern where they belong in a view. */
  function handles(/** @type {HTMLElement} */ host, /** @type {View} */ shown, /** @type {Family | null} */ family) {
    const inLens = host === lensGrips, zeroSide = family?.[3] ? -1 : 1
    const nodes = new Map([...host.children].map((node) => [/** @type {HTMLElement} */ (node).dataset.name, /** @type {HTMLElement} */ (node)]))
    for (const handle of family ? handlesOf(family) : []) {
      const node = nodes.get(handle.name) ?? makeHandle(host, handle.name, handle.kind)
      nodes.delete(handle.name)
      const at = place(shown, desk.width, handle.at), middle = place(shown, desk.width, handle.middle)
      const x = handle.side < 0 ? Math.min(at - handle.out, middle - 16) : Math.max(at + handle.out, middle + 16)
      const y = { island: 15, wing: 30 + desk.tall / 2, dilation: 40 + desk.tall }[handle.kind]
      node.style.transform = `translate(${clamp(x, -4, desk.width + 4)}px, ${y}px)`
      node.style.display = !inLens || (x > 8 && x < desk.width - 8) ? "" : "none"
      set(node, {
        "aria-label": handle.label, "aria-valuetext": handle.says,
        "aria-valuenow": handle.value, "aria-valuemin": handle.least, "aria-valuemax": handle.most,
      })
      node.classList.toggle("held", held?.node === node)
      node.classList.toggle("named", !inLens && handle.side === zeroSide)
      node.classList.toggle("inward", x > desk.width - WORDS)
      const says = /** @type {HTMLElement} */ (node.firstChild)
      says.textContent = handle.says
    }
    for (const node of nodes.values()) if (held?.node !== node) node.remove()
  }

  const handleOf = (/** @type {string} */ name) =>
    desk.choice.family ? handlesOf(desk.choice.family).find((handle) => handle.name === name) : undefined

  function makeHandle(/** @type {HTMLElement} */ host, /** @type {string} */ name, /** @type {string} */ kind) {
    const node = document.createElement("div")
    node.className = `handle ${kind}`
    node.dataset.name = name
    node.tabIndex = 0
    node.setAttribute("role", "slider")
    node.append(Object.assign(document.createElement("span"), { className: "says" }))
    const across = (/** @type {PointerEvent} */ event) => event.clientX - board.getBoundingClientRect().left
    node.onpointerdown = (event) => {
      const handle = handleOf(name)
      if (!handle || event.button) return
      node.setPointerCapture(event.pointerId)
      const x = across(event), shown = host === lensGrips ? desk.lensView() : null
      held = { name, node, x, view: shown, grip: handle.at - offsetAt(shown ?? desk.view, desk.width, x) }
      node.focus({ preventScroll: true })
      event.preventDefault()
      desk.paint()
    }
    node.onpointermove = (event) => {
      if (held?.node !== node) return
      held.x = across(event)
      follow()
    }
    node.onpointerup = node.onpointercancel = () => {
      if (held?.node !== node) return
      held = null
      desk.settle()
      desk.paint()
    }
    node.onkeydown = (event) => {
      const { family } = desk.choice
      const value = family && stepped(family, name, event.key)
      if (!family || value === null) return
      event.preventDefault()
      desk.change(member(reached(family, name, value), desk.choice))
    }
    host.append(node)
    return node
  }

  /** Let the handle that is held follow the hand. */
  function follow() {
    const handle = held && handleOf(held.name), { family } = desk.choice
    if (!held || !handle || !family) return
    const offset = offsetAt(held.view ?? desk.view, desk.width, held.x) + held.grip
    desk.change(member(reached(family, held.name, handle.from(offset)), desk.choice), false)
  }

  return {
    follow,
    get held() { return held },

    /** Put all handles where they belong. */
    put(/** @type {View} */ view, /** @type {View} */ lens, /** @type {boolean} */ inLens, /** @type {Family | null} */ family) {
      handles(grips, view, family)
      handles(lensGrips, lens, inLens ? family : null)
    },
  }
}
