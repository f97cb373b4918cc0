/** Is a picture like anything that a network was trained on? As zoo/familiarity.py measures it. */

import { run } from "./architectures.js";

/** @typedef {import("./layers.js").Tensor} Tensor */
/** @typedef {Map<string, Tensor>} Tensors of familiarity.safetensors */

const SIDE = 14; // of the thumbnail
const BLOCK = 2; // pixels of 28 in one of the thumbnail
const SCALE = 0.1; // of logits

/** @param {string} name */
const convolution = (name) => ({ kind: "Conv2d", weight: name, bias: `${name}_bias`, stride: [2, 2], padding: [1, 1] });
/** @param {string} name */
const linear = (name) => ({ kind: "Linear", weight: name, bias: `${name}_bias` });
const RELU = { kind: "ReLU" };

const LOOK = { stages: [{ name: "seen", layers: [convolution("conv1"), RELU, convolution("conv2"), RELU] }], tensors: {} };
const JUDGE = { stages: [{ name: "strange", layers: [linear("hidden"), RELU, linear("output")] }], tensors: {} };

/**
 * Return a picture at half its size, grey levels in [0, 1].
 * @param {Uint8Array} image 28 x 28
 * @returns {Tensor} (1, 14, 14)
 */
export function thumbnail(image) {
  const data = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < image.length; i++) {
    const [row, column] = [Math.floor(i / 28), i % 28];
    data[Math.floor(row / BLOCK) * SIDE + Math.floor(column / BLOCK)] += image[i] / 255 / BLOCK ** 2;
  }
  return { shape: [1, SIDE, SIDE], data };
}

/**
 * Return how strange a picture is: what a small network makes of the logits and of a thumbnail.
 * @param {Uint8Array} image 28 x 28
 * @param {ArrayLike<number>} logits
 * @param {Tensors} tensors
 */
export function strangeness(image, logits, tensors) {
  const { data: seen } = /** @type {Tensor} */ (run(LOOK, tensors, thumbnail(image)).get("seen"));
  const described = Float32Array.from([...Array.from(logits, (logit) => SCALE * logit), ...seen]);
  return /** @type {Tensor} */ (run(JUDGE, tensors, { shape: [described.length], data: described }).get("strange")).data[0];
}
