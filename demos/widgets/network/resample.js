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
  for (let y = 0, to = 0; y < plane.height; y++) {
    for (let x = 0; x < width; x++, to++) {
      const { first, count, weight } = across[x];
      let sum = 0;
      for (let from = y * plane.width + first, end = from + count; from < end; from++) sum += plane.data[from] * weight;
      wide[to] = sum;
    }
  }
  const data = new Float32Array(width * height);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    const { first, count, weight } = down[y];
    sums.fill(0);
    for (let row = first, from = first * width; row < first + count; row++) {
      for (let x = 0; x < width; x++, from++) sums[x] += wide[from] * weight;
    }
    data.set(sums, y * width);
  }
  return { width, height, data };
}

/** @typedef {{ first: number, count: number, weight: number }} Window old pixels under a new one, and how much each counts */

/**
 * Return which old pixels each new one covers.
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
    let first = Math.max(0, Math.trunc(centre - stretch / 2 + 0.5));
    let last = Math.min(size, Math.trunc(centre + stretch / 2 + 0.5));
    const covers = (/** @type {number} */ place) => place > -0.5 && place <= 0.5;
    while (first < last && !covers((first - centre + 0.5) / stretch)) first += 1;
    while (first < last && !covers((last - centre - 0.5) / stretch)) last -= 1;
    return { first, count: last - first, weight: 1 / (last - first) };
  });
}
