// The gradient-flow stage: one training step, drawn as a pure function of time.
//
// Time runs from 0 to 6, one unit a chapter: assemble, correlate, loss, back, gather, step. Play,
// pause, step and scrub only ever change the time; draw(time) does the rest. Every number comes
// from the server; this file places them.

/** @typedef {{ key: string, offsets: number[], parts: string[], taps: number[], samples: number[],
 *   kernel: number[], products: number[], gradKernel: number[], compact: number[],
 *   gradCompact: number[], compactAfter: number[], colours: Record<string, string>,
 *   chapters: { name: string, caption: string }[],
 *   facts: { label: string, text: string, chapter: number }[] }} Trace */

const SVG = "http://www.w3.org/2000/svg"
const CHAPTERS = 6
const SECONDS_PER_CHAPTER = 4
const MOTION = 0.6 // the share of a chapter in which things move; the rest is for reading
const OPENING = 3 + MOTION // before anything is played: the gradient has just arrived
const BANDS = [
  { id: "samples", title: "samples under the kernel, x[t + o]", height: 76, bar: 28 },
  { id: "products", title: "products, w[o] · x[t + o]", height: 76, bar: 28 },
  { id: "kernel", title: "assembled kernel, w[o]", height: 76, bar: 28 },
  { id: "gradient", title: "gradient of the assembled kernel, ∂L/∂w[o]", height: 122, bar: 26 },
  { id: "compact", title: "compact parameters, and their gradient (thin)", height: 122, bar: 26 },
]
const AXIS = 22
/** State that outlives reruns, by the component's root element. */
const LOCAL = new WeakMap()

const clamp = (/** @type {number} */ v) => Math.min(1, Math.max(0, v))
const ease = (/** @type {number} */ v) => v * v * (3 - 2 * v)
const mix = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ u) => a + (b - a) * u
const largest = (/** @type {number[][]} */ ...lists) => Math.max(1e-300, ...lists.flat().map(Math.abs))

/** One fill a part: its colour, and the stripes that set it apart without colour. */
function fills(/** @type {SVGSVGElement} */ svg, /** @type {Record<string, string>} */ colours) {
  const defs = element("defs", svg)
  const stripes = { "left wing": "M-1 -1L7 7M-1 5L1 7M5 -1L7 1", "right wing": "M-1 7L7 -1M-1 1L1 -1M5 7L7 5" }
  /** @type {Record<string, string>} */
  const fill = { ...colours }
  for (const [part, lines] of Object.entries(stripes)) {
    const id = `fill-${part.replace(" ", "-")}`
    const tile = element("pattern", defs, { id, width: 6, height: 6, patternUnits: "userSpaceOnUse" })
    element("rect", tile, { width: 6, height: 6, fill: colours[part] })
    element("path", tile, { d: lines, stroke: "rgba(255,255,255,0.45)", "stroke-width": 1.2 })
    fill[part] = `url(#${id})`
  }
  return fill
}

/** How far chapter `n` has come at `time`, 0 to 1. */
function progress(/** @type {number} */ time, /** @type {number} */ n) {
  return ease(clamp((time - n) / MOTION))
}

function decimals(/** @type {number} */ top) {
  return Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(top))))
}

function exact(/** @type {number} */ v) {
  return String(Number(v.toPrecision(5))).replace("-", "−")
}

/** @returns {any} */
function element(/** @type {string} */ name, /** @type {Element} */ parent, attributes = {}) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  parent.append(made)
  return made
}

/** Build the drawing for one trace and width; returns draw(time). */
function build(/** @type {SVGSVGElement} */ svg, /** @type {Trace} */ trace, /** @type {number} */ width) {
  svg.replaceChildren()
  const fill = fills(svg, trace.colours)
  const count = trace.offsets.length
  const column = width / Math.max(count, 9)
  const middle = width / 2
  const place = (/** @type {number} */ i) => middle + (i - (count - 1) / 2) * column
  const packed = (/** @type {number} */ j) => middle + (j - (trace.taps.length - 1) / 2) * column
  const scale = {
    samples: largest(trace.samples),
    products: largest(trace.products),
    kernel: largest(trace.compact, trace.compactAfter),
    gradient: largest(trace.gradKernel),
    compact: largest(trace.compact, trace.compactAfter),
  }
  /** @type {Record<string, { zero: number, bar: number }>} */
  const band = {}
  let y = 0
  for (const { id, title, height, bar } of BANDS) {
    element("text", svg, { x: 0, y: y + 13, class: "title" }).textContent = title
    band[id] = { zero: y + 20 + (height - 24) / 2, bar }
    element("line", svg, { x1: 0, x2: width, y1: band[id].zero, y2: band[id].zero, class: "zero" })
    y += height
    if (id === "gradient") y += AXIS // the offsets stand here: below this, columns are packed
  }
  const everyOffset = [1, 2, 5, 10, 20, 50].find((n) => n * column >= 26) ?? 100
  const axis = y - BANDS[BANDS.length - 1].height - 8
  trace.offsets.forEach((offset, i) => {
    if (offset % everyOffset === 0 && place(i) > 10 && place(i) < width - 10)
      element("text", svg, { x: place(i), y: axis, class: "tick" }).textContent = String(offset).replace("-", "−")
  })
  svg.setAttribute("viewBox", `0 0 ${width} ${y}`)
  svg.setAttribute("height", String(y))

  const thick = column * 0.78
  const tapOf = new Map(trace.taps.map((i, j) => [i, j]))
  const bars = (/** @type {string} */ kind, /** @type {number} */ n, /** @type {(k: number) => number} */ element_of) =>
    Array.from({ length: n }, (_, k) => {
      const i = element_of(k)
      const part = trace.parts[i]
      return element("rect", svg, { class: `bar ${kind} ${part === "gap" ? "gap" : "tap"}`, fill: fill[part], "data-element": i })
    })
  const all = (/** @type {number} */ i) => i
  const tap = (/** @type {number} */ j) => trace.taps[j]
  const samples = bars("samples", count, all)
  const products = bars("products", trace.taps.length, tap)
  const links = trace.taps.map((i) => element("path", svg, { class: "link", stroke: trace.colours[trace.parts[i]] }))
  trace.offsets.forEach((_, i) => {
    if (!tapOf.has(i))
      element("rect", svg, { class: "place", x: place(i) - thick / 2, y: band.kernel.zero - 9, width: thick, height: 18, rx: 2 })
  })
  const kernel = bars("kernel", trace.taps.length, tap)
  const dropped = bars("dropped", count, all)
  const gradient = bars("gradient", count, all)
  const old = bars("old", trace.taps.length, tap)
  const compact = bars("compact", trace.taps.length, tap)
  const arrived = bars("arrived", trace.taps.length, tap)
  const flying = bars("flying", trace.taps.length, tap)
  const labelled = column >= 12
  const label = (/** @type {string} */ kind, /** @type {number} */ n) =>
    Array.from({ length: labelled ? n : 0 }, () => element("text", svg, { class: `value ${kind}` }))
  const gradientText = label("gradient", count)
  const compactText = label("compact", trace.taps.length)
  const kernelDecimals = decimals(scale.compact)
  const gradientDecimals = decimals(scale.gradient)

  /** Put a bar at x about a zero line; its height is value / top of the band's. */
  function set(/** @type {any} */ rect, /** @type {number} */ x, /** @type {number} */ zero, /** @type {number} */ height, wide = thick) {
    rect.setAttribute("x", String(x - wide / 2))
    rect.setAttribute("y", String(Math.min(zero, zero - height)))
    rect.setAttribute("width", String(wide))
    rect.setAttribute("height", String(Math.max(Math.abs(height), 0.75)))
  }
  function write(/** @type {any} */ text, /** @type {number} */ x, /** @type {number} */ zero, /** @type {number} */ height, /** @type {string} */ words) {
    const down = height < 0
    text.textContent = words
    text.setAttribute("transform", `translate(${x + 3.5} ${zero - height + (down ? 4 : -4)}) rotate(-90)`)
    text.style.textAnchor = down ? "end" : "start"
  }
  const high = (/** @type {number} */ v, /** @type {"samples"|"products"|"kernel"|"gradient"|"compact"} */ id) => (v / scale[id]) * band[id].bar
  const show = (/** @type {any} */ node, /** @type {number} */ opacity) => node.setAttribute("opacity", opacity.toFixed(3))

  return function draw(/** @type {number} */ time) {
    const [assemble, correlate, , back, gather, step] = Array.from({ length: CHAPTERS }, (_, n) => progress(time, n))
    const stagger = (/** @type {number} */ u, /** @type {number} */ j) =>
      clamp(u * 1.5 - (0.5 * j) / Math.max(1, trace.taps.length - 1))
    trace.samples.forEach((v, i) => {
      set(samples[i], place(i), band.samples.zero, high(v, "samples"))
      show(samples[i], trace.parts[i] === "gap" ? mix(0.7, 0.25, correlate) : mix(0.7, 1, correlate))
    })
    trace.gradKernel.forEach((v, i) => {
      const gap = trace.parts[i] === "gap"
      const fall = gap ? gather * 46 : 0
      const height = high(v, "gradient") * back
      set(gradient[i], place(i), band.gradient.zero + fall, height)
      show(gradient[i], back === 0 ? 0 : gap ? mix(0.75, 0, gather) : mix(1, 0.35, gather))
      set(dropped[i], place(i), band.gradient.zero, high(v, "gradient"))
      show(dropped[i], gap ? gather : 0)
      if (!labelled) return
      write(gradientText[i], place(i), band.gradient.zero, height, v.toFixed(gradientDecimals).replace("-", "−"))
      show(gradientText[i], back < 1 ? 0 : mix(1, 0.5, gather))
    })
    trace.taps.forEach((i, j) => {
      const now = mix(trace.compact[j], trace.compactAfter[j], step)
      const there = stagger(assemble, j)
      const home = stagger(gather, j)
      const narrow = thick * 0.62
      const left = packed(j) - (thick - narrow) / 2
      const right = packed(j) + thick / 2 - thick * 0.13
      const height = high(now, "compact")
      set(compact[j], left, band.compact.zero, height, narrow)
      set(old[j], left, band.compact.zero, high(trace.compact[j], "compact"), narrow)
      show(old[j], step)
      set(kernel[j], place(i), band.kernel.zero, high(now, "kernel"))
      show(kernel[j], there < 1 ? 0 : 1)
      set(products[j], place(i), band.products.zero, high(trace.products[j], "products") * correlate)
      show(products[j], correlate === 0 ? 0 : 1)
      const gradientHeight = high(trace.gradCompact[j], "gradient")
      set(arrived[j], right, band.compact.zero, gradientHeight, thick * 0.26)
      show(arrived[j], home < 1 ? 0 : 0.85)
      const up = there > 0 && there < 1
      const down = home > 0 && home < 1
      if (up) set(flying[j], mix(left, place(i), there), mix(band.compact.zero, band.kernel.zero, there), high(trace.compact[j], "compact"), mix(narrow, thick, there))
      if (down) set(flying[j], mix(place(i), right, home), mix(band.gradient.zero, band.compact.zero, home), gradientHeight, mix(thick, thick * 0.26, home))
      show(flying[j], up || down ? 1 : 0)
      const from = up || assemble === 0 || there < 1 ? band.kernel.zero : band.gradient.zero
      links[j].setAttribute("d", `M${packed(j)} ${band.compact.zero} C${packed(j)} ${band.compact.zero - 60} ${place(i)} ${from + 60} ${place(i)} ${from}`)
      show(links[j], up || down ? 0.5 : 0)
      if (!labelled) return
      write(compactText[j], left, band.compact.zero, height, now.toFixed(kernelDecimals).replace("-", "−"))
    })
  }
}

/** What one column holds, in words. */
function reading(/** @type {Trace} */ trace, /** @type {number} */ i) {
  const j = trace.taps.indexOf(i)
  const offset = String(trace.offsets[i]).replace("-", "−")
  if (j < 0)
    return `Offset ${offset}, a gap: x = ${exact(trace.samples[i])}, w = 0, ∂L/∂w = ${exact(trace.gradKernel[i])} (dropped)`
  return `Offset ${offset}, ${trace.parts[i]}: x = ${exact(trace.samples[i])}, w = ${exact(trace.kernel[i])}, ` +
    `w · x = ${exact(trace.products[i])}, ∂L/∂w = ${exact(trace.gradKernel[i])}; after the step w = ${exact(trace.compactAfter[j])}`
}

export function stage(/** @type {HTMLElement} */ root, /** @type {any} */ { data }) {
  const find = (/** @type {string} */ name) => root.querySelector(name)
  const svg = find("svg"), scrub = find(".scrub"), caption = find(".caption")
  const facts = find(".facts"), play = find(".play"), chapters = find(".chapters"), readout = find(".readout")
  const self = LOCAL.get(root) ?? { time: OPENING, fresh: true, playing: false, frame: 0, width: 0, chapter: -1 }
  LOCAL.set(root, self)
  self.trace = data
  const still = matchMedia("(prefers-reduced-motion: reduce)")

  function paint() {
    const width = Math.max(280, Math.floor(svg.parentElement.clientWidth))
    if (width !== self.width || self.key !== data.key) {
      self.draw = build(svg, data, width)
      self.width = width
      self.key = data.key
      self.chapter = -1
      facts.replaceChildren(...data.facts.map((/** @type {any} */ fact) => {
        const row = document.createElement("div")
        const name = document.createElement("dt"), text = document.createElement("dd")
        name.textContent = fact.label
        text.textContent = fact.text
        row.append(name, text)
        return row
      }))
      chapters.replaceChildren(...data.chapters.map((/** @type {any} */ { name }, /** @type {number} */ n) => {
        const button = document.createElement("button")
        button.type = "button"
        button.textContent = `${n + 1} ${name}`
        button.onclick = () => go(n, true)
        return button
      }))
    }
    const chapter = Math.min(CHAPTERS - 1, Math.floor(self.time))
    self.draw(still.matches && self.playing ? chapter + MOTION : self.time)
    scrub.value = String(self.time)
    play.textContent = self.playing ? "Pause" : "Play"
    data.facts.forEach((/** @type {any} */ fact, /** @type {number} */ n) => {
      facts.children[n].classList.toggle("known", progress(self.time, fact.chapter) > 0.5)
    })
    if (chapter !== self.chapter) {
      self.chapter = chapter
      caption.textContent = data.chapters[chapter].caption
      scrub.setAttribute("aria-valuetext", `${chapter + 1} of ${CHAPTERS}: ${data.chapters[chapter].name}`)
      ;[...chapters.children].forEach((button, n) => {
        if (n === chapter) button.setAttribute("aria-current", "step")
        else button.removeAttribute("aria-current")
      })
    }
  }
  /** Let time run from where it is to `stop`; `playing` says whether the button is for pausing. */
  function advance(/** @type {number} */ stop, /** @type {boolean} */ playing) {
    cancelAnimationFrame(self.frame)
    self.fresh = false
    self.playing = playing
    let last = performance.now()
    const tick = (/** @type {number} */ now) => {
      // A frame's own clock may be a little behind: time never runs backwards.
      self.time = Math.min(stop, self.time + Math.max(0, now - last) / 1000 / SECONDS_PER_CHAPTER)
      last = now
      if (self.time >= stop) self.playing = false
      else self.frame = requestAnimationFrame(tick)
      self.paint()
    }
    self.frame = requestAnimationFrame(tick)
    self.paint()
  }
  function halt(/** @type {number} */ time) {
    cancelAnimationFrame(self.frame)
    self.fresh = false
    self.playing = false
    self.time = time
    self.paint()
  }
  /** Show chapter `n`: with its motion if `moving`, else with its motion done. */
  function go(/** @type {number} */ n, moving = false) {
    const chapter = Math.min(CHAPTERS - 1, Math.max(0, n))
    if (!moving || still.matches) return halt(chapter + MOTION)
    self.time = chapter
    advance(chapter + MOTION, false)
  }
  self.paint = paint

  function toggle() {
    if (self.playing) return halt(self.time)
    if (self.fresh || self.time >= CHAPTERS) self.time = 0
    advance(CHAPTERS, true)
  }

  play.onclick = toggle
  find(".back").onclick = () => go(self.time - Math.floor(self.time) > MOTION / 2 || self.time >= CHAPTERS ? Math.ceil(self.time) - 2 : Math.floor(self.time) - 1)
  find(".forward").onclick = () => go(self.time === 0 ? 0 : Math.floor(self.time) + 1, true)
  scrub.oninput = () => halt(Number(scrub.value))
  root.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    const target = /** @type {HTMLElement} */ (event.target)
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === " " && target.tagName !== "BUTTON") toggle()
    else if (target === scrub && event.key === "ArrowRight") halt(Math.min(CHAPTERS, self.time + 0.1))
    else if (target === scrub && event.key === "ArrowLeft") halt(Math.max(0, self.time - 0.1))
    else if (event.key === "ArrowRight" || event.key === "PageUp") find(".forward").click()
    else if (event.key === "ArrowLeft" || event.key === "PageDown") find(".back").click()
    else if (event.key === "Home") halt(0)
    else if (event.key === "End") halt(CHAPTERS)
    else return
    event.preventDefault()
  }
  const read = (/** @type {PointerEvent} */ event) => {
    const box = svg.getBoundingClientRect()
    const count = data.offsets.length
    const column = self.width / Math.max(count, 9)
    const columns = (event.clientX - box.left - self.width / 2) / column
    const packed = event.clientY - box.top > box.height - BANDS[BANDS.length - 1].height
    const i = packed
      ? data.taps[Math.round(columns + (data.taps.length - 1) / 2)]
      : Math.round(columns + (count - 1) / 2)
    if (i >= 0 && i < count) readout.textContent = reading(data, i)
  }
  svg.onpointermove = read
  svg.onpointerdown = read
  if (!self.observer) {
    self.observer = new ResizeObserver(() => self.paint())
    self.observer.observe(svg.parentElement)
  }
  paint()
  return () => {
    cancelAnimationFrame(self.frame)
    self.observer.disconnect()
    LOCAL.delete(root)
  }
}
