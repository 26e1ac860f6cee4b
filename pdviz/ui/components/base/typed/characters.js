// Names of characters that cannot be seen, or that look like others: what a refusal quotes must show why.

/** A character without ink: of format, control, separation, combination, or of no use. Blanks that every keyboard has
 * are expected to have none. */
const INVISIBLE =
  /(?![ \t\r\n])[\p{Cf}\p{Cc}\p{Zs}\p{Zl}\p{Zp}\p{M}\p{Co}\p{Cn}\p{Cs}\u115f\u1160\u2800\u3164\uffa0]/u
/** A character that no keyboard's digit, letter or sign is, but for what our own texts have. */
const OTHER = /[^\t\r\n -~−…]/u
const BEFORE = 12 // characters that are repeated of what stands before one

/** @type {[number, number, string][]} */
const NAMES = [
  [0x00a0, 0x00a0, "no-break space"], [0x00ad, 0x00ad, "soft hyphen"], [0x2000, 0x200a, "typographic space"],
  [0x200b, 0x200b, "zero-width space"], [0x200c, 0x200c, "zero-width non-joiner"],
  [0x200d, 0x200d, "zero-width joiner"], [0x200e, 0x200e, "left-to-right mark"],
  [0x200f, 0x200f, "right-to-left mark"], [0x2028, 0x2028, "line separator"], [0x2029, 0x2029, "paragraph separator"],
  [0x202a, 0x202e, "direction mark"], [0x202f, 0x202f, "narrow no-break space"],
  [0x205f, 0x205f, "mathematical space"], [0x2060, 0x2060, "word joiner"], [0x2061, 0x2064, "invisible operator"],
  [0x2066, 0x2069, "direction mark"], [0x3000, 0x3000, "ideographic space"], [0xfe00, 0xfe0f, "variation selector"],
  [0xfeff, 0xfeff, "byte-order mark"], [0x0000, 0x001f, "control character"], [0x007f, 0x009f, "control character"],
]

/** Return the code point of a character: "U+200B".
 * @param {string} char */
const codeOf = (char) =>
  `U+${/** @type {number} */ (char.codePointAt(0)).toString(16).toUpperCase().padStart(4, "0")}`

/** Name a character that cannot be used: what it is and where it stands, where the eye cannot tell.
 * @param {string} char
 * @param {string} before what stands before it */
export function nameCharacter(char, before) {
  if (!INVISIBLE.test(char)) return OTHER.test(char) ? `“${char}”, ${codeOf(char)}` : `“${char}”`
  const code = /** @type {number} */ (char.codePointAt(0))
  const [, , name] = NAMES.find(([first, last]) => first <= code && code <= last) ?? [0, 0, "invisible character"]
  const seen = [...before.slice(-4 * BEFORE)].filter((each) => !INVISIBLE.test(each))
  const ink = seen.slice(-BEFORE).join("").trimStart()
  return `${name}, ${codeOf(char)}, ${ink ? `after ${ink}` : "at the start"}`
}

/** Name the first character of a text that a pattern finds, "" where there is none.
 * @param {RegExp} pattern
 * @param {string} text */
function nameFirst(pattern, text) {
  const match = pattern.exec(text)
  return match ? nameCharacter(match[0], text.slice(0, match.index)) : ""
}

/** Name the first character of a text that cannot be seen, "" where all can.
 * @param {string} text */
export const nameInvisible = (text) => nameFirst(INVISIBLE, text)

/** Quote what was typed, shortened, with the name of what is not what it looks like.
 * @param {string} text
 * @param {number} most characters */
export function quoteTyped(text, most = 20) {
  const quoted = `“${text.length > most ? `${text.slice(0, most)}…` : text}”`
  const unusual = nameInvisible(text) || nameFirst(OTHER, text)
  return unusual ? `${quoted} (${unusual})` : quoted
}
