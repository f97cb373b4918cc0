/** One drawn digit under the microscope, as zoo/lab/drawing.py: changed a little, and pixel by pixel as evidence. */

import { round } from "./numbers.js";
import { SIDE } from "./digit.js";

/** @typedef {import("./classifier.js").Classifier} Classifier */

/** @type {Record<string, (x: Float32Array, amount: number) => Float32Array>} By what is changed; the image's levels in and out. */
const CHANGES = { turn, shift, thicken };

/**
 * Return an image changed by an amount: degrees counterclockwise, pixels to the right, or pixels added on every side.
 * @param {Uint8Array} image 28 x 28
 * @param {string} change a key of CHANGES
 * @param {number} amount 0 changes nothing
 */
export function changed(image, change, amount) {
  const levels = CHANGES[change](Float32Array.from(image), amount);
  return Uint8Array.from(levels, (level) => Math.min(255, Math.max(0, round(level))));
}

/** @param {Float32Array} x @param {number} degrees */
function turn(x, degrees) {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const middle = (SIDE - 1) / 2;
  return sampled(x, (row, column) => {
    const [across, down] = [column - middle, row - middle];
    return [sin * across + cos * down + middle, cos * across - sin * down + middle];
  });
}

/** @param {Float32Array} x @param {number} pixels */
function shift(x, pixels) {
  return sampled(x, (row, column) => [row, column - pixels]);
}

/**
 * Return the image as seen at other places, bilinearly; outside it is dark.
 * @param {Float32Array} x
 * @param {(row: number, column: number) => [number, number]} place where a pixel comes from: row, column
 */
function sampled(x, place) {
  /** @param {number} row @param {number} column */
  const at = (row, column) => (row < 0 || column < 0 || row >= SIDE || column >= SIDE ? 0 : x[row * SIDE + column]);
  const y = new Float32Array(x.length);
  for (let i = 0; i < y.length; i++) {
    const [row, column] = place(Math.floor(i / SIDE), i % SIDE);
    const [top, left] = [Math.floor(row), Math.floor(column)];
    const [down, across] = [row - top, column - left];
    const above = at(top, left) * (1 - across) + at(top, left + 1) * across;
    const below = at(top + 1, left) * (1 - across) + at(top + 1, left + 1) * across;
    y[i] = above * (1 - down) + below * down;
  }
  return y;
}

/** Grow (or, below 0, thin) what is light. @param {Float32Array} x @param {number} pixels */
function thicken(x, pixels) {
  const sign = pixels >= 0 ? 1 : -1;
  let grown = x.map((level) => sign * level);
  for (let left = Math.abs(pixels); left > 0; left--) {
    const [before, share] = [grown, Math.min(left, 1)];
    grown = highestNear(before).map((level, i) => before[i] + share * (level - before[i]));
  }
  return grown.map((level) => sign * level);
}

/** Return the highest of each pixel and its eight neighbours. @param {Float32Array} x */
function highestNear(x) {
  const last = SIDE - 1;
  const wide = x.map((level, i) => Math.max(level, i % SIDE ? x[i - 1] : -Infinity, i % SIDE < last ? x[i + 1] : -Infinity));
  return wide.map((level, i) => Math.max(level, wide[i - SIDE] ?? -Infinity, wide[i + SIDE] ?? -Infinity));
}

/**
 * Return for each class what every pixel's light adds to its logit, and that logit. The model is one affine layer.
 * @param {Classifier} model
 * @param {Uint8Array} image 28 x 28
 */
export function evidence({ architecture, tensors, config }, image) {
  const { weight = "", bias } = architecture.stages[0].layers.find((layer) => layer.weight) ?? {};
  const weights = /** @type {import("./layers.js").Tensor} */ (tensors.get(weight)).data;
  const offsets = tensors.get(bias ?? "")?.data;
  const { mean, std } = config.preprocessing;
  return config.labels.map((_, label) => {
    const pixels = new Float32Array(image.length);
    let score = offsets ? offsets[label] : 0;
    for (let i = 0; i < image.length; i++) {
      const each = weights[label * image.length + i];
      pixels[i] = (each * image[i]) / 255 / std;
      score += pixels[i] - (each * mean) / std;
    }
    return { pixels, score };
  });
}
