/** Turn a drawing into the 28 x 28 picture that MNIST would have stored: the steps of zoo/pictures/digit.py. */

import { boxOfInk, ink, inkOfLevels } from "./ink.js";
import { components, distance, thin } from "./morphology.js";
import { maximum, median, round, toGrey } from "./numbers.js";
import { resizeBox } from "./resample.js";

/** @typedef {import("./resample.js").Plane} Plane */
/** @typedef {import("./morphology.js").Mask} Mask */
/** @typedef {import("./ink.js").Box} Box */
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
  const { grid, evened } = evenStrokes(crop(drawn, withoutSpecks(inside(drawn))));
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

/** Drop what is too small beside the digit to be a stroke: a tap of the pen or dirt. @param {Mask} mask @returns {Mask} */
function withoutSpecks(mask) {
  const { width, height } = mask;
  const { labels, count } = components(mask);
  const parts = Array.from({ length: count + 1 }, () => ({ size: 0, top: height, bottom: 0, left: width, right: 0 }));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!labels[i]) continue;
      const part = parts[labels[i]];
      part.size += 1;
      if (x < part.left) part.left = x;
      if (x > part.right) part.right = x;
      if (y < part.top) part.top = y;
      part.bottom = y;
    }
  }
  const lengths = parts.map((part) => Math.max(part.right - part.left, part.bottom - part.top) + 1);
  const largest = maximum(parts.map((part) => part.size));
  const large = parts.map((part) => part.size > 0 && part.size >= LEAST_STROKE.area * largest);
  const longest = maximum(lengths.filter((_, label) => large[label]));
  const strokes = parts.map((_, label) => Number(large[label] && lengths[label] >= LEAST_STROKE.length * longest));
  const data = new Uint8Array(labels.length);
  for (let i = 0; i < data.length; i++) data[i] = strokes[labels[i]];
  return { ...mask, data };
}

/** Cut the box around mask out of coverage, without what is not in the mask. @param {Plane} coverage @param {Mask} mask @returns {Plane} */
function crop(coverage, mask) {
  const data = coverage.data.map((share, i) => (mask.data[i] ? share : Math.min(share, 0.49)));
  return cut({ ...coverage, data }, boxAround(mask));
}

/** @param {Plane} plane @param {Box} box @returns {Plane} */
function cut({ width, data }, { top, bottom, left, right }) {
  const part = new Float32Array((bottom - top) * (right - left));
  for (let y = top; y < bottom; y++) part.set(data.subarray(y * width + left, y * width + right), (y - top) * (right - left));
  return { width: right - left, height: bottom - top, data: part };
}

/** @param {{ width: number, height: number, data: ArrayLike<number> }} picture not all zero @returns {Box} */
function boxAround({ width, height, data }) {
  const box = { top: height, bottom: 0, left: width, right: 0 };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!data[i]) continue;
      if (y < box.top) box.top = y;
      if (x < box.left) box.left = x;
      if (x >= box.right) box.right = x + 1;
      box.bottom = y + 1;
    }
  }
  return box;
}

/**
 * Redraw the strokes at MNIST's width.
 * @param {Plane} cropped
 * @returns {{ grid: Plane, evened: Plane }} it on the working grid, and redrawn on the same grid
 */
function evenStrokes(cropped) {
  const scale = GRID / Math.max(cropped.height, cropped.width);
  const size = [cropped.width, cropped.height].map((side) => Math.max(1, round(side * scale)));
  const grid = framed(resizeBox(cropped, size[0], size[1]), REACH);
  const mask = inside(grid);
  const depth = distance(mask, 0, REACH);
  const lines = thin(mask);
  const stroke = 2 * median(depth.filter((_, i) => lines.data[i])) - 1;
  const target = targetWidth(stroke);
  const pen = 2 + Math.trunc(target / 2);
  const around = distance(mask, 1, pen);
  const fromLine = distance(lines, 1, pen);
  // The shape grown or shrunk all round; a stroke thinner than the rest keeps at least its centre line.
  const data = depth.map((deep, i) => {
    const outside = mask.data[i] ? 0.5 - deep : around[i] - 0.5;
    return Math.min(1, Math.max(0, 0.5 + Math.max((target - stroke) / 2 - outside, target / 2 - fromLine[i])));
  });
  return { grid, evened: { ...grid, data } };
}

/** Return the width that is STROKE of 28 once the digit, drawn with it, is BOX long; both in grid pixels. @param {number} stroke */
function targetWidth(stroke) {
  const centreLine = Math.max(GRID - stroke, GRID / 8);
  return (STROKE * centreLine) / (BOX - STROKE);
}

/** Put nothing around a plane. @param {Plane} plane @param {number} margin @returns {Plane} */
function framed({ width, height, data }, margin) {
  const wide = width + 2 * margin;
  const plane = new Float32Array(wide * (height + 2 * margin));
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
