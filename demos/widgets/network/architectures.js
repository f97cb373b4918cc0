/** A network from its description: stages by name, each a chain of layers. Nothing here knows an architecture by name. */

import { LAYERS } from "./layers.js";

/** @typedef {import("./layers.js").Layer} Layer */
/** @typedef {import("./layers.js").Tensor} Tensor */
/** @typedef {import("./layers.js").Tensors} Tensors */
/** @typedef {{ name: string, layers: Layer[] }} Stage */
/** @typedef {{ stages: Stage[], tensors: Record<string, number[]> }} Architecture tensors: the shape of each, by name */

/**
 * Return what each stage makes of a picture, by its name; the last are the logits.
 * @param {Architecture} architecture
 * @param {Tensors} tensors
 * @param {Tensor} picture (1, 28, 28), normalised
 * @returns {Map<string, Tensor>}
 */
export function run(architecture, tensors, picture) {
  const outputs = new Map();
  let x = picture;
  for (const { name, layers } of architecture.stages) {
    for (const layer of layers) x = LAYERS[layer.kind](x, layer, tensors);
    outputs.set(name, x);
  }
  return outputs;
}

/** Kinds of layers that make each number of one other number, or of the same one. */
const ELEMENTWISE = ["Dropout", "Flatten", "Identity", "ReLU", "Sigmoid", "Tanh"];

/** Say whether each number that a layer makes depends on several. @param {Layer} layer */
export const isMixing = ({ kind }) => !ELEMENTWISE.includes(kind);

/**
 * Return the stages cut into such as hold one layer at most whose numbers depend on several: `run` then returns what each makes.
 * @param {Stage[]} stages
 * @returns {Stage[]}
 */
export function fine(stages) {
  return stages.flatMap(({ name, layers }) => {
    /** @type {Layer[][]} */
    const parts = [[]];
    for (const layer of layers) {
      if (isMixing(layer) && parts.at(-1)?.some(isMixing)) parts.push([]);
      parts.at(-1)?.push(layer);
    }
    return parts.map((each, i) => ({ name: i ? `${name}.${i}` : name, layers: each }));
  });
}

/**
 * Throw an Error where a network has layers that are unknown here, or its tensors are not those of a file.
 * @param {Architecture} architecture
 * @param {Tensors} tensors
 */
export function check(architecture, tensors) {
  for (const { layers } of architecture.stages) {
    const unknown = layers.find((layer) => !(layer.kind in LAYERS));
    if (unknown) throw new Error(`layers of kind ${unknown.kind} can't be computed in the browser`);
  }
  const names = new Set([...Object.keys(architecture.tensors), ...tensors.keys()]);
  for (const name of names) {
    const [expected, present] = [architecture.tensors[name], tensors.get(name)?.shape];
    if (String(expected) !== String(present)) throw new Error(`tensor ${name} is of shape ${present}, expected ${expected}`);
  }
}
