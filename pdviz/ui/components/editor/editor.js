// The kernel editor: what a hand does to the pattern is drawn at once, and told to the server.

import { COLOURS, LIMITS } from "../boot/constants.js"
import { choose, describe, history, member, read, same, telling, toggled, told } from "../model/choice.js"
import { relative, whole } from "../base/format.js"
import { LITTLE, clamp, ease, mix, within } from "../base/view.js"
import { elements } from "./elements.js"
import { text } from "../model/pattern.js"
import { hands } from "./handle_drag.js"
import { withDepth } from "../model/layers.js"
import { shared } from "../model/page.js"
import { stackEditor } from "../stack_editor/stack_editor.js"
import { stacks } from "../stack_editor/cones.js"
import { strip, viewOf } from "./strip.js"
import { editStream } from "../base/edit_stream.js"

/** @typedef {import("../model/choice.js").Choice} Choice */
/** @typedef {import("../model/choice.js").EditorData} EditorData */
/** @typedef {import("../model/pattern.js").Family} Family */
/** @typedef {import("./strip.js").View} View */

const REFIT = 180 // ms in which the view follows when a hand lets go
const PATIENCE = 150 // ms until the page is run for an edit whose answer is asked for by itself
const LENS = 20 // pixels of an element in the lens
const FINE = 6, COARSE = 10 // narrower elements, in pixels, need the lens to be hit by a pointer, by a finger
const EDGE = 6 // a hand as close as this to an edge, in pixels, makes room beyond it
const FREE = "Now a free pattern: any element may be a tap. Undo or a ready-made pattern brings the handles back."

/** Editors by root element. */
const LOCAL = new WeakMap()

/** Show the data in this element; called again with every change of either. */
export function editor(/** @type {HTMLElement} */ root, /** @type {import("../boot/streamlit.d.ts").Component} */ component) {
  const self = LOCAL.get(root) ?? create(root, component.data.mode)
  LOCAL.set(root, self)
  self.receive(component.data, component.setStateValue)
  return self.end
}

/** Build an editor in `root`. */
function create(/** @type {HTMLElement} */ root, /** @type {EditorData["mode"]} */ mode) {
  const compact = mode !== "kernel", tall = compact ? 26 : 36
  const find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(name))
  const board = find(".board"), lensBoard = find(".lens"), input = find(".text"), layers = find(".layers")
  const drawStrip = strip(find(".overview"), "overview", tall)
  const drawLens = strip(lensBoard.querySelector("svg"), "lens", tall)
  const still = matchMedia("(prefers-reduced-motion: reduce)"), touched = matchMedia("(pointer: coarse)")
  const stream = editStream()
  /** @type {EditorData} */
  let data
  /** @type {Choice} */
  let settled
  /** @type {{ from: View, since: number } | null} */
  let refit = null
  /** @type {View | null} */
  let view = null
  let frame = 0, speech = 0

  const desk = {
    root, tall, still, width: 0, lens: 0, at: 0, paint, toggle, lensView, change, settle, aim, goal: 0,
    /** The ready-made stacks. */
    get stacks() { return data.stacks },
    /** Whether no hand is changing the choice. */
    get resting() { return desk.choice === settled },
    /** What is said of an edit besides the pattern. */
    says: () => "",
    /** @type {Choice} */
    choice: /** @type {any} */ (null),
    /** @type {View} */
    view: { lo: 0, hi: 1 },
    /** @type {import("../stack_editor/cone.js").Ink} */
    ink: { font: "", text: "", line: "" },
    /** @type {number | null} */
    hover: null,
    small: () => desk.width / (desk.view.hi - desk.view.lo) < (touched.matches ? COARSE : FINE),
  }
  root.classList.toggle("compact", compact)
  root.classList.add("ready", `${mode}-mode`)
  const cursorTo = elements(desk), hand = hands(desk)
  /** @type {(now: number) => void} */
  const drawStacks = { kernel: stacks, stack: stackEditor, compact: () => () => {} }[mode](desk)
  const observer = new ResizeObserver(() => { view = null; paint() })

  /** Take what the server sends; Streamlit may end what it shows again, in the same element, at once. */
  function receive(/** @type {EditorData} */ given, /** @type {import("../base/edit_stream.js").Send} */ setStateValue) {
    const before = desk.choice
    // What is said twice may come with another theme; reading that is dear while a page is being changed.
    const again = !data || (data.rev === given.rev && data.seq === given.seq)
    data = given
    observer.observe(board)
    const aim = desk.goal
    if (stream.receive(data, setStateValue, hand.held !== null)) adopt(told(data), data.goal)
    const other = again && renewInk()
    if (desk.choice !== before || desk.goal !== aim || other) paint() // an echo of what is shown already changes nothing
  }

  /** Read what drawings write with: the theme's font, text and lines; true if it is not what it was. */
  function renewInk() {
    const style = getComputedStyle(root), before = JSON.stringify(desk.ink)
    desk.ink = { font: style.fontFamily, text: style.color, line: style.getPropertyValue("--st-border-color") || COLOURS.gap }
    return JSON.stringify(desk.ink) !== before
  }

  /** Show what the server says. */
  function adopt(/** @type {Choice} */ choice, /** @type {number} */ goal) {
    desk.goal = goal
    if (desk.choice && same(choice, desk.choice)) return
    if (settled && !same(choice, settled)) history.keep(settled)
    desk.choice = settled = choice
    refit = view && !still.matches ? { from: view, since: performance.now() } : null
    if (!refit) view = null
    desk.at = clamp(desk.at, choice.kernel.first, choice.kernel.first + choice.kernel.size - 1)
  }

  function end() {
    if (shared.editor === desk) shared.editor = null
    observer.disconnect()
    cancelAnimationFrame(frame)
    frame = 0
    clearTimeout(speech)
    stream.flush()
  }

  /** Show another choice; it is `settled` when the hand has let go. */
  function change(/** @type {Choice} */ choice, done = true) {
    refuse("")
    if (!same(choice, desk.choice)) {
      desk.choice = choice
      const value = { ...telling(choice), goal: desk.goal }
      const stamp = stream.send(value, shared.ask ? PATIENCE : 0)
      shared.ask?.(stamp, value)
    }
    if (done) settle()
    paint()
  }

  /** Want so many samples in a row to be covered; 0 for no goal. */
  function aim(/** @type {number} */ goal) {
    if (goal !== desk.goal) {
      desk.goal = goal
      stream.send({ ...telling(desk.choice), goal })
    }
    paint()
  }

  function settle() {
    if (!same(desk.choice, settled)) history.keep(settled)
    settled = desk.choice
    if (view) refit = { from: view, since: still.matches ? -Infinity : performance.now() }
    clearTimeout(speech)
    speech = window.setTimeout(() => { find(".spoken").textContent = describe(desk.choice) + desk.says() }, 500)
  }

  function travel(/** @type {-1 | 1} */ way) {
    const choice = history.travel(way, settled)
    if (!choice) return
    settled = choice
    change(choice)
  }

  function refuse(/** @type {string} */ sentence) {
    find(".refused").textContent = sentence
    input.setAttribute("aria-invalid", "false")
  }

  function toggle(/** @type {number} */ offset) {
    const choice = toggled(desk.choice, offset)
    if (typeof choice === "string") return refuse(choice)
    const freed = desk.choice.family && !choice.family
    change(choice)
    if (freed) find(".hint").textContent = FREE
  }

  // Drawing, at most once a frame.

  function paint() {
    if (!frame) frame = requestAnimationFrame(draw)
  }

  /** The view of the next frame: still under a hand, unless that pushes against an edge; then what fits. */
  function nextView(/** @type {number} */ now) {
    const goal = viewOf(desk.choice.kernel, desk.width)
    const { held } = hand
    if (held && view) {
      const push = Math.max(EDGE - held.x, held.x - desk.width + EDGE)
      if (push <= 0 || held.view || view.hi - view.lo > 2.6 * LIMITS.wing * LIMITS.dilation) return view
      const grown = ((view.hi - view.lo) * Math.min(0.02, 0.002 * push)) / 2
      requestAnimationFrame(hand.follow)
      return { lo: view.lo - grown, hi: view.hi + grown }
    }
    const u = refit && !within(refit.from, goal, LITTLE) ? clamp((now - refit.since) / REFIT) : 1
    if (!refit || u === 1) {
      const fitted = refit || !view ? goal : view
      refit = null
      return fitted
    }
    requestAnimationFrame(paint)
    return { lo: mix(refit.from.lo, goal.lo, ease(u)), hi: mix(refit.from.hi, goal.hi, ease(u)) }
  }

  function lensView() {
    const half = desk.width / LENS / 2
    return { lo: desk.lens - half, hi: desk.lens + half }
  }

  function draw(/** @type {number} */ now) {
    frame = 0
    const width = board.clientWidth
    if (!width || !desk.choice) return
    if (width !== desk.width) view = null
    desk.width = width
    desk.view = view = nextView(now)
    const { kernel, family } = desk.choice
    const small = desk.small()
    const ends = Math.max(0, kernel.size / 2 - width / LENS / 2 + 2), middle = kernel.first + (kernel.size - 1) / 2
    desk.lens = clamp(desk.lens, middle - ends, middle + ends)
    const lens = lensView()
    const scene = { kernel, width, hover: desk.hover }
    drawStrip({ ...scene, view, linked: !compact, marked: small ? lens : null })
    lensBoard.hidden = !small
    if (small) drawLens({ ...scene, view: lens, linked: false, marked: null })
    hand.put(view, lens, small, family)
    cursorTo(small ? lens : view, small)
    write()
    presets()
    drawStacks(now)
    shared.editor = desk
    shared.show()
  }

  /** Everything that is written beside the drawings. */
  function write() {
    const { offsets, first, size } = desk.choice.kernel
    const values = [whole(offsets.length), whole(size), `${relative(first)} … ${relative(first + size - 1)}`,
      `${Math.round((1000 * offsets.length) / size) / 10}%`]
    find(".numbers").querySelectorAll("dd").forEach((/** @type {HTMLElement} */ node, /** @type {number} */ i) => {
      if (node.textContent !== values[i]) node.textContent = values[i]
    })
    find(".overview").setAttribute("aria-label", describe(desk.choice))
    const writable = size <= LIMITS.text
    if (/** @type {ShadowRoot} */ (root.getRootNode()).activeElement !== input)
      input.value = writable ? text(desk.choice.kernel) : ""
    input.placeholder = writable ? "" : `${whole(size)} elements, too long to write`
    find(".copy").disabled = !writable
    find(".undo").disabled = !history.canUndo
    find(".redo").disabled = !history.canRedo
    layers.value = find(".depth output").textContent = String(desk.choice.layers)
  }

  // The rest of the controls.

  function presets() {
    const host = find(".presets")
    while (host.children.length < data.presets.length) {
      const [name, family] = data.presets[host.children.length]
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: name })
      button.onclick = () => change(member(family, desk.choice))
      host.append(button)
    }
    data.presets.forEach((/** @type {[string, Family]} */ [, family], /** @type {number} */ i) => {
      host.children[i].setAttribute("aria-pressed", String(String(family) === String(desk.choice.family)))
    })
  }

  function written() {
    const kernel = read(input.value)
    if (typeof kernel === "string") {
      refuse(`${kernel} The pattern stays as it was.`)
      input.setAttribute("aria-invalid", "true")
    } else {
      change(choose(kernel, desk.choice))
      input.value = text(desk.choice.kernel)
    }
  }

  find(".undo").onclick = () => travel(-1)
  find(".redo").onclick = () => travel(1)
  root.onkeydown = (event) => {
    if (!(event.ctrlKey || event.metaKey) || /** @type {HTMLElement} */ (event.target).matches('input:not([type="range"], [type="radio"], [type="checkbox"])')) return
    const key = event.key.toLowerCase()
    if (key !== "z" && key !== "y") return
    event.preventDefault()
    travel(key === "y" || event.shiftKey ? 1 : -1)
  }
  input.onkeydown = (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter") written() }
  input.onchange = written
  input.onpaste = () => setTimeout(written)
  find(".copy").onclick = async (/** @type {MouseEvent} */ event) => {
    const button = /** @type {HTMLElement} */ (event.target)
    try {
      await navigator.clipboard.writeText(text(desk.choice.kernel))
      button.textContent = "Copied"
    } catch {
      input.select()
      button.textContent = "Press Ctrl+C"
    }
    setTimeout(() => { button.textContent = "Copy" }, 1500)
  }
  layers.max = LIMITS.layers
  layers.oninput = () => change(withDepth(desk.choice, Number(layers.value)), false)
  layers.onchange = settle

  return { receive, end }
}
