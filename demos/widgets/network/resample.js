/** Resize a plane of numbers by area, with the arithmetic of Pillow's BOX filter. */

/** @typedef {{ width: number, height: number, data: Float32Array }} Plane row by row */

/**
 * Return the part of a plane inside a box at a new size: each new pixel is the mean of the old ones under it.
 * @param {Plane} plane
 * @param {number} width
 * @param {number} height
 * @param {number[]} box left, top, right, bottom
 * @returns {Plane}
 */
export function resizeBox(plane, width, height, [left, top, right, bottom] = [0, 0, plane.width, plane.height]) {
  const across = windows(plane.width, left, right, width);
  const down = windows(plane.height, top, bottom, height);
  const wide = new Float32Array(width * plane.height);
  for (let y = 0; y < plane.height; y++) {
    for (let x = 0; x < width; x++) wide[y * width + x] = weigh(plane.data, y * plane.width, 1, across[x]);
  }
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = weigh(wide, x, width, down[y]);
  }
  return { width, height, data };
}

/** @typedef {{ first: number, weights: number[] }} Window */

/**
 * Return which old pixels each new one covers, and how much each of them counts.
 * @param {number} size
 * @param {number} from
 * @param {number} to
 * @param {number} count
 * @returns {Window[]}
 */
function windows(size, from, to, count) {
  // Pillow takes the box as float32.
  const [low, high] = [Math.fround(from), Math.fround(to)];
  const scale = Math.fround(high - low) / count;
  const stretch = Math.max(scale, 1);
  return Array.from({ length: count }, (_, i) => {
    const centre = low + (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - stretch / 2 + 0.5));
    const last = Math.min(size, Math.trunc(centre + stretch / 2 + 0.5));
    const covers = (/** @type {number} */ place) => place > -0.5 && place <= 0.5;
    const weights = Array.from({ length: last - first }, (_, k) => Number(covers((k + first - centre + 0.5) / stretch)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => (sum ? weight / sum : 0)) };
  });
}

/** @param {Float32Array} data @param {number} start @param {number} step @param {Window} window */
function weigh(data, start, step, { first, weights }) {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += data[start + (first + k) * step] * weights[k];
  return sum;
}
