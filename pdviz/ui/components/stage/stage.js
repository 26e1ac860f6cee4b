// The gradient-flow stage: a recorded training run, step by step, drawn as a pure function of time.
//
// Time runs from 0 to 6 · N, six units a training step, one a chapter: assemble, correlate, loss, back, gather,
// step. Play, pause, reverse, speed, steps and scrub only ever change the time; `draw` does the rest. Every number
// comes from the server.

import { caption, facts, reading } from "./captions.js"
import { chaptersAt } from "./timeline.js"
import { number } from "../base/format.js"
import { clamp } from "../base/view.js"
import { lossCurve, paths } from "./scene/curves.js"
import { write } from "../base/dom.js"
import { drag, keys, value } from "../base/sliders.js"
import { checkBadge } from "./check_badge.js"
import { withValues } from "./run_mailbox.js"
import { elementAt } from "./scene/layout.js"
import { scene } from "./scene/scene.js"
import { player, STEPS_ONLY } from "./player.js"
import { save } from "./save.js"
import { section } from "./scene/section.js"
import { CHAPTERS, chapterOf, decode, moment, MOTION, sameRun } from "./run.js"
import { editStream } from "../base/edit_stream.js"

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./run.js").StageData} StageData */
/** @typedef {{ data: StageData, time?: number, setStateValue: (name: string, value: unknown) => void }} Component */
/** What can be asked of the server: a training step, an output to look at.
 * @typedef {{ step?: number, position?: number }} Asked */
/** What outlives reruns, by the component's root element.
 * @typedef {{ clock: import("./player.js").Clock, stream: import("../base/edit_stream.js").EditStream, known: Asked, asked: Asked, position: number, column: number,
 *   run: Run, width: number, html: string, component: Component, parts: any, ended: boolean,
 *   end: () => void, resume: () => void, update: () => void }} Self */

/** @type {WeakMap<HTMLElement, Self>} */
const LOCAL = new WeakMap()
/** Before anything is played: the gradient has just arrived. */
const OPENING = 3 + MOTION
const HINT = "Point at a column, or move along them with the arrow keys, to read its numbers."

/** Show the data in this element; called again with every change of either. */
export function stage(/** @type {HTMLElement} */ root, /** @type {Component} */ component) {
  const data = withValues(component.data, () => { if (root.isConnected) stage(root, component) })
  if (data) present(root, { ...component, data })
  return () => LOCAL.get(root)?.end()
}

function present(/** @type {HTMLElement} */ root, /** @type {Component} */ component) {
  const self = LOCAL.get(root) ?? begin(root, component)
  if (self.ended) self.resume()
  const { data } = component
  if (sameRun(self.component.data, data)) Object.assign(self.run, { position: data.position, checks: data.checks })
  else self.run = decode(data)
  self.component = component
  const news = hear(self, component)
  self.clock.end = 6 * data.steps
  self.clock.time = clamp(self.clock.time, 0, self.clock.end)
  if (news.position !== undefined) self.position = news.position
  self.position = clamp(self.position, 0, self.run.L - 1)
  self.column = Math.min(self.column, self.run.K - 1)
  if (news.step !== undefined) self.clock.time = 6 * news.step + moment(self.run, self.clock.time).u
  self.update()
}

/** What the server says of step and position that is neither known from it nor was asked of it.
 * @returns {Asked} */
function hear(/** @type {Self} */ self, /** @type {Component} */ { data, setStateValue }) {
  if (!self.stream.receive(data, setStateValue)) return {}
  const { step, position } = data, { known } = self
  self.known = { step, position }
  self.asked = {}
  return { ...(step !== known.step && { step }), ...(position !== known.position && { position }) }
}

/** @returns {Self} */
function begin(/** @type {HTMLElement} */ root, /** @type {Component} */ component) {
  const { data } = component
  const find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(name))
  const scrub = find(".scrub"), play = find(".play"), reverse = find(".reverse")
  const words = find(".caption"), readout = find(".readout")
  const svgs = { section: find(".section"), columns: find(".columns"), loss: find(".loss"), paths: find(".paths") }
  const still = matchMedia("(prefers-reduced-motion: reduce)")
  /** @type {Self} */
  const self = {
    clock: {
      time: component.time ?? 6 * data.step + OPENING, end: 6 * data.steps, speed: "1", direction: 0, fresh: true,
    },
    stream: editStream(), known: { step: data.step, position: data.position }, asked: {}, position: data.position, column: -1, run: decode(data), width: 0, html: root.innerHTML, component,
    parts: null, ended: true, end, resume, update,
  }
  LOCAL.set(root, self)
  const { clock } = self
  const time = player(clock, paint, paint)
  const observer = new ResizeObserver(([entry]) => {
    const width = Math.max(280, Math.floor(entry.contentRect.width))
    if (width === self.width) return
    self.width = width
    update()
  })
  let built = { run: /** @type {Run | null} */ (null), width: 0 }, said = "", listed = ""

  /** Build what has changed: drawings by data and width, badges by what they say. */
  function update() {
    const { run, width } = self
    if (!width) return
    if (built.run !== run || built.width !== width) {
      built = { run, width }
      const wide = width >= 640, share = wide ? Math.round(width * 0.4) : width
      self.parts = {
        section: section(svgs.section, run, width), columns: scene(svgs.columns, run, width),
        loss: lossCurve(svgs.loss, run, share), paths: paths(svgs.paths, run, wide ? width - share - 24 : width),
      }
      for (const svg of Object.values(svgs)) svg.setAttribute("width", svg.getAttribute("viewBox").split(" ")[2])
      scrub.max = String(clock.end)
    }
    if (listed !== JSON.stringify(run.checks)) {
      listed = JSON.stringify(run.checks)
      find(".checks").replaceChildren(...run.checks.map(checkBadge))
    }
    root.classList.toggle("alone", run.scope === "position") // one window: the columns come first
    said = ""
    paint()
  }

  function paint() {
    if (!self.parts) return
    const { run } = self, playing = time.playing(), quick = playing && clock.speed === STEPS_ONLY
    const at = still.matches ? Math.min(clock.end - 1, Math.floor(clock.time + 1e-9)) + MOTION : clock.time
    const now = chaptersAt(run, at), { n } = now, chapter = chapterOf(now)
    const seen = run.scope === "signal" ? self.position : run.position
    const taken = n + now.take, done = Math.floor(taken)
    self.parts.section.draw(at, self.position)
    self.parts.columns.draw(at, seen, self.column)
    self.parts.loss.draw(taken)
    self.parts.paths(taken)
    scrub.value = String(clock.time)
    write(play, playing && clock.direction > 0 ? "Pause" : "Play")
    write(reverse, playing && clock.direction < 0 ? "Pause" : "Reverse")
    const what = `${n} ${chapter} ${seen} ${done} ${quick}`
    if (what !== said) say(n, chapter, seen, done, quick)
    said = what
    facts(run, n, seen).forEach(({ text, chapter: from }, k) => {
      const row = find(".facts").children[k]
      row.classList.toggle("known", clamp((now.u - from) / MOTION) > 0.5)
      if (row.lastChild.textContent !== text) row.lastChild.textContent = text
    })
    if (!playing) ask({ step: n })
  }

  /** Tell the server where a person went, together with what it has not answered yet. */
  function ask(/** @type {Asked} */ wanted) {
    const known = { ...self.known, ...wanted }
    if (known.step === self.known.step && known.position === self.known.position) return
    self.known = known
    self.asked = { ...self.asked, ...wanted }
    self.stream.send(self.asked)
  }

  /** What is said once a chapter. */
  function say(/** @type {number} */ n, /** @type {number} */ chapter, /** @type {number} */ seen,
    /** @type {number} */ done, /** @type {boolean} */ quick) {
    const { run } = self
    words.setAttribute("aria-live", quick ? "off" : "polite")
    write(words, quick
      ? `Running through the steps: the loss is ${number(run.series.loss[n])} after ${n} of ${run.steps}.`
      : caption(run, n, chapter, seen))
    write(find(".taken"), `${done} of ${run.steps} steps taken`)
    const place = `${chapter + 1} of 6: ${CHAPTERS[chapter]}`
    scrub.setAttribute("aria-valuetext", `${done} of ${run.steps} steps taken; ${place}`)
    ;[...find(".chapters").children].forEach((button, k) => {
      if (k === chapter) button.setAttribute("aria-current", "step")
      else button.removeAttribute("aria-current")
    })
    readout.textContent = self.column < 0 ? HINT : reading(run, n, seen, self.column)
    value(svgs.section, [0, run.L - 1], self.position, `sample ${run.first + self.position}`)
    value(svgs.columns, [0, run.K - 1], Math.max(0, self.column), self.column < 0 ? HINT : readout.textContent)
    value(svgs.loss, [0, run.steps], n, `${n} of ${run.steps} steps taken, loss ${number(run.series.loss[n])}`)
  }

  const refresh = () => { said = ""; paint() }
  const inside = () => moment(self.run, clock.time).u
  /** To a training step, at the same chapter; a hand that moves it stops what is played. */
  const toStep = (/** @type {number} */ n) =>
    time.halt(n >= self.run.steps ? clock.end : 6 * Math.max(0, n) + Math.min(inside(), 5 + MOTION))
  const chapterNow = () => Math.min(clock.end - 1, Math.floor(clock.time + 1e-9))
  const show = (/** @type {number} */ c) => {
    const to = clamp(c, 0, clock.end - 1)
    if (still.matches) time.halt(to + MOTION)
    else time.show(to)
  }
  const forward = () => show(clock.time === 0 && clock.direction === 0 ? 0 : chapterNow() + 1)
  const back = () => {
    const late = clock.time - chapterNow() > MOTION / 2
    time.halt(Math.max(0, chapterNow() - (late ? 1 : 2)) + (chapterNow() === 0 && !late ? 0 : MOTION))
  }
  const nudge = (/** @type {1 | -1} */ way) => still.matches ? (way > 0 ? forward() : back())
    : time.halt(Math.round((clock.time + way * 0.1) * 10) / 10)
  const lookAt = (/** @type {number} */ position) => {
    self.position = clamp(position, 0, self.run.L - 1)
    ask({ position: self.position })
    refresh()
  }
  const point = (/** @type {number} */ i) => {
    if (i === self.column) return
    self.column = i
    refresh()
  }

  root.setAttribute("aria-label", "A training run, one step after another: from the parameters to the loss and back")
  find(".chapters").replaceChildren(...CHAPTERS.map((name, c) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: `${c + 1} ${name}` })
    button.onclick = () => show(6 * moment(self.run, clock.time).n + c)
    return button
  }))
  find(".facts").replaceChildren(...facts(self.run, 0, 0).map((fact) => {
    const row = document.createElement("div")
    row.append(Object.assign(document.createElement("dt"), { textContent: fact.label }), document.createElement("dd"))
    return row
  }))
  play.onclick = () => time.toggle(1)
  reverse.onclick = () => time.toggle(-1)
  find(".back").onclick = back
  find(".forward").onclick = forward
  find(".earlier").onclick = () => toStep(moment(self.run, clock.time).n - 1)
  find(".later").onclick = () => toStep(moment(self.run, clock.time).n + 1)
  find(".speed").onchange = (/** @type {any} */ event) => { clock.speed = event.target.value; refresh() }
  scrub.oninput = () => time.halt(Number(scrub.value))
  for (const button of root.querySelectorAll(".save button"))
    /** @type {HTMLElement} */ (button).onclick = () => save(/** @type {any} */ (button).value, root, self)

  drag(svgs.section, (x) => self.parts && lookAt(self.parts.section.positionAt(x)))
  drag(svgs.loss, (x) => self.parts && toStep(self.parts.loss.stepAt(x)))
  const read = (/** @type {PointerEvent} */ event) => {
    if (!self.parts) return
    const box = svgs.columns.getBoundingClientRect()
    const i = elementAt(self.run, self.parts.columns.places, event.clientX - box.left, event.clientY - box.top)
    if (i >= 0) point(i)
  }
  svgs.columns.onpointermove = read
  svgs.columns.onpointerdown = read
  keys(svgs.section, () => self.position, () => [0, self.run.L - 1], 10, lookAt)
  keys(svgs.loss, () => moment(self.run, clock.time).n, () => [0, self.run.steps], 10, toStep)
  keys(svgs.columns, () => self.column, () => [0, self.run.K - 1], 5, point)
  svgs.columns.onfocus = () => { if (self.column < 0) point(-self.run.offsets[0]) }

  root.onkeydown = (event) => {
    const target = /** @type {HTMLElement} */ (event.target), { key } = event
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.tagName === "SELECT") return
    if (key === " " && target.tagName !== "BUTTON") time.toggle(1)
    else if (key === "ArrowRight") event.shiftKey ? forward() : nudge(1)
    else if (key === "ArrowLeft") event.shiftKey ? back() : nudge(-1)
    else if (key === "PageUp") toStep(moment(self.run, clock.time).n + 1)
    else if (key === "PageDown") toStep(moment(self.run, clock.time).n - 1)
    else if (key === "Home") time.halt(0)
    else if (key === "End") time.halt(clock.end)
    else return
    event.preventDefault()
  }
  /** Go on, at first or after an end: Streamlit may end what it shows again, in the same element, at once. */
  function resume() {
    self.ended = false
    still.addEventListener("change", refresh)
    observer.observe(find(".picture"))
    time.resume()
  }
  function end() {
    self.ended = true
    self.stream.flush()
    time.cancel()
    still.removeEventListener("change", refresh)
    observer.disconnect()
  }
  return self
}
