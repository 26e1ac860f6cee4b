// Numbers as the server sends them: little-endian, as every machine with a browser has them, in base64.

/** The bytes of a text in base64. */
export function bytes(/** @type {string} */ text) {
  const characters = atob(text), made = new Uint8Array(characters.length)
  for (let i = 0; i < made.length; i++) made[i] = characters.charCodeAt(i)
  return made.buffer
}
