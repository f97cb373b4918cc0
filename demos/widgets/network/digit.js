/** Turn a drawing into the 28 x 28 picture that MNIST would have stored: the steps of zoo/pictures/digit.py. */

import { boxOfInk, ink, inkOfLevels } from "./ink.js";
import { components, distance, placesOf, thin } from "./morphology.js";
import { maximum, median, round, toGrey } from "./numbers.js";
import { resizeBox } from "./resample.js";

/** @typedef {import("./resample.js").Plane} Plane */
/** @typedef {import("./morphology.js").Mask} Mask */
/** @typedef {{ name: string, width: number, height: number, data: Uint8Array }} Step a grey picture */

export const SIDE = 28;
const BOX = 20; // MNIST: the longer side of a digit, in pixels
const STROKE = 2.2; // MNIST: the median width of a stroke, in pixels
const GRID = 80; // strokes are measured and redrawn with the longer side of the digit this long
const REACH = 24; // half the width of the widest stroke measured; margin around that grid
const LEAST_STROKE = { area: 0.02, length: 0.15 }; // of the largest part's: what is smaller is a speck

/**
 * Return the image that the networks read from a canvas, 28 x 28, and what makes the pictures on the way to it, in order, the image
 * last. Throws NoInk for a blank canvas.
 * @param {import("./ink.js").Canvas} canvas black ink on transparent ground
 * @returns {{ image: Uint8Array, steps: () => Step[] }}
 */
export function prepare(canvas) {
  const shares = inkOfLevels(canvas);
  const drawn = ink(canvas, shares, boxOfInk(canvas, shares)); // the rest is searched no further
  const { grid, evened } = evenStrokes(withoutSpecks(drawn));
  const centre = grey("centre", fit(evened));
  const steps = () => [
    { name: "drawing", width: canvas.width, height: canvas.height, data: onWhite(canvas) },
    grey("ink", ink(canvas, shares)),
    grey("crop", grid),
    grey("stroke", evened),
    centre,
  ];
  return { image: centre.data, steps };
}

/** @param {string} name @param {Plane} plane @returns {Step} */
const grey = (name, { width, height, data }) => ({ name, width, height, data: toGrey(data) });

/** @param {import("./ink.js").Canvas} canvas */
function onWhite({ data }) {
  const pixels = new Uint8Array(data.length / 4);
  for (let i = 0; i < pixels.length; i++) pixels[i] = 255 - data[4 * i + 3];
  return pixels;
}

/** @param {Plane} plane @returns {Mask} */
function inside({ width, height, data }) {
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) mask[i] = Number(data[i] > 0.5);
  return { width, height, data: mask };
}

/**
 * Cut out of coverage the box around its strokes, without what is too small beside them to be one: a tap of the pen or dirt.
 * @param {Plane} coverage
 * @returns {Plane}
 */
function withoutSpecks(coverage) {
  const { runs, parts } = components(coverage, 0.5);
  const length = (/** @type {import("./morphology.js").Part} */ part) => Math.max(part.right - part.left, part.bottom - part.top);
  const largest = maximum(parts.map(({ size }) => size));
  const isLarge = parts.map(({ size }) => size >= LEAST_STROKE.area * largest);
  const longest = maximum(parts.filter((_, i) => isLarge[i]).map(length));
  const isStroke = parts.map((part, i) => isLarge[i] && length(part) >= LEAST_STROKE.length * longest);
  const strokes = parts.filter((_, i) => isStroke[i]);
  const top = Math.min(...strokes.map((part) => part.top));
  const left = Math.min(...strokes.map((part) => part.left));
  const height = maximum(strokes.map((part) => part.bottom)) - top;
  const width = maximum(strokes.map((part) => part.right)) - left;
  const data = new Float32Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let from = (y + top) * coverage.width + left, end = from + width; from < end; from++, to++) data[to] = notInside(coverage.data[from]);
  }
  for (const { row, from, to, part } of runs) {
    if (isStroke[part] || row < top || row >= top + height) continue;
    for (let x = Math.max(from, left); x < Math.min(to, left + width); x++) data[(row - top) * width + x - left] = JUST_OUTSIDE;
  }
  return { width, height, data };
}

const JUST_OUTSIDE = 0.49;

/** Return a share of ink: one that is not inside is clearly not. @param {number} share */
const notInside = (share) => (share > 0.5 || share < JUST_OUTSIDE ? share : JUST_OUTSIDE);

/**
 * Redraw the strokes at MNIST's width.
 * @param {Plane} cropped
 * @returns {{ grid: Plane, evened: Plane }} it on the working grid, and redrawn on the same grid
 */
function evenStrokes(cropped) {
  const scale = GRID / Math.max(cropped.height, cropped.width);
  const size = [cropped.width, cropped.height].map((side) => Math.max(1, round(side * scale)));
  const small = resizeBox(cropped, size[0], size[1]);
  const strokes = inside(framed(small, 1)); // so that there is ground on every side
  const [depths, centres] = [distance(strokes, 0, REACH), thin(strokes)];
  const stroke = 2 * median(Float32Array.from(placesOf(centres.data), (i) => depths[i])) - 1;
  const target = targetWidth(stroke);
  const pen = 2 + Math.trunc(target / 2); // nothing is drawn farther from the strokes
  const [mask, depth] = [framed(strokes, pen), framed({ ...strokes, data: depths }, pen).data];
  const [around, fromLine] = [distance(mask, 1, pen), distance(framed(centres, pen), 1, pen)];
  // The shape grown or shrunk all round; a stroke thinner than the rest keeps at least its centre line.
  const [grown, half] = [(target - stroke) / 2, target / 2];
  const data = new Float32Array(depth.length);
  for (let i = 0; i < data.length; i++) {
    const outside = mask.data[i] ? 0.5 - depth[i] : around[i] - 0.5;
    data[i] = Math.min(1, Math.max(0, 0.5 + Math.max(grown - outside, half - fromLine[i])));
  }
  return { grid: framed(small, REACH), evened: framed({ ...mask, data }, REACH - 1 - pen) };
}

/** Return the width that is STROKE of 28 once the digit, drawn with it, is BOX long; both in grid pixels. @param {number} stroke */
function targetWidth(stroke) {
  const centreLine = Math.max(GRID - stroke, GRID / 8);
  return (STROKE * centreLine) / (BOX - STROKE);
}

/**
 * Put nothing around a plane or a mask.
 * @template {Uint8Array | Float32Array} Data
 * @param {{ width: number, height: number, data: Data }} plane
 * @param {number} margin
 */
function framed({ width, height, data }, margin) {
  const wide = width + 2 * margin;
  const length = wide * (height + 2 * margin);
  const plane = /** @type {Data} */ (data instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length));
  for (let y = 0; y < height; y++) plane.set(data.subarray(y * width, (y + 1) * width), (y + margin) * wide + margin);
  return { width: wide, height: height + 2 * margin, data: plane };
}

/** Scale the longer side to BOX pixels by area and put the centre of mass in the middle. @param {Plane} coverage @returns {Plane} */
function fit(coverage) {
  const { width, height, data } = coverage;
  const [rows, columns] = [new Float32Array(height), new Float32Array(width)];
  let [mass, x, y] = [0, 0, 0];
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      if (!data[i]) continue;
      mass += data[i];
      x += data[i] * (column + 0.5);
      y += data[i] * (row + 0.5);
      rows[row] = Math.max(rows[row], data[i]);
      columns[column] = Math.max(columns[column], data[i]);
    }
  }
  const half = ((SIDE / 2) * Math.max(extent(rows), extent(columns))) / BOX;
  const margin = Math.trunc(half) + 1; // so that the frame lies inside the picture wherever the centre is
  const [centreX, centreY] = [x / mass + margin, y / mass + margin];
  return resizeBox(framed(coverage, margin), SIDE, SIDE, [centreX - half, centreY - half, centreX + half, centreY + half]);
}

/** Return how far ink reaches along a profile, an edge pixel counted by its coverage. @param {Float32Array} profile */
function extent(profile) {
  const first = profile.findIndex((share) => share > 0);
  const last = profile.findLastIndex((share) => share > 0);
  return last - first - 1 + profile[first] + profile[last];
}
