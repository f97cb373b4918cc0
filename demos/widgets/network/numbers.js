/** What numpy does in a word and JavaScript does not. */

/** Round to the nearest whole number, halves to the even one. @param {number} value */
export function round(value) {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}

/** Return shares in [0, 1] as grey levels. @param {Float32Array} shares */
export function toGrey(shares) {
  const levels = new Uint8Array(shares.length);
  for (let i = 0; i < shares.length; i++) levels[i] = round(255 * shares[i]);
  return levels;
}

/** @param {ArrayLike<number>} values */
export function maximum(values) {
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] > largest) largest = values[i];
  return largest;
}

/** @param {Float32Array} values at least one */
export function median(values) {
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
