// A short section of a signal, as the server would send it.

/** Encode numbers as the server does.
 * @param {Int32Array | Float32Array | Float64Array} numbers */
export const encode = (numbers) => btoa(String.fromCharCode(...new Uint8Array(numbers.buffer)))

/** Return what the server sends of a signal of eleven samples, 0, 10, …, 100, of which five are shown, from the fourth
 * on; under a kernel with taps at −2, 0, 1 and 3, weighted 1, 2, 4 and 8, whose island is 0 and 1.
 * @param {object} changes */
export const sectionData = (changes = {}) => ({
  kind: /** @type {const} */ ("signal"), rev: 0, seq: 0, edited: { rev: 0, seq: 0 }, query: "", position: 2,
  title: "Ramp", unit: "V", outputUnit: "mV",
  timeUnit: "s", timeStart: 2, rate: 10, first: 3, count: 5, wholeFirst: 2, wholeStop: 8,
  samplesFirst: 1, samples: encode(Float32Array.of(10, 20, 30, 40, 50, 60, 70, 80, 90, 100)),
  output: encode(Float32Array.of(330, 480, 630, 780, 930)),
  offsets: encode(Int32Array.of(-2, 0, 1, 3)), weights: encode(Float64Array.of(1, 2, 4, 8)), left: 1, island: 2,
  ...changes,
})

/** Return taps at these offsets, as the server sends them.
 * @param {...number} offsets */
export const tapsAt = (...offsets) => ({
  offsets: encode(Int32Array.from(offsets)), weights: encode(Float64Array.from(offsets, () => 1)),
  left: 0, island: offsets.length,
})
