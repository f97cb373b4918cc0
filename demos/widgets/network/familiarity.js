/** Is a picture like anything that a network was trained on? As zoo/familiarity.py measures it. */

const SIDE = 14; // of the thumbnail
const BLOCK = 2; // pixels of 28 in one of the thumbnail
const SCALE = 0.1; // of logits

/** @typedef {Map<string, { data: ArrayLike<number> }>} Tensors of familiarity.safetensors */

/**
 * Describe a picture by the logits and a thumbnail.
 * @param {Uint8Array} image 28 x 28
 * @param {ArrayLike<number>} logits
 * @returns {Float64Array}
 */
export function features(image, logits) {
  const described = new Float64Array(logits.length + SIDE * SIDE);
  for (let i = 0; i < logits.length; i++) described[i] = SCALE * logits[i];
  for (let i = 0; i < image.length; i++) {
    const [row, column] = [Math.floor(i / 28), i % 28];
    const place = Math.floor(row / BLOCK) * SIDE + Math.floor(column / BLOCK);
    described[logits.length + place] += image[i] / 255 / BLOCK ** 2;
  }
  return described;
}

/**
 * Return how strange a picture is: the output of a network with one hidden layer.
 * @param {Uint8Array} image 28 x 28
 * @param {ArrayLike<number>} logits
 * @param {Tensors} tensors
 */
export function strangeness(image, logits, tensors) {
  const [hidden, before, output, last] = ["hidden", "hidden_bias", "output", "output_bias"].map((name) => tensors.get(name)?.data);
  if (!hidden || !before || !output || !last) throw new Error("familiarity.safetensors holds no hidden and output weights");
  const described = features(image, logits);
  let strange = last[0];
  for (let unit = 0, at = 0; unit < output.length; unit++) {
    let sum = before[unit];
    for (let i = 0; i < described.length; i++) sum += hidden[at++] * described[i];
    if (sum > 0) strange += output[unit] * sum;
  }
  return strange;
}
