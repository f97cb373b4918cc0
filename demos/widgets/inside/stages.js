/** Lay out what a stage of a network makes of a picture, as demos/frame/stages.py does on the server. */

import { grey } from "../thumbnails/pictures.js";

const MOST_ABREAST = 8; // feature maps in a row, where there are more than a row of six
const LINES = 4; // that a long vector is broken into

/**
 * Return a stage's maps (C, H, W), or its numbers (N), side by side; the lightest is the largest of the stage.
 * @param {{ shape: number[], data: Float32Array }} stage
 * @returns {import("../thumbnails/pictures.js").Picture}
 */
export function sheet({ shape, data }) {
  const levels = shades(data);
  const [count, height, width] = shape;
  if (shape.length === 1) {
    const rows = count % LINES ? 1 : LINES;
    return grey(count / rows, rows, levels);
  }
  const columns = count <= 6 ? count : MOST_ABREAST;
  const sheetWidth = columns * (width + 1) - 1;
  const sheetHeight = Math.ceil(count / columns) * (height + 1) - 1;
  const rgba = new Uint8ClampedArray(4 * sheetWidth * sheetHeight); // a transparent pixel apart
  for (let i = 0; i < levels.length; i++) {
    const map = Math.floor(i / (width * height));
    const [row, column] = [Math.floor(i / width) % height, i % width];
    const y = Math.floor(map / columns) * (height + 1) + row;
    const x = (map % columns) * (width + 1) + column;
    rgba.fill(levels[i], 4 * (y * sheetWidth + x), 4 * (y * sheetWidth + x) + 3);
    rgba[4 * (y * sheetWidth + x) + 3] = 255;
  }
  return { width: sheetWidth, height: sheetHeight, rgba };
}

/** Return values as levels of grey, from the least (or 0) to the largest. @param {Float32Array} values */
function shades(values) {
  const lowest = values.reduce((least, value) => Math.min(least, value), 0);
  const highest = values.reduce((most, value) => Math.max(most, value), lowest + 1e-9);
  return Uint8Array.from(values, (value) => Math.round((255 * (value - lowest)) / (highest - lowest)));
}
