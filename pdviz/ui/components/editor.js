// The kernel editor: what a hand does to the pattern is drawn at once, and told to the server.

import { COLOURS, LIMITS } from "./constants.js"
import { drawCone, layout, probeAt, rangeOf, reading, stackOf, summary } from "./cone.js"
import { clamp, counted, ease, mix, relative, set, whole } from "./drawing.js"
import { dilatedLike, familyKernel, familyOf, kernelAt, parse, text } from "./geometry.js"
import { handlesOf, reached, stepped } from "./handles.js"
import { offsetAt, place, strip, viewOf } from "./strip.js"

/** @typedef {import("./geometry.js").Kernel} Kernel */
/** @typedef {import("./geometry.js").Family} Family */
/** What is edited: a kernel, the family's arguments that make it or null, and the stack's depth.
 * @typedef {{ kernel: Kernel, family: Family | null, layers: number }} Choice */
/** @typedef {{ rev: number, seq: number, family: Family | null, text: string, origin: number,
 *   layers: number, compact: boolean, presets: [string, Family][] }} Data */

const PAUSE = 50 // ms between messages to the server
const REFIT = 180 // ms in which the view follows when a hand lets go
const LENS = 20 // pixels of an element in the lens
const FINE = 6, COARSE = 10 // narrower elements, in pixels, need the lens to be hit by a pointer, by a finger
const IDLE = "Point at a place to see the paths that lead there; click to pin them. The top row is the output: " +
  "point beside it for another output."
/** State that outlives reruns, by root element; what was done, which outlives a change of page. */
const LOCAL = new WeakMap()
/** @type {{ past: Choice[], future: Choice[] }} */
const HISTORY = { past: [], future: [] }

/** The pattern that the server tells of.
 * @returns {Choice} */
function told(/** @type {Data} */ { family, text, origin, layers }) {
  return { family, kernel: family ? familyKernel(family) : parse(text, origin), layers }
}

/** A kernel as a choice: as the family's where the limits allow.
 * @returns {Choice} */
function choose(/** @type {Kernel} */ kernel, /** @type {number} */ layers) {
  const family = familyOf(kernel)
  const [wing, dilation, island] = family ?? [0, 0, 0]
  const within = family && wing <= LIMITS.wing && dilation <= LIMITS.dilation && island <= LIMITS.island
  return { kernel, family: within ? family : null, layers }
}

const same = (/** @type {Choice} */ a, /** @type {Choice} */ b) =>
  a.layers === b.layers && a.kernel.offsets.length === b.kernel.offsets.length && a.kernel.first === b.kernel.first &&
  a.kernel.offsets.every((o, i) => o === b.kernel.offsets[i])

/** A pattern in a sentence. */
function describe(/** @type {Choice} */ { kernel, family }) {
  const { offsets, first, size } = kernel
  const name = family
    ? `Wing ${family[0]}, dilation ${family[1]}, island ${family[2]}${family[3] ? ", causal" : ""}`
    : "A free pattern"
  const ends = `from ${relative(first)} to ${relative(first + size - 1)}`
  return `${name}: ${counted(offsets.length, "tap")} over ${counted(size, "element")}, ${ends}.`
}

export function editor(/** @type {HTMLElement} */ root, /** @type {any} */ { data, setStateValue }) {
  const self = LOCAL.get(root) ?? create(root)
  LOCAL.set(root, self)
  self.receive(data, setStateValue)
  return () => {
    self.end()
    LOCAL.delete(root)
  }
}

/** Build an editor in `root`. */
function create(/** @type {HTMLElement} */ root) {
  /** @returns {any} */
  const find = (/** @type {string} */ name) => root.querySelector(name)
  const board = find(".board"), lensBoard = find(".lens"), cursor = find(".cursor"), hint = find(".hint")
  const input = find(".text"), refused = find(".refused"), layers = find(".layers"), depth = find("output")
  const drawOverview = strip(find(".overview"), "overview", 36), drawLens = strip(lensBoard.querySelector("svg"), "lens", 40)
  /** @type {any} */
  const self = {
    rev: -1, seq: 0, sent: 0, timer: 0, speech: 0, frame: 0, width: 0, view: null, refit: null, drag: null, hover: null,
    lens: 0, at: 0, probe: null, pinned: false, choice: null, settled: null, send: null, data: null, receive, end,
  }
  const touched = matchMedia("(pointer: coarse)")
  const least = () => (touched.matches ? COARSE : FINE)
  const still = matchMedia("(prefers-reduced-motion: reduce)")
  const observer = new ResizeObserver(() => { self.view = null; paint() })
  observer.observe(board)

  function receive(/** @type {Data} */ data, /** @type {Function} */ setStateValue) {
    self.send = setStateValue
    self.data = data
    root.classList.toggle("compact", data.compact)
    root.classList.add("ready")
    const news = data.rev !== self.rev || data.seq >= self.seq
    if (news && self.drag) { // the hand goes on, and what it does is newer still
      self.rev = data.rev
      self.seq = Math.max(self.seq, data.seq)
    } else if (news) {
      const choice = told(data)
      self.rev = data.rev
      self.seq = data.seq
      if (!self.choice || !same(choice, self.choice)) {
        if (self.settled && !same(choice, self.settled)) remember(self.settled)
        self.choice = self.settled = choice
        self.refit = self.view && !still.matches ? { from: self.view, since: performance.now() } : null
        if (!self.refit) self.view = null
        self.at = clamp(self.at, choice.kernel.first, choice.kernel.first + choice.kernel.size - 1)
        self.probe = null
      }
    }
    presets()
    paint()
  }

  function end() {
    observer.disconnect()
    cancelAnimationFrame(self.frame)
    clearTimeout(self.speech)
    clearTimeout(self.timer)
    if (self.timer) emit()
  }

  // What is done to the pattern, and how the server comes to know.

  function remember(/** @type {Choice} */ choice) {
    HISTORY.past.push(choice)
    if (HISTORY.past.length > 200) HISTORY.past.shift()
    HISTORY.future.length = 0
  }

  /** Show another choice; it is `settled` when the hand has let go. */
  function change(/** @type {Choice} */ choice, settled = true) {
    refused.textContent = ""
    input.setAttribute("aria-invalid", "false")
    if (!same(choice, self.choice)) {
      self.choice = choice
      self.seq++
      self.probe = null
      if (!self.timer) {
        const wait = PAUSE - (performance.now() - self.sent)
        if (wait <= 0) emit()
        else self.timer = setTimeout(emit, wait)
      }
    }
    if (settled) settle()
    paint()
  }

  function settle() {
    if (!same(self.choice, self.settled)) {
      remember(self.settled)
      self.settled = self.choice
    }
    if (self.view) self.refit = { from: self.view, since: still.matches ? -1e9 : performance.now() }
    clearTimeout(self.speech)
    self.speech = setTimeout(() => { find(".spoken").textContent = describe(self.choice) }, 500)
  }

  function emit() {
    clearTimeout(self.timer)
    self.timer = 0
    self.sent = performance.now()
    const { family, kernel, layers } = self.choice
    const pattern = family ? { family } : { text: text(kernel), origin: -kernel.first }
    self.send("edit", { rev: self.rev, seq: self.seq, value: { ...pattern, layers } })
  }

  function refuse(/** @type {string} */ sentence) {
    refused.textContent = sentence
  }

  function travel(/** @type {Choice[]} */ from, /** @type {Choice[]} */ to) {
    const choice = from.pop()
    if (!choice) return
    to.push(self.settled)
    self.settled = choice
    change(choice)
  }

  function toggle(/** @type {number} */ offset) {
    const { kernel, layers } = self.choice
    const offsets = kernel.offsets.includes(offset)
      ? kernel.offsets.filter((/** @type {number} */ o) => o !== offset)
      : [...kernel.offsets, offset]
    if (!offsets.length) return refuse("A kernel needs at least one tap.")
    const choice = choose(kernelAt(offsets), layers)
    if (!choice.family && choice.kernel.size > LIMITS.text)
      return refuse(`A free pattern can span ${whole(LIMITS.text)} elements at most. Make the wings or the dilation smaller first.`)
    const left = self.choice.family && !choice.family
    change(choice)
    if (left) hint.textContent = "Now a free pattern: any element may be a tap. Undo or a ready-made pattern brings the handles back."
  }

  function written() {
    const given = input.value.replace(/\s/g, "")
    const wrong = /[^01]/.exec(given)
    let sentence = ""
    if (wrong) sentence = `“${wrong[0]}” is not allowed: a pattern is written with 1 for a tap and 0 for a gap, nothing else.`
    else if (!given.includes("1")) sentence = "A pattern needs at least one tap, a 1."
    else if (given.length > LIMITS.text) sentence = `A pattern can have ${whole(LIMITS.text)} elements at most, not ${whole(given.length)}.`
    input.setAttribute("aria-invalid", String(sentence !== ""))
    if (sentence) return refuse(`${sentence} The pattern stays as it was.`)
    change(choose(parse(given), self.choice.layers))
    input.value = text(self.choice.kernel)
  }

  // Drawing.

  function paint() {
    if (!self.frame) self.frame = requestAnimationFrame(draw)
  }

  /** @returns {import("./strip.js").View} */
  function nextView(/** @type {number} */ now) {
    const goal = viewOf(self.choice.kernel, self.width)
    if (self.drag && self.view) {
      const { x } = self.drag
      const push = x < 6 ? 6 - x : x > self.width - 6 ? x - self.width + 6 : 0
      if (push > 0 && self.drag.kind !== "lens" && self.view.hi - self.view.lo < 2.6 * LIMITS.wing * LIMITS.dilation) {
        const grown = ((self.view.hi - self.view.lo) * Math.min(0.04, 0.004 * push)) / 2
        paintAgain()
        return { lo: self.view.lo - grown, hi: self.view.hi + grown }
      }
      return self.view
    }
    if (self.refit) {
      const u = clamp((now - self.refit.since) / REFIT)
      if (u < 1) {
        paintAgain()
        return { lo: mix(self.refit.from.lo, goal.lo, ease(u)), hi: mix(self.refit.from.hi, goal.hi, ease(u)) }
      }
      self.refit = null
      return goal
    }
    return self.view ?? goal
  }

  function paintAgain() {
    requestAnimationFrame(() => { if (self.drag?.moved) follow(); paint() })
  }

  function draw(/** @type {number} */ now) {
    self.frame = 0
    const width = board.clientWidth
    if (!width) return
    if (width !== self.width) { self.width = width; self.view = null }
    self.view = nextView(now)
    const { kernel, family } = self.choice
    const cell = self.width / (self.view.hi - self.view.lo)
    const small = cell < least()
    const half = self.width / LENS / 2
    const most = Math.max(0, kernel.size / 2 - half + 2)
    const middle = kernel.first + (kernel.size - 1) / 2
    self.lens = clamp(self.lens, middle - most, middle + most)
    const lens = { lo: self.lens - half, hi: self.lens + half }
    const shared = { kernel, width: self.width, hover: self.hover }
    drawOverview({ ...shared, view: self.view, linked: !self.data.compact, marked: small ? lens : null })
    lensBoard.hidden = !small
    if (small) drawLens({ ...shared, view: lens, linked: false, marked: null })
    handles(board.querySelector(".handles"), self.view, family, kernel, 36)
    handles(lensBoard.querySelector(".handles"), lens, small ? family : null, kernel, 40)
    cursorTo(small ? lens : self.view, small)
    numbers(kernel)
    find(".overview").setAttribute("aria-label", describe(self.choice))
    if (root.getRootNode() instanceof ShadowRoot && /** @type {ShadowRoot} */ (root.getRootNode()).activeElement !== input)
      input.value = kernel.size <= LIMITS.text ? text(kernel) : ""
    input.placeholder = kernel.size <= LIMITS.text ? "" : `${whole(kernel.size)} elements, too long to write`
    find(".undo").disabled = !HISTORY.past.length
    find(".redo").disabled = !HISTORY.future.length
    if (!self.data.compact) cones()
  }

  function numbers(/** @type {Kernel} */ { offsets, first, size }) {
    const rows = [
      ["Taps", whole(offsets.length)], ["Span", whole(size)], ["Reach", `${relative(first)} … ${relative(first + size - 1)}`],
      ["Density", `${Math.round((1000 * offsets.length) / size) / 10} %`],
    ]
    const list = find(".numbers")
    while (list.children.length < rows.length) {
      const row = document.createElement("div")
      row.append(document.createElement("dt"), document.createElement("dd"))
      list.append(row)
    }
    rows.forEach(([label, value], i) => {
      list.children[i].children[0].textContent = label
      list.children[i].children[1].textContent = value
    })
  }

  /** Put the handles of a family's pattern where they belong in a view. */
  function handles(/** @type {HTMLElement} */ host, /** @type {import("./strip.js").View} */ view, /** @type {Family | null} */ family, /** @type {Kernel} */ kernel, /** @type {number} */ tall) {
    const wanted = family ? handlesOf(family) : []
    const byName = new Map([...host.children].map((node) => [/** @type {HTMLElement} */ (node).dataset.name, /** @type {HTMLElement} */ (node)]))
    for (const handle of wanted) {
      const at = place(view, self.width, handle.at)
      const node = byName.get(handle.name) ?? makeHandle(host, handle)
      byName.delete(handle.name)
      const zero = place(view, self.width, handle.middle)
      const x = handle.side < 0 ? Math.min(at - handle.out, zero - 16) : Math.max(at + handle.out, zero + 16)
      const y = { island: 15, wing: 30 + tall / 2, dilation: 30 + tall + 10 }[handle.kind]
      node.style.transform = `translate(${clamp(x, -4, self.width + 4)}px, ${y}px)`
      node.hidden = x < -4 && host !== board.querySelector(".handles")
      node.style.display = host === board.querySelector(".handles") || (x > 8 && x < self.width - 8) ? "" : "none"
      set(node, { "aria-valuenow": handle.value, "aria-valuemin": handle.least, "aria-valuemax": handle.most, "aria-valuetext": handle.says, "aria-label": handle.label })
      node.classList.toggle("held", self.drag?.name === handle.name)
      node.classList.toggle("named", handle.side === (family?.[3] ? -1 : 1) && host.parentElement === board)
      const says = /** @type {HTMLElement} */ (node.firstChild)
      says.textContent = handle.says
    }
    for (const node of byName.values()) if (self.drag?.node !== node) node.remove()
  }

  function makeHandle(/** @type {HTMLElement} */ host, /** @type {any} */ { name, kind }) {
    const node = document.createElement("div")
    node.className = `handle ${kind}`
    node.dataset.name = name
    node.tabIndex = 0
    node.setAttribute("role", "slider")
    node.append(Object.assign(document.createElement("span"), { className: "says" }))
    node.onpointerdown = (event) => {
      node.setPointerCapture(event.pointerId)
      const view = host.parentElement === board ? null : lensView()
      const handle = handlesOf(self.choice.family).find((h) => h.name === name)
      if (!handle) return
      const box = board.getBoundingClientRect()
      const x = event.clientX - box.left
      self.drag = { kind, name, node, x, view, grip: handle.at - offsetAt(view ?? self.view, self.width, x), moved: false }
      node.focus({ preventScroll: true })
      event.preventDefault()
      paint()
    }
    node.onpointermove = (event) => {
      if (self.drag?.node !== node) return
      self.drag.x = event.clientX - board.getBoundingClientRect().left
      self.drag.moved = true
      follow()
    }
    node.onpointerup = node.onpointercancel = () => {
      if (self.drag?.node !== node) return
      self.drag = null
      settle()
      paint()
    }
    node.onkeydown = (event) => {
      const value = stepped(self.choice.family, name, event.key)
      if (value === null) return
      event.preventDefault()
      const family = reached(self.choice.family, name, value)
      change({ kernel: familyKernel(family), family, layers: self.choice.layers })
    }
    host.append(node)
    return node
  }

  function lensView() {
    const half = self.width / LENS / 2
    return { lo: self.lens - half, hi: self.lens + half }
  }

  /** Let the handle that is held follow the hand. */
  function follow() {
    const { name, x, view, grip } = self.drag
    const handle = handlesOf(self.choice.family).find((h) => h.name === name)
    if (!handle) return
    const family = reached(self.choice.family, name, handle.from(offsetAt(view ?? self.view, self.width, x) + grip))
    change({ kernel: familyKernel(family), family, layers: self.choice.layers }, false)
  }

  // Single elements: pointed at, clicked, or walked to with the arrow keys.

  for (const [host, inLens] of /** @type {[HTMLElement, boolean][]} */ ([[board, false], [lensBoard, true]])) {
    const svg = /** @type {SVGSVGElement} */ (host.querySelector("svg"))
    /** @type {number | null} */
    let pressed = null
    const under = (/** @type {PointerEvent} */ event) => {
      const box = svg.getBoundingClientRect()
      const tall = inLens ? 40 : 36
      const y = event.clientY - box.top
      const offset = offsetAt(inLens ? lensView() : self.view, self.width, event.clientX - box.left)
      return y > 24 && y < 36 + tall ? offset : null
    }
    const small = () => self.width / (self.view.hi - self.view.lo) < least()
    svg.onpointermove = (event) => {
      const offset = under(event)
      if (pressed !== null && !inLens && small() && offset !== null) self.lens = offset
      self.hover = offset === null ? null : Math.round(offset)
      say()
      paint()
    }
    svg.onpointerleave = () => { self.hover = null; pressed = null; say(); paint() }
    svg.onpointerdown = (event) => {
      pressed = under(event)
      if (pressed !== null && !inLens && small()) { self.lens = pressed; paint() }
    }
    svg.onpointerup = (event) => {
      const offset = under(event)
      if (pressed !== null && offset !== null && (inLens || !small()) && Math.round(offset) === Math.round(pressed)) {
        self.at = Math.round(offset)
        toggle(self.at)
      }
      pressed = null
    }
  }

  function say() {
    if (self.hover === null) { hint.textContent = ""; return }
    hint.textContent = elementSays(self.hover) + (self.choice.kernel.offsets.includes(self.hover) ? " Click to make it a gap." : " Click to make it a tap.")
  }

  function elementSays(/** @type {number} */ offset) {
    const { kernel } = self.choice
    const i = kernel.offsets.indexOf(offset)
    const what = i < 0 ? "a gap, always zero" : `a tap of the ${i < kernel.start ? "left wing" : i < kernel.stop ? "island" : "right wing"}, compact parameter ${i + 1} of ${kernel.offsets.length}`
    return `Offset ${relative(offset)}: ${what}.`
  }

  function cursorTo(/** @type {import("./strip.js").View} */ view, /** @type {boolean} */ small) {
    const cell = self.width / (view.hi - view.lo)
    const host = small ? lensBoard : board
    if (cursor.parentElement !== host) {
      const focused = /** @type {any} */ (root.getRootNode()).activeElement === cursor
      host.append(cursor)
      if (focused) cursor.focus()
    }
    cursor.style.transform = `translate(${place(view, self.width, self.at) - cell / 2}px, 30px)`
    cursor.style.width = `${cell}px`
    cursor.style.height = small ? "40px" : "36px"
    set(cursor, { "aria-checked": self.choice.kernel.offsets.includes(self.at), "aria-label": elementSays(self.at) })
  }

  cursor.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    const { first, size } = self.choice.kernel
    const to = { ArrowLeft: self.at - 1, ArrowRight: self.at + 1, Home: first, End: first + size - 1 }[event.key]
    if (event.key === " " || event.key === "Enter") toggle(self.at)
    else if (to !== undefined) {
      self.at = clamp(to, first - 2, first + size + 1)
      const half = self.width / LENS / 2
      self.lens = clamp(self.lens, self.at - half + 2, self.at + half - 2)
      find(".spoken").textContent = elementSays(self.at)
      hint.textContent = elementSays(self.at) + " Space changes it."
      paint()
    } else return
    event.preventDefault()
  }
  cursor.onblur = () => { hint.textContent = "" }

  // The rest of the controls.

  function presets() {
    const host = find(".presets")
    if (!host.children.length) {
      for (const [name, family] of self.data.presets) {
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: name })
        button.onclick = () => change({ kernel: familyKernel(family), family, layers: self.choice.layers })
        host.append(button)
      }
    }
    self.data.presets.forEach((/** @type {[string, Family]} */ [, family], /** @type {number} */ i) => {
      const chosen = self.choice.family !== null && family.every((v, k) => v === self.choice.family[k])
      host.children[i].setAttribute("aria-pressed", String(chosen))
    })
  }

  find(".undo").onclick = () => travel(HISTORY.past, HISTORY.future)
  find(".redo").onclick = () => travel(HISTORY.future, HISTORY.past)
  root.onkeydown = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target === input) return
    const key = event.key.toLowerCase()
    if (key === "z" && !event.shiftKey) travel(HISTORY.past, HISTORY.future)
    else if (key === "y" || key === "z") travel(HISTORY.future, HISTORY.past)
    else return
    event.preventDefault()
  }
  input.onkeydown = (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter") written() }
  input.onchange = written
  input.onpaste = () => setTimeout(written)
  find(".copy").onclick = async (/** @type {MouseEvent} */ event) => {
    const button = /** @type {HTMLElement} */ (event.target)
    try {
      await navigator.clipboard.writeText(text(self.choice.kernel))
      button.textContent = "Copied"
    } catch {
      input.select()
      button.textContent = "Press Ctrl+C"
    }
    setTimeout(() => { button.textContent = "Copy" }, 1500)
  }
  set(layers, { max: LIMITS.layers })
  layers.oninput = () => change({ ...self.choice, layers: Number(layers.value) }, false)
  layers.onchange = () => settle()

  // The receptive field.

  function cones() {
    const { kernel, layers: count } = self.choice
    layers.value = String(count)
    depth.textContent = String(count)
    const key = `${count} ${kernel.offsets.join()}`
    if (self.stackKey !== key) {
      self.stackKey = key
      const plain = dilatedLike(kernel)
      self.stacks = [stackOf(kernel, count), ...(plain && plain !== kernel ? [stackOf(plain, count)] : [])]
      const named = names()
      const host = find(".cones")
      while (host.children.length > self.stacks.length) host.lastChild.remove()
      while (host.children.length < self.stacks.length) host.append(makeCone(host.children.length))
      self.stacks.forEach((/** @type {import("./cone.js").Stack} */ stack, /** @type {number} */ i) => {
        const [title, canvas] = host.children[i].children
        title.firstChild.textContent = `${named[i]}: `
        title.lastChild.textContent = `${count} × ${whole(stack.kernel.offsets.length)} weights, ${summary(stack)}`
        canvas.setAttribute("aria-label", `${named[i]}, ${counted(count, "layer")}: ${summary(stack)}. Arrow keys move a probe.`)
      })
    }
    const style = getComputedStyle(root)
    const ink = { text: style.color, line: style.getPropertyValue("--st-border-color") || COLOURS.gap }
    const range = rangeOf(self.stacks)
    self.stacks.forEach((/** @type {import("./cone.js").Stack} */ stack, /** @type {number} */ i) => {
      self.layout = layout(range, self.width, count)
      drawCone(find(".cones").children[i].children[1], stack, self.layout, self.probe, ink)
    })
    find(".reading").textContent = self.probe ? probed(names()) : IDLE
  }

  /** What the probe tells of each stack, in words. */
  function probed(/** @type {string[]} */ named) {
    const says = self.stacks.map((/** @type {import("./cone.js").Stack} */ stack, /** @type {number} */ i) =>
      `${named.length > 1 ? `${named[i].split(",")[0]}: ` : ""}${reading(stack, self.probe)}`)
    return says.join(" ") + (self.pinned ? " Pinned: click again to let go." : "")
  }

  /** What the stacks shown are called. */
  function names() {
    const [, plain] = self.stacks
    if (!plain) return ["This pattern"]
    const span = plain.kernel.size === self.choice.kernel.size ? "the same span" : `span ${whole(plain.kernel.size)}`
    return ["This pattern", `Plain dilated, ${span}`]
  }

  function makeCone(/** @type {number} */ number) {
    const figure = document.createElement("div")
    const title = document.createElement("h4")
    title.append(document.createTextNode(""), document.createElement("span"))
    const canvas = document.createElement("canvas")
    canvas.tabIndex = 0
    canvas.setAttribute("role", "img")
    canvas.dataset.cone = String(number)
    const under = (/** @type {MouseEvent} */ event) => {
      const box = canvas.getBoundingClientRect()
      return probeAt(self.layout, self.choice.layers, event.clientX - box.left, event.clientY - box.top)
    }
    canvas.onpointermove = (event) => { if (!self.pinned) { self.probe = under(event); paint() } }
    canvas.onpointerleave = () => { if (!self.pinned) { self.probe = null; paint() } }
    canvas.onclick = (event) => { self.probe = under(event); self.pinned = !self.pinned && self.probe !== null; paint() }
    canvas.onkeydown = (event) => {
      const probe = self.probe ?? { row: self.choice.layers, offset: 0 }
      const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
      if (event.key === "Escape") { self.probe = null; self.pinned = false }
      else if (move) {
        self.probe = self.probe ? { row: clamp(probe.row + move[0], 0, self.choice.layers), offset: probe.offset + move[1] } : probe
        self.pinned = true
      } else return
      event.preventDefault()
      paint()
    }
    figure.append(title, canvas)
    return figure
  }

  return self
}
