/** One number of a network taken apart: the windows that its sum reads, the weights on them, what comes of it, and who reads it. */

import { isMixing } from "./architectures.js";
import { LAYERS, between } from "./layers.js";

/** @typedef {import("./layers.js").Layer} Layer */
/** @typedef {import("./layers.js").Tensor} Tensor */
/** @typedef {import("./layers.js").Tensors} Tensors */
/** @typedef {import("./architectures.js").Stage} Stage */

/**
 * What a sum reads of one map, row by row, with the weight on each number. top and left are below 0 where it reaches into the padding.
 * @typedef {{
 *   map: number, top: number, left: number, rows: number, columns: number,
 *   values: Float32Array, weights: Float32Array, subtotal: number,
 * }} Window
 */
/** @typedef {{ kind: string, value: number }} After an activation, and what it makes of the sum */
/** @typedef {{ kind: string, windows: Window[], bias: number | null, sum: number, after: After[], value: number }} Sum */
/** @typedef {{ maps: [number, number], rows: [number, number], columns: [number, number] }} Block first and last of each */

/** Return a tensor's shape as (maps, rows, columns); a vector is one row. @param {number[]} shape */
export const asMaps = (shape) => (shape.length === 3 ? shape : [1, 1, shape[0]]);

/** Return where a number stands. @param {number[]} shape @param {number} index @returns {[number, number, number]} map, row, column */
export function placeOf(shape, index) {
  const [, rows, columns] = asMaps(shape);
  return [Math.floor(index / (rows * columns)), Math.floor(index / columns) % rows, index % columns];
}

/**
 * Return how a number of a stage comes about.
 * @param {Stage} stage with one mixing layer at most (`fine`)
 * @param {Tensors} tensors
 * @param {Tensor} x what the stage is given
 * @param {number[]} shape of what it makes
 * @param {number} index of the number in that
 * @returns {Sum}
 */
export function explain(stage, tensors, x, shape, index) {
  const at = stage.layers.findIndex(isMixing);
  const layer = stage.layers[at];
  const kind = layer?.kind ?? "Identity";
  const windows = (WINDOWS[kind] ?? ofIdentity)(x, layer, tensors, placeOf(shape, index), index);
  const bias = layer?.bias ? /** @type {Tensor} */ (tensors.get(layer.bias)).data[kind === "Conv2d" ? placeOf(shape, index)[0] : index] : null;
  const sum = windows.reduce((total, { subtotal }) => total + subtotal, bias ?? 0);
  const after = activations(stage.layers.slice(at + 1), sum, tensors);
  return { kind, windows, bias, sum, after, value: after.at(-1)?.value ?? sum };
}

const SILENT = ["Dropout", "Flatten", "Identity"];

/** @param {Layer[]} layers @param {number} sum @param {Tensors} tensors @returns {After[]} */
function activations(layers, sum, tensors) {
  let value = sum;
  return layers
    .filter(({ kind }) => !SILENT.includes(kind))
    .map((layer) => {
      value = LAYERS[layer.kind]({ shape: [1], data: Float32Array.of(value) }, layer, tensors).data[0];
      return { kind: layer.kind, value };
    });
}

/** @typedef {(x: Tensor, layer: Layer, tensors: Tensors, place: [number, number, number], index: number) => Window[]} Reads */
/** By kind of layer: what a sum reads. @type {Record<string, Reads>} */
const WINDOWS = { Conv2d: ofConvolution, Linear: ofLinear, AvgPool2d: ofAverage, MaxPool2d: ofMaximum, Upsample: ofResize };

/** @type {Reads} */
function ofConvolution(x, layer, tensors, [channel, row, column]) {
  const { data, shape } = /** @type {Tensor} */ (tensors.get(layer.weight ?? ""));
  const [, channels, height, width] = shape;
  const [top, left] = [firstOf(layer, 0, row), firstOf(layer, 1, column)];
  return Array.from({ length: channels }, (_, map) => {
    const from = (channel * channels + map) * height * width;
    return weighed(windowOf(x, map, top, left, height, width), Float32Array.from(data.subarray(from, from + height * width)));
  });
}

/** @type {Reads} */
function ofLinear(x, layer, tensors, place, index) {
  const { data } = /** @type {Tensor} */ (tensors.get(layer.weight ?? ""));
  const [maps, rows, columns] = asMaps(x.shape);
  return Array.from({ length: maps }, (_, map) => {
    const from = (index * maps + map) * rows * columns;
    return weighed(windowOf(x, map, 0, 0, rows, columns), Float32Array.from(data.subarray(from, from + rows * columns)));
  });
}

/** @type {Reads} */
function ofAverage(x, layer, tensors, place) {
  const window = pooled(x, layer, place, 0);
  return [weighed(window, new Float32Array(window.values.length).fill(1 / window.values.length))];
}

/** The largest has the whole weight. @type {Reads} */
function ofMaximum(x, layer, tensors, place) {
  const window = pooled(x, layer, place, -Infinity);
  const best = window.values.indexOf(Math.max(...window.values));
  const weights = window.values.map((_, i) => Number(i === best));
  return [{ ...window, weights, subtotal: window.values[best] }];
}

/** @type {Reads} */
function ofResize(x, layer, tensors, [map, row, column]) {
  const [, height, width] = x.shape;
  const [down, across] = [nearest(layer, 0, row, height), nearest(layer, 1, column, width)];
  const [y, z] = [down, across].map(([first, last, share]) => (first === last ? [1] : [1 - share, share]));
  return [weighed(windowOf(x, map, down[0], across[0], y.length, z.length), Float32Array.from(y.flatMap((a) => z.map((b) => a * b))))];
}

/**
 * Return the two places that a new one lies between and how far from the first; at the picture's edge they are one.
 * @param {Layer} layer @param {number} axis @param {number} at @param {number} length @returns {[number, number, number]}
 */
function nearest(layer, axis, at, length) {
  const [first, last, share] = between(length, /** @type {number[]} */ (layer.size)[axis])[at];
  return [first, share ? last : first, share];
}

/** @type {Reads} */
function ofIdentity(x, layer, tensors, place, index) {
  const [map, row, column] = placeOf(x.shape, index);
  return [weighed(windowOf(x, map, row, column, 1, 1), Float32Array.of(1))];
}

/** @param {Tensor} x @param {Layer} layer @param {[number, number, number]} place @param {number} outside */
function pooled(x, layer, [map, row, column], outside) {
  const [height, width] = layer.size ?? [2, 2];
  const [top, left] = [firstOf(layer, 0, row), firstOf(layer, 1, column)];
  return windowOf(x, map, top, left, height, width, outside);
}

/** Return where along an axis a window begins; below 0 it is in the padding. @param {Layer} layer @param {number} axis @param {number} at */
function firstOf(layer, axis, at) {
  const stride = layer.stride ?? (layer.kind === "Conv2d" ? [1, 1] : (layer.size ?? [2, 2]));
  return at * stride[axis] - (layer.padding ?? [0, 0])[axis];
}

/**
 * @param {Tensor} x
 * @param {number} map
 * @param {number} top
 * @param {number} left
 * @param {number} rows
 * @param {number} columns
 */
function windowOf(x, map, top, left, rows, columns, outside = 0) {
  const [, height, width] = asMaps(x.shape);
  const values = new Float32Array(rows * columns).fill(outside);
  for (let row = Math.max(0, -top); row < Math.min(rows, height - top); row++) {
    for (let column = Math.max(0, -left); column < Math.min(columns, width - left); column++) {
      values[row * columns + column] = x.data[(map * height + top + row) * width + left + column];
    }
  }
  return { map, top, left, rows, columns, values };
}

/** @param {Omit<Window, "weights" | "subtotal">} window @param {Float32Array} weights @returns {Window} */
function weighed(window, weights) {
  return { ...window, weights, subtotal: window.values.reduce((sum, value, i) => sum + value * weights[i], 0) };
}

/**
 * Return which numbers of a stage read a number of what it is given: a block of places in its maps, or null.
 * @param {Stage} stage
 * @param {Tensors} tensors
 * @param {number[]} given shape of what it is given
 * @param {number[]} made shape of what it makes
 * @param {number} index of the number in what is given
 * @returns {Block | null}
 */
export function readers(stage, tensors, given, made, index) {
  const layer = stage.layers.find(isMixing);
  const [maps, rows, columns] = asMaps(made);
  if (layer?.kind === "Linear") return { maps: [0, maps - 1], rows: [0, rows - 1], columns: [0, columns - 1] };
  const [map, row, column] = placeOf(given, index);
  const [, height, width] = asMaps(given);
  const down = among(rows, (at) => spanOf(layer, tensors, 0, at, height), row);
  const across = among(columns, (at) => spanOf(layer, tensors, 1, at, width), column);
  return down && across && { maps: layer?.kind === "Conv2d" ? [0, maps - 1] : [map, map], rows: down, columns: across };
}

/**
 * Return the first and the last place along an axis that a number at `at` reads.
 * @param {Layer | undefined} layer
 * @param {Tensors} tensors
 * @param {number} axis 0: rows, 1: columns
 * @param {number} at
 * @param {number} length of what is read
 * @returns {[number, number]}
 */
export function spanOf(layer, tensors, axis, at, length) {
  if (!layer) return [at, at];
  if (layer.kind === "Upsample") {
    const [first, last] = nearest(layer, axis, at, length);
    return [first, last];
  }
  if (layer.kind === "Linear") return [0, length - 1];
  const size = layer.kind === "Conv2d" ? /** @type {Tensor} */ (tensors.get(layer.weight ?? "")).shape[2 + axis] : (layer.size ?? [2, 2])[axis];
  const first = firstOf(layer, axis, at);
  return [Math.max(0, first), Math.min(length - 1, first + size - 1)];
}

/** Return the first and the last of `count` places whose span holds `place`. @param {number} count @param {(at: number) => [number, number]} span @param {number} place @returns {[number, number] | null} */
function among(count, span, place) {
  const inside = Array.from({ length: count }, (_, at) => at).filter((at) => span(at)[0] <= place && place <= span(at)[1]);
  return inside.length ? [inside[0], /** @type {number} */ (inside.at(-1))] : null;
}

/**
 * Return the block of the image that a number of a later stage depends on.
 * @param {Stage[]} stages those from the image on, up to the one that makes the number
 * @param {Tensors} tensors
 * @param {number[][]} shapes of the image and of what each stage makes
 * @param {number} index
 * @returns {Block}
 */
export function field(stages, tensors, shapes, index) {
  const [map, row, column] = placeOf(shapes[stages.length], index);
  /** @type {Block} */
  let block = { maps: [map, map], rows: [row, row], columns: [column, column] };
  for (let i = stages.length - 1; i >= 0; i--) {
    const layer = stages[i].layers.find(isMixing);
    const [maps, height, width] = asMaps(shapes[i]);
    if (layer?.kind === "Linear") block = { maps: [0, maps - 1], rows: [0, height - 1], columns: [0, width - 1] };
    else block = { maps: layer?.kind === "Conv2d" ? [0, maps - 1] : block.maps, rows: reach(0, block.rows, height), columns: reach(1, block.columns, width) };

    /** @param {number} axis @param {[number, number]} ends @param {number} length @returns {[number, number]} */
    function reach(axis, [first, last], length) {
      return [spanOf(layer, tensors, axis, first, length)[0], spanOf(layer, tensors, axis, last, length)[1]];
    }
  }
  return block;
}
