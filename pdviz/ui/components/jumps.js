// What the stage asks of the server, the step and the position looked at, and what it takes from it.
//
// The hand is ahead of the server: what comes back may be older than what is shown. It is newer if its
// revision is another, or if its number is not below that of the last edit sent.

/** Milliseconds between two edits. */
const PAUSE = 50

/** @typedef {"step" | "position"} Field */
/** @typedef {Partial<Record<Field, number>>} Values */
/** What was told last, what was asked and is not answered yet, with its number, and what waits to be sent.
 * @typedef {{ rev: number, seq: number, told: Values, sent: Values, number: Values, waiting: Values, timer: number,
 *   last: number, post: (name: string, value: unknown) => void }} Link */

const FIELDS = /** @type {Field[]} */ (["step", "position"])

/** @returns {Link} */
export const link = () =>
  ({ rev: -1, seq: 0, told: {}, sent: {}, number: {}, waiting: {}, timer: 0, last: -PAUSE, post: () => {} })

/** Ask for a step or a position: at once, or as soon as may be; the last one asked for always arrives. */
export function ask(/** @type {Link} */ self, /** @type {Field} */ field, /** @type {number} */ value) {
  if ((self.sent[field] ?? self.told[field]) === value && self.waiting[field] === undefined) return
  self.waiting[field] = value
  self.sent[field] = value
  if (!self.timer) self.timer = window.setTimeout(() => flush(self), Math.max(0, self.last + PAUSE - performance.now()))
}

/** Send nothing for now; what waits is sent after `wake`. */
export function sleep(/** @type {Link} */ self) {
  clearTimeout(self.timer)
  self.timer = 0
}

/** Send what waits. */
export function wake(/** @type {Link} */ self) {
  if (!self.timer && Object.keys(self.waiting).length) self.timer = window.setTimeout(() => flush(self), PAUSE)
}

function flush(/** @type {Link} */ self) {
  self.timer = 0
  const field = FIELDS.find((name) => self.waiting[name] !== undefined)
  if (!field) return
  const value = self.waiting[field]
  delete self.waiting[field]
  self.last = performance.now()
  self.number[field] = ++self.seq
  self.post("edit", { rev: self.rev, seq: self.seq, value: { [field]: value } })
  wake(self)
}

/** What the server says that is new: neither known from it before nor asked of it. An edit that was lost under a
 * later one of the other field is asked for again.
 * @returns {Partial<Record<Field, number>>} */
export function hear(/** @type {Link} */ self,
  /** @type {{ rev: number, seq: number, step: number, position: number }} */ data) {
  const moved = data.rev !== self.rev
  if (!moved && (data.seq < self.seq || Object.keys(self.waiting).length)) return {}
  self.rev = data.rev
  self.seq = Math.max(self.seq, data.seq)
  /** @type {Partial<Record<Field, number>>} */
  const news = {}
  for (const field of FIELDS) {
    const value = data[field], sent = self.sent[field]
    const lost = !moved && sent !== undefined && value === self.told[field] && self.number[field] !== data.seq
    const before = self.told[field]
    self.told[field] = value
    delete self.sent[field]
    if (value === sent) continue
    if (lost) ask(self, field, sent)
    else if (sent !== undefined || value !== before) news[field] = value
  }
  return news
}
