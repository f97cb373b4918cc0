/** The weights of units that read one picture, each as a picture, painted when it is first seen. */

import { paintPicture } from "./matrix.js";

/** @typedef {import("../network/background.js").Net} Net */

/**
 * Return what paints them: paint(net, node, given, index, palette) returns a unit's weights, or null where it reads something else.
 * @returns {(net: Net, node: number, given: number[] | undefined, index: number, palette: import("./paint.js").Palette) => HTMLCanvasElement | null}
 */
export function createWeights() {
  /** @type {WeakMap<Net, Map<string, HTMLCanvasElement>>} */
  const pictures = new WeakMap();

  return function paint(net, node, given, index, palette) {
    const layer = net.stages[node - 1]?.layers.find(({ kind }) => kind === "Linear");
    if (!layer || given?.length !== 3 || given[0] > 1) return null;
    const some = pictures.get(net) ?? new Map();
    pictures.set(net, some);
    const key = `${node}/${index}`;
    if (!some.has(key)) {
      const [size, canvas] = [given[1] * given[2], document.createElement("canvas")];
      const weights = net.tensors.get(layer.weight ?? "")?.data.subarray(index * size, (index + 1) * size);
      paintPicture(canvas, given, Float32Array.from(weights ?? []), palette);
      some.set(key, canvas);
    }
    return some.get(key);
  };
}
