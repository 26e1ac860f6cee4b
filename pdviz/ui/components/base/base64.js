// Numbers as the server sends them: little-endian, as every machine with a browser has them, in base64.

/** Decode a text in base64.
 * @param {string} text */
export function bytes(text) {
  const characters = atob(text), decoded = new Uint8Array(characters.length)
  for (let i = 0; i < decoded.length; i++) decoded[i] = characters.charCodeAt(i)
  return decoded.buffer
}
