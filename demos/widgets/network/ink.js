/** Find the ink of a drawing on transparent ground, as zoo/pictures/ink.py does: its alpha, stretched from ground to stroke. */

/** @typedef {import("./resample.js").Plane} Plane */
/** @typedef {{ width: number, height: number, data: Uint8Array | Uint8ClampedArray }} Canvas its RGBA, row by row */

const LEVELS = 256; // of alpha
const ALPHA = 24; // bits below it in a pixel
const FAINTEST = 16 / 255; // a difference from the ground smaller than this is no ink
const BINS = 64; // of the histogram that parts ground from ink

/** There is nothing on the canvas that could be read. */
export class NoInk extends Error {}

/** @typedef {{ top: number, bottom: number, left: number, right: number }} Box ends excluded */

/**
 * Return how much ink each level of a canvas's alpha is, in [0, 1]; 0.5 is half way between ground and ink. Throws NoInk for a
 * blank canvas.
 * @param {Canvas} canvas
 */
export function inkOfLevels(canvas) {
  const counts = new Array(LEVELS).fill(0);
  const pixels = pixelsOf(canvas);
  for (let i = 0; i < pixels.length; i++) if (pixels[i]) counts[pixels[i] >>> ALPHA] += 1;
  counts[0] = pixels.length - counts.reduce((sum, count) => sum + count, 0); // most are blank
  return stretch(counts);
}

/** Return a canvas's pixels, a number each: four times as fast to go through as its bytes. @param {Canvas} canvas */
const pixelsOf = ({ data }) => new Uint32Array(data.buffer, data.byteOffset, data.length / 4);

/**
 * Return how much ink covers each pixel of a canvas, or of the part of it in a box.
 * @param {Canvas} canvas
 * @param {Float32Array} shares of its levels
 * @param {Box} [box]
 * @returns {Plane}
 */
export function ink(canvas, shares, { top, bottom, left, right } = { top: 0, bottom: canvas.height, left: 0, right: canvas.width }) {
  const pixels = pixelsOf(canvas);
  const plane = new Float32Array((bottom - top) * (right - left));
  for (let y = top, to = 0; y < bottom; y++) {
    for (let from = y * canvas.width + left, end = from + right - left; from < end; from++, to++) plane[to] = shares[pixels[from] >>> ALPHA];
  }
  return { width: right - left, height: bottom - top, data: plane };
}

/**
 * Return the box around everything that is ink rather than ground.
 * @param {Canvas} canvas
 * @param {Float32Array} shares of its levels
 * @returns {Box}
 */
export function boxOfInk(canvas, shares) {
  const { width, height } = canvas;
  const pixels = pixelsOf(canvas);
  const least = shares.findIndex((share) => share > 0.5) * 2 ** ALPHA; // a pixel of ink is at least this
  const box = { top: height, bottom: 0, left: width, right: 0 };
  for (let y = 0, row = 0; y < height; y++, row += width) {
    let x = 0;
    while (x < width && pixels[row + x] < least) x++;
    if (x === width) continue;
    if (x < box.left) box.left = x;
    for (x = width - 1; x >= box.right && pixels[row + x] < least; ) x--;
    if (x >= box.right) box.right = x + 1;
    if (y < box.top) box.top = y;
    box.bottom = y + 1;
  }
  return box;
}

/**
 * Return for each level of alpha how much ink it is: ground is 0 and stroke 1.
 * @param {number[]} counts of pixels, a level each
 */
function stretch(counts) {
  const shares = Float32Array.from(counts, (_, level) => level / (LEVELS - 1));
  const split = otsu(shares, counts);
  const ground = meanOf(shares, counts, (share) => share <= split);
  const strokes = meanOf(shares, counts, (share) => share > split);
  const largest = shares[counts.findLastIndex((count) => count > 0)];
  if (!(largest >= FAINTEST && strokes - ground >= FAINTEST)) throw new NoInk("no ink found: the canvas is blank");
  return shares.map((share) => Math.min(1, Math.max(0, (share - ground) / (strokes - ground))));
}

/**
 * Return the mean of the values that `belongs` says yes to, NaN where there are none.
 * @param {Float32Array} values
 * @param {number[]} counts of each
 * @param {(value: number) => boolean} belongs
 */
function meanOf(values, counts, belongs) {
  let [sum, number] = [0, 0];
  values.forEach((value, i) => {
    if (belongs(value)) [sum, number] = [sum + counts[i] * value, number + counts[i]];
  });
  return sum / number;
}

/**
 * Return the threshold that parts values into two classes best (Otsu, 1979).
 * @param {Float32Array} values in ascending order
 * @param {number[]} counts of each
 */
export function otsu(values, counts) {
  const { bins, edges } = histogram(values, counts);
  const centres = bins.map((_, i) => Math.fround((edges[i] + edges[i + 1]) / 2));
  const number = bins.reduce((sum, count) => sum + count, 0);
  const total = bins.reduce((sum, count, i) => sum + count * centres[i], 0);
  let [below, sumBelow, widest, split] = [0, 0, -1, NaN];
  for (let i = 0; i < BINS - 1; i++) {
    below += bins[i];
    sumBelow += bins[i] * centres[i];
    const above = number - below;
    const apart = sumBelow / Math.max(below, 1) - (total - sumBelow) / Math.max(above, 1);
    const between = below * above * apart ** 2;
    if (between > widest) [widest, split] = [between, edges[i + 1]];
  }
  return split;
}

/**
 * Count values in equal bins between the lowest and the highest, with the arithmetic of np.histogram on float32.
 * @param {Float32Array} values in ascending order
 * @param {number[]} counts of each
 */
function histogram(values, counts) {
  const present = counts.map((_, i) => i).filter((i) => counts[i]);
  let [low, high] = [values[present[0]], values[/** @type {number} */ (present.at(-1))]];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const range = Math.fround(high - low);
  const step = Math.fround(range / BINS);
  const edges = Array.from({ length: BINS + 1 }, (_, i) => (i === BINS ? high : Math.fround(Math.fround(i * step) + low)));
  const bins = new Array(BINS).fill(0);
  for (const i of present) {
    const place = Math.fround(Math.fround(Math.fround(values[i] - low) / range) * BINS);
    let bin = Math.min(BINS - 1, Math.trunc(place));
    if (values[i] < edges[bin]) bin -= 1;
    else if (values[i] >= edges[bin + 1] && bin !== BINS - 1) bin += 1;
    bins[bin] += counts[i];
  }
  return { bins, edges };
}
