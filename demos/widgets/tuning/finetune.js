/** Fine-tuning of a network's last affine layers on a few drawings, held near the weights that they came with. */

/** @typedef {import("../network/layers.js").Layer} Layer */
/** @typedef {import("../network/architectures.js").Architecture} Architecture */
/** @typedef {Map<string, Float64Array>} Weights by the tensor's name */
/** @typedef {{ features: ArrayLike<number>, target: ArrayLike<number>, share: number }} Example its share of the loss; target: a distribution over the classes */
/** @typedef {{ steps: number, lr: number, pull: number, replay: number }} Recipe */

/**
 * How it is trained: so many steps of Adam over all examples at once, so that no chance is in it, with the pull of the old weights
 * (L2-SP, Li, Grandvalet & Davoine 2018) and the share of the drawn digits beside the visitor's. Chosen by tests/proxies/visitors.py.
 * @type {Recipe}
 */
export const RECIPE = { steps: 40, lr: 0.0005, pull: 0.01, replay: 30 };

export const MOST_WEIGHTS = 11_500; // that are tuned: so many go to the test set in one request
const TUNED = ["Linear", "ReLU", "Dropout", "Identity"];
const [DECAY, DECAY_SQUARED, TINY] = [0.9, 0.999, 1e-8]; // Adam's

/**
 * Return a network as its layers up to the last affine ones that hold at most MOST_WEIGHTS together, and those.
 * @param {Architecture} architecture
 * @returns {{ head: Layer[], tail: Layer[] }}
 */
export function split({ stages, tensors }) {
  const layers = stages.flatMap((stage) => stage.layers);
  let [start, weights] = [layers.length, 0];
  for (let i = layers.length - 1; i >= 0 && TUNED.includes(layers[i].kind); i--) {
    weights += names([layers[i]]).reduce((sum, name) => sum + count(tensors[name]), 0);
    if (weights > MOST_WEIGHTS) break;
    if (layers[i].kind === "Linear") start = i;
  }
  return { head: layers.slice(0, start), tail: layers.slice(start) };
}

/** Return the names of layers' tensors, in order. @param {Layer[]} layers @returns {string[]} */
export const names = (layers) => layers.flatMap(({ weight, bias }) => [weight, bias]).filter((name) => typeof name === "string");

/** @param {number[]} shape */
export const count = (shape) => shape.reduce((product, size) => product * size, 1);

/**
 * Return the logits of features, and what each layer was given.
 * @param {Layer[]} tail
 * @param {Weights} weights
 * @param {ArrayLike<number>} features
 */
export function forward(tail, weights, features) {
  let x = Float64Array.from(features);
  const inputs = [];
  for (const layer of tail) {
    inputs.push(x);
    if (layer.kind === "ReLU") x = x.map((value) => (value > 0 ? value : 0));
    if (layer.kind === "Linear") x = affine(x, tensor(weights, layer.weight), layer.bias ? tensor(weights, layer.bias) : null);
  }
  return { logits: x, inputs };
}

/** @param {Float64Array} x @param {Float64Array} weight @param {Float64Array | null} bias */
function affine(x, weight, bias) {
  const y = new Float64Array(weight.length / x.length);
  const lit = places(x);
  for (let i = 0; i < y.length; i++) {
    let sum = bias ? bias[i] : 0;
    for (let k = 0, row = i * x.length; k < lit.length; k++) sum += weight[row + lit[k]] * x[lit[k]];
    y[i] = sum;
  }
  return y;
}

/** Return where a vector is not 0: behind ReLU in half of its places or fewer. @param {Float64Array} x */
function places(x) {
  const lit = new Uint16Array(x.length);
  let count = 0;
  for (let j = 0; j < x.length; j++) if (x[j] !== 0) lit[count++] = j;
  return lit.subarray(0, count);
}

/** @param {Float64Array} logits */
export function softmax(logits) {
  const largest = logits.reduce((most, value) => Math.max(most, value), -Infinity);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * Return the cross entropy of examples, each by its share, and its gradient by every weight.
 * @param {Layer[]} tail
 * @param {Weights} weights
 * @param {Example[]} examples
 * @returns {{ loss: number, gradients: Weights }}
 */
export function gradients(tail, weights, examples) {
  /** @type {Weights} */
  const sums = new Map(names(tail).map((name) => [name, new Float64Array(tensor(weights, name).length)]));
  let loss = 0;
  for (const { features, target, share } of examples) {
    const { logits, inputs } = forward(tail, weights, features);
    const shares = softmax(logits);
    /** @type {Float64Array} */
    let delta = shares.map((value, i) => share * (value - target[i]));
    for (let i = 0; i < shares.length; i++) if (target[i] > 0) loss -= share * target[i] * Math.log(Math.max(shares[i], 1e-300));
    for (let i = tail.length - 1; i >= 0; i--) delta = backward(tail[i], weights, inputs[i], delta, sums, i > 0);
  }
  return { loss, gradients: sums };
}

/**
 * Add a layer's gradients to the sums, and return the loss's by its input, where that is asked for.
 * @param {Layer} layer
 * @param {Weights} weights
 * @param {Float64Array} x
 * @param {Float64Array} delta
 * @param {Weights} sums
 * @param {boolean} further
 */
function backward(layer, weights, x, delta, sums, further) {
  if (layer.kind === "ReLU") return delta.map((value, i) => (x[i] > 0 ? value : 0));
  if (layer.kind !== "Linear") return delta;
  const [weight, sum] = [tensor(weights, layer.weight), tensor(sums, layer.weight)];
  const before = new Float64Array(further ? x.length : 0);
  const lit = places(x);
  for (let i = 0; i < delta.length; i++) {
    const [slope, row] = [delta[i], i * x.length];
    if (slope === 0) continue;
    for (let k = 0; k < lit.length; k++) sum[row + lit[k]] += slope * x[lit[k]];
    for (let j = 0; j < before.length; j++) before[j] += slope * weight[row + j];
  }
  if (layer.bias) tensor(sums, layer.bias).forEach((_, i, bias) => (bias[i] += delta[i]));
  return before;
}

/**
 * Return the weights trained on examples. onStep() is called after each step.
 * @param {Layer[]} tail
 * @param {Weights} old
 * @param {Example[]} examples
 * @param {Recipe} recipe
 * @param {() => void} [onStep]
 * @returns {Weights}
 */
export function train(tail, old, examples, recipe, onStep) {
  /** @type {Weights} */
  const weights = new Map([...old].map(([name, values]) => [name, values.slice()]));
  const moments = new Map([...old].map(([name, values]) => [name, [new Float64Array(values.length), new Float64Array(values.length)]]));
  for (let step = 1; step <= recipe.steps; step++) {
    const slopes = gradients(tail, weights, examples).gradients;
    const scale = [1 - DECAY ** step, 1 - DECAY_SQUARED ** step];
    for (const [name, values] of weights) {
      const [first, second] = /** @type {Float64Array[]} */ (moments.get(name));
      const [gradient, start] = [tensor(slopes, name), tensor(old, name)];
      for (let i = 0; i < values.length; i++) {
        const slope = gradient[i] + recipe.pull * (values[i] - start[i]);
        first[i] = DECAY * first[i] + (1 - DECAY) * slope;
        second[i] = DECAY_SQUARED * second[i] + (1 - DECAY_SQUARED) * slope * slope;
        values[i] -= (recipe.lr * (first[i] / scale[0])) / (Math.sqrt(second[i] / scale[1]) + TINY);
      }
    }
    onStep?.();
  }
  return weights;
}

/**
 * Return the weights trained on drawings, each {features, digit}, while the answers of the old ones to other features are remembered.
 * @param {Layer[]} tail
 * @param {Weights} old
 * @param {{ features: ArrayLike<number>, digit: number }[]} drawings
 * @param {ArrayLike<number>[]} remembered features
 * @param {() => void} [onStep]
 * @returns {Weights}
 */
export function learn(tail, old, drawings, remembered, onStep) {
  const classes = forward(tail, old, drawings[0].features).logits.length;
  const lessons = drawings.map(({ features, digit }) => ({ features, target: Float64Array.from({ length: classes }, (_, i) => Number(i === digit)), share: 1 / drawings.length }));
  const memories = remembered.map((features) => ({ features, target: softmax(forward(tail, old, features).logits), share: RECIPE.replay / remembered.length }));
  return train(tail, old, [...lessons, ...memories], RECIPE, onStep);
}

/**
 * Return, for each of `length` drawings, which part it belongs to where so many parts are kept aside in turn.
 * @param {number} length
 * @param {number} parts
 */
export const partsOf = (length, parts) => Array.from({ length }, (_, i) => i % parts);

/** @param {Weights} weights @param {string | null | undefined} name */
function tensor(weights, name) {
  const values = weights.get(name ?? "");
  if (!values) throw new Error(`there is no tensor ${name}`);
  return values;
}
