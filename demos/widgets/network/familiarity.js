/** Is a picture like anything that a network was trained on? As zoo/familiarity.py measures it. */

const SIDE = 7; // of the thumbnail
const SCALE = 10; // grey levels run from 0 to 10
const BLOCK = 4; // pixels of 28 in one of the thumbnail

/** @typedef {{ means: ArrayLike<number>, precision: ArrayLike<number>, threshold: number }} Familiar (classes, D) and (D, D), row by row */

/**
 * Describe a picture by the logits and a thumbnail.
 * @param {Uint8Array} image 28 x 28
 * @param {ArrayLike<number>} logits
 * @returns {Float64Array}
 */
export function features(image, logits) {
  const described = new Float64Array(logits.length + SIDE * SIDE);
  described.set(logits);
  for (let i = 0; i < image.length; i++) {
    const [row, column] = [Math.floor(i / 28), i % 28];
    const place = Math.floor(row / BLOCK) * SIDE + Math.floor(column / BLOCK);
    described[logits.length + place] += (SCALE * image[i]) / 255 / BLOCK ** 2;
  }
  return described;
}

/**
 * Return the squared distance from the nearest class.
 * @param {Float64Array} described
 * @param {Familiar} familiar
 */
export function strangeness(described, { means, precision }) {
  const size = described.length;
  const away = new Float64Array(size);
  let nearest = Infinity;
  for (let start = 0; start < means.length; start += size) {
    for (let i = 0; i < size; i++) away[i] = described[i] - means[start + i];
    let distance = 0;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += precision[i * size + j] * away[j];
      distance += sum * away[i];
    }
    nearest = Math.min(nearest, distance);
  }
  return nearest;
}
