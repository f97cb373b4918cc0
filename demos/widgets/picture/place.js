/** A number of the picture in the page's address: "conv1-3-12-7" is map 3, row 12, column 7 of stage conv1, counted from 0. */

import { asMaps, placeOf } from "../network/sums.js";

/** Return the name of a number's place. @param {string} name of its node @param {number[]} shape @param {number} index */
export function encode(name, shape, index) {
  return [name, ...(shape.length === 3 ? placeOf(shape, index) : [index])].join("-");
}

/**
 * Return the node and the index that a text names, or null.
 * @param {string | null} text @param {string[]} names of the nodes @param {number[][]} shapes
 * @returns {{ node: number, index: number } | null}
 */
export function decode(text, names, shapes) {
  const [name, ...parts] = (text ?? "").split("-");
  const [node, places] = [names.indexOf(name), parts.map(Number)];
  if (node < 0 || places.some((each) => !Number.isInteger(each) || each < 0)) return null;
  const shape = shapes[node];
  const sizes = shape.length === 3 ? asMaps(shape) : [shape[0]];
  if (places.length !== sizes.length || places.some((each, i) => each >= sizes[i])) return null;
  return { node, index: places.reduce((index, each, i) => index * sizes[i] + each, 0) };
}
