/** Find the ink of a drawing on transparent ground, as zoo/pictures/ink.py does: its alpha, stretched from ground to stroke. */

/** @typedef {import("./resample.js").Plane} Plane */
/** @typedef {{ width: number, height: number, data: Uint8Array | Uint8ClampedArray }} Canvas its RGBA, row by row */

const LEVELS = 256; // of alpha
const FAINTEST = 16 / 255; // a difference from the ground smaller than this is no ink
const BINS = 64; // of the histogram that parts ground from ink

/** There is nothing on the canvas that could be read. */
export class NoInk extends Error {}

/**
 * Return how much ink covers each pixel, in [0, 1]; 0.5 is half way between ground and ink. Throws NoInk for a blank canvas.
 * @param {Canvas} canvas
 * @returns {Plane}
 */
export function ink({ width, height, data }) {
  const counts = new Array(LEVELS).fill(0);
  for (let i = 3; i < data.length; i += 4) counts[data[i]] += 1;
  const coverage = stretch(counts);
  const plane = new Float32Array(width * height);
  for (let i = 0; i < plane.length; i++) plane[i] = coverage[data[4 * i + 3]];
  return { width, height, data: plane };
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
