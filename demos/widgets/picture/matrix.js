/** A window or a kernel with its numbers written in it, and hundreds of weights as a picture. */

import { asMaps } from "../network/sums.js";
import { signed, show } from "../thumbnails/pictures.js";
import { level, number } from "./paint.js";

/** @typedef {import("./paint.js").Palette} Palette */
/** @typedef {import("../thumbnails/pictures.js").Picture} Picture */

const CELL = [34, 22]; // pixels across and down
const ABREAST = 8; // maps in a row of a picture
const LINE = 42; // numbers in a line of a long vector

/**
 * Write numbers into cells: grey levels within a range, or the sign as the colour and the size as its strength.
 * @param {HTMLCanvasElement} canvas
 * @param {{ rows: number, columns: number, values: Float32Array, range?: [number, number], most?: number }} matrix
 * @param {Palette} palette
 */
export function paintMatrix(canvas, { rows, columns, values, range, most = 1 }, palette) {
  const [width, height, ratio] = [columns * CELL[0], rows * CELL[1], devicePixelRatio];
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = `11px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  values.forEach((value, i) => {
    const [x, y] = [(i % columns) * CELL[0], Math.floor(i / columns) * CELL[1]];
    const grey = range ? level(value, range) : 0;
    context.fillStyle = range ? `rgb(${grey} ${grey} ${grey})` : value > 0 ? palette.from : palette.accent;
    context.globalAlpha = range ? 1 : 0.4 * Math.min(1, Math.abs(value) / most);
    context.fillRect(x, y, CELL[0] - 1, CELL[1] - 1);
    context.globalAlpha = 1;
    context.fillStyle = range ? (grey > 120 ? "#000" : "#fff") : palette.ink;
    context.fillText(number(value), x + CELL[0] / 2 - 0.5, y + CELL[1] / 2);
  });
}

/**
 * Show the numbers that belong to the places of a stage as a picture: its maps side by side, or a vector in lines.
 * @param {HTMLCanvasElement} canvas @param {number[]} shape @param {Float32Array} values @param {Palette} palette @param {[number, number]} [range] grey levels, else signed
 */
export function paintPicture(canvas, shape, values, palette, range) {
  const [maps, rows, columns] = shape.length === 3 ? shape : [1, Math.ceil(shape[0] / LINE), Math.min(LINE, shape[0])];
  const abreast = maps <= ABREAST ? maps : ABREAST;
  const [width, height] = [abreast * (columns + 1) - 1, Math.ceil(maps / abreast) * (rows + 1) - 1];
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-9);
  const picture = signed(width, height, new Float32Array(width * height));
  if (!("rgba" in picture)) return;
  values.forEach((value, i) => {
    const [map, place] = [Math.floor(i / (rows * columns)), i % (rows * columns)];
    const y = Math.floor(map / abreast) * (rows + 1) + Math.floor(place / columns);
    const x = (map % abreast) * (columns + 1) + (place % columns);
    picture.rgba.set(range ? grey(level(value, range)) : pixel(value / most), 4 * (y * width + x));
  });
  show(canvas, picture);
  const enlarged = Math.max(2, Math.min(width > 60 ? 5 : 8, Math.floor(300 / width), asMaps(shape)[1] > 20 ? 5 : 8));
  [canvas.style.width, canvas.style.height] = [`${width * enlarged}px`, `${height * enlarged}px`];
}

/** @param {number} value */
const grey = (value) => [value, value, value, 255];

/** Square roots, so that the many weak numbers are seen beside the few strong ones. @param {number} share */
function pixel(share) {
  const one = signed(1, 1, [Math.sign(share) * Math.sqrt(Math.abs(share))]);
  return "rgba" in one ? one.rgba : [0, 0, 0, 0];
}
