/** The layers of the networks, one picture at a time. A tensor is (C, H, W) or (N), row by row, float32. */

/** @typedef {import("./safetensors.js").Tensor} Tensor */
/** @typedef {Map<string, Tensor>} Tensors */

/**
 * A layer as zoo/browser.py describes it: its kind, its numbers, and the names of its tensors.
 * @typedef {{ kind: string, weight?: string, bias?: string | null, size?: number[], stride?: number[], padding?: number[] }} Layer
 */

/** @param {number[]} shape */
const count = (shape) => shape.reduce((product, size) => product * size, 1);

/**
 * Return softmax(logits / temperature).
 * @param {ArrayLike<number>} logits
 * @returns {number[]}
 */
export function softmax(logits, temperature = 1) {
  const largest = Math.max(...Array.from(logits));
  const powers = Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * y = W x + b.
 * @param {Tensor} x (N)
 * @param {Layer} layer
 * @param {Tensors} tensors
 * @returns {Tensor}
 */
function linear(x, layer, tensors) {
  const weight = tensorOf(tensors, layer.weight);
  const bias = layer.bias ? tensorOf(tensors, layer.bias).data : null;
  const [outputs, inputs] = weight.shape;
  const y = new Float32Array(outputs);
  for (let i = 0; i < outputs; i++) y[i] = dot(weight.data, i * inputs, x.data) + (bias ? bias[i] : 0);
  return { shape: [outputs], data: y };
}

/**
 * Four sums at a time: each waits for its own last addition only.
 * @param {Float32Array | Float64Array} weights
 * @param {number} start
 * @param {Float32Array | Float64Array} x
 */
function dot(weights, start, x) {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < x.length; i += 4) {
    a += weights[start + i] * x[i];
    b += weights[start + i + 1] * x[i + 1];
    c += weights[start + i + 2] * x[i + 2];
    d += weights[start + i + 3] * x[i + 3];
  }
  for (; i < x.length; i++) a += weights[start + i] * x[i];
  return a + b + (c + d);
}

const TAPS = 5; // weights of a kernel's row that are summed before their sum is stored

/**
 * 2-D cross-correlation, TAPS weights along a row of the picture at a time.
 * @param {Tensor} x (C, H, W)
 * @param {Layer} layer
 * @param {Tensors} tensors
 * @returns {Tensor}
 */
function conv2d(x, layer, tensors) {
  const { data: weights, shape } = tensorOf(tensors, layer.weight);
  const bias = layer.bias ? tensorOf(tensors, layer.bias).data : null;
  const [channels, , kernelHeight, kernelWidth] = shape;
  const [strideY, strideX] = layer.stride ?? [1, 1];
  const { data, shape: [inputs, height, width] } = pad(x, layer.padding ?? [0, 0], 0);
  const [rows, columns] = [outputs(height, kernelHeight, strideY), outputs(width, kernelWidth, strideX)];
  const pixels = new Float32Array(data.length + TAPS); // taps beyond the kernel, which weigh nothing, find something there
  pixels.set(data);
  /** @param {number} start of the kernel's row @param {number} place in it */
  const tap = (start, place) => (place < kernelWidth ? weights[start + place] : 0);
  const y = new Float32Array(channels * rows * columns);
  if (bias) for (let channel = 0; channel < channels; channel++) y.fill(bias[channel], channel * rows * columns, (channel + 1) * rows * columns);
  for (let channel = 0, w = 0; channel < channels; channel++) {
    for (let input = 0; input < inputs; input++) {
      for (let dy = 0; dy < kernelHeight; dy++, w += kernelWidth) {
        for (let dx = 0; dx < kernelWidth; dx += TAPS) {
          const [a, b, c, d, e] = [tap(w, dx), tap(w, dx + 1), tap(w, dx + 2), tap(w, dx + 3), tap(w, dx + 4)];
          for (let row = 0; row < rows; row++) {
            let to = (channel * rows + row) * columns;
            let from = (input * height + row * strideY + dy) * width + dx;
            for (const end = to + columns; to < end; to++, from += strideX) {
              y[to] += a * pixels[from] + b * pixels[from + 1] + c * pixels[from + 2] + d * pixels[from + 3] + e * pixels[from + 4];
            }
          }
        }
      }
    }
  }
  return { shape: [channels, rows, columns], data: y };
}

/** How many places a window of `size` has on `length` pixels. @param {number} length @param {number} size @param {number} stride */
const outputs = (length, size, stride) => Math.floor((length - size) / stride) + 1;

/**
 * @param {Tensor} x (C, H, W)
 * @param {number[]} padding above and below, left and right
 * @param {number} value
 * @returns {Tensor}
 */
function pad(x, [top, left], value) {
  if (!top && !left) return x;
  const [channels, height, width] = x.shape;
  const shape = [channels, height + 2 * top, width + 2 * left];
  const data = new Float32Array(count(shape)).fill(value);
  for (let row = 0; row < channels * height; row++) {
    const to = (Math.floor(row / height) * shape[1] + (row % height) + top) * shape[2] + left;
    data.set(x.data.subarray(row * width, (row + 1) * width), to);
  }
  return { shape, data };
}

/**
 * Return what `reduce` makes of each window.
 * @param {Tensor} x (C, H, W)
 * @param {Layer} layer
 * @param {number} outside what stands around the picture
 * @param {number} first what a window begins with
 * @param {(value: number, pixel: number) => number} reduce
 * @returns {Tensor}
 */
function pool(x, layer, outside, first, reduce) {
  const [sizeY, sizeX] = layer.size ?? [2, 2];
  const [strideY, strideX] = layer.stride ?? [sizeY, sizeX];
  const { data, shape: [channels, height, width] } = pad(x, layer.padding ?? [0, 0], outside);
  const [rows, columns] = [outputs(height, sizeY, strideY), outputs(width, sizeX, strideX)];
  const y = new Float32Array(channels * rows * columns);
  let to = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let value = first;
        for (let dy = 0; dy < sizeY; dy++) {
          const from = (channel * height + row * strideY + dy) * width + column * strideX;
          for (let dx = 0; dx < sizeX; dx++) value = reduce(value, data[from + dx]);
        }
        y[to++] = value;
      }
    }
  }
  return { shape: [channels, rows, columns], data: y };
}

/** @param {Tensor} x @param {Layer} layer */
function averagePool(x, layer) {
  const pixels = count(layer.size ?? [2, 2]);
  return pool(x, layer, 0, 0, (sum, pixel) => sum + pixel / pixels);
}

/** @param {Tensor} x @param {Layer} layer */
const maxPool = (x, layer) => pool(x, layer, -Infinity, -Infinity, Math.max);

/**
 * Resize bilinearly, as F.interpolate with align_corners=False.
 * @param {Tensor} x (C, H, W)
 * @param {Layer} layer
 * @returns {Tensor}
 */
function resize(x, layer) {
  const [channels, height, width] = x.shape;
  const [rows, columns] = /** @type {number[]} */ (layer.size);
  const [down, across] = [between(height, rows), between(width, columns)];
  const y = new Float32Array(channels * rows * columns);
  let to = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < rows; row++) {
      const [top, bottom, below] = down[row];
      const [upper, lower] = [(channel * height + top) * width, (channel * height + bottom) * width];
      for (let column = 0; column < columns; column++) {
        const { 0: left, 1: right, 2: share } = across[column];
        const above = x.data[upper + left] * (1 - share) + x.data[upper + right] * share;
        const under = x.data[lower + left] * (1 - share) + x.data[lower + right] * share;
        y[to++] = above * (1 - below) + under * below;
      }
    }
  }
  return { shape: [channels, rows, columns], data: y };
}

/**
 * Return for each new pixel the two old ones that it lies between, and how far from the first.
 * @param {number} from
 * @param {number} to
 * @returns {[number, number, number][]}
 */
export function between(from, to) {
  return Array.from({ length: to }, (_, i) => {
    const place = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    const first = Math.floor(place);
    return [first, Math.min(first + 1, from - 1), place - first];
  });
}

/** @param {(value: number) => number} f @returns {(x: Tensor) => Tensor} */
const elementwise = (f) => (x) => {
  const y = new Float32Array(x.data.length);
  for (let i = 0; i < y.length; i++) y[i] = f(x.data[i]);
  return { shape: x.shape, data: y };
};

/** @param {Tensor} x */
const same = (x) => x;

/** By kind, as `torch.nn` names it: what a layer makes of its input. @type {Record<string, (x: Tensor, layer: Layer, tensors: Tensors) => Tensor>} */
export const LAYERS = {
  Linear: linear,
  Conv2d: conv2d,
  AvgPool2d: averagePool,
  MaxPool2d: maxPool,
  Upsample: resize,
  Flatten: (x) => ({ shape: [x.data.length], data: x.data }),
  Dropout: same,
  Identity: same,
  ReLU: elementwise((value) => (value > 0 ? value : 0)),
  Tanh: elementwise(Math.tanh),
  Sigmoid: elementwise((value) => 1 / (1 + Math.exp(-value))),
};

/** @param {Tensors} tensors @param {string | undefined} name */
function tensorOf(tensors, name) {
  const tensor = name === undefined ? undefined : tensors.get(name);
  if (!tensor) throw new Error(`the file holds no tensor ${name}`);
  return tensor;
}
