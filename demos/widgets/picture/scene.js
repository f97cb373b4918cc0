/** Where everything stands in the picture of a network: a node for the image, one a stage, one for the probabilities. */

import { asMaps } from "../network/sums.js";

/**
 * Maps of one stage, in rows of `abreast`, each `rows` x `columns` cells of `cell` pixels, `gap` apart; a vector is one map that is
 * broken into lines. x, y, width, height: the box around them, in the scene's pixels.
 * @typedef {{
 *   maps: number, rows: number, columns: number, abreast: number, cell: number, gap: number, count: number,
 *   x: number, y: number, width: number, height: number,
 * }} Node
 */
/** @typedef {{ nodes: Node[], width: number, height: number, down: boolean }} Scene down: from top to bottom, on a narrow page */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

const GAP = 6; // between maps
const TALL = 430; // height of the nodes side by side
const ABOVE = 62; // room for titles over them
const TITLE = 22; // room for a title over a node of a narrow page
const BETWEEN = 16; // nodes of a narrow page
const MOST_LINES = 32; // of a vector that is broken

/**
 * Lay out a network.
 * @param {number[][]} shapes of the image, of what each stage makes, and of the probabilities
 * @param {number} width of the page's room
 * @returns {Scene}
 */
export function layout(shapes, width) {
  return width < 700 ? downwards(shapes, width) : across(shapes, width);
}

/** @param {number[][]} shapes @param {number} width @returns {Scene} */
function across(shapes, width) {
  const few = shapes.length < 7;
  const nodes = shapes.map((shape) => (shape.length === 3 ? standing(shape, few ? 9 : 4) : column(shape[0])));
  const bars = nodes[nodes.length - 1];
  bars.width = 96;
  const total = nodes.reduce((sum, node) => sum + node.width, 0);
  const between = Math.min(few ? 190 : 90, (width - total - 56) / (nodes.length - 1));
  let x = (width - total - between * (nodes.length - 1)) / 2;
  for (const node of nodes) {
    [node.x, node.y] = [x, ABOVE + (TALL - node.height) / 2];
    x += node.width + between;
  }
  return { nodes, width, height: ABOVE + TALL + 14, down: false };
}

/** Maps one below the other. @param {number[]} shape @param {number} most pixels a cell of a single map */
function standing(shape, most) {
  const [maps, rows, columns] = shape;
  const abreast = maps <= 6 ? 1 : Math.ceil(maps / 8);
  const lines = Math.ceil(maps / abreast);
  const cell = Math.min((TALL - (lines - 1) * GAP) / (lines * rows), maps === 1 ? most : columns < 10 ? 6.4 : 4);
  return sized({ maps, rows, columns, abreast, cell, gap: GAP, count: maps * rows * columns });
}

/** Numbers one below the other. @param {number} count */
function column(count) {
  const columns = Math.ceil(count / MOST_LINES);
  const rows = Math.ceil(count / columns);
  return sized({ maps: 1, rows, columns, abreast: 1, cell: Math.min(43, TALL / rows), gap: GAP, count });
}

/** @param {number[][]} shapes @param {number} width @returns {Scene} */
function downwards(shapes, width) {
  const nodes = shapes.map((shape) => (shape.length === 3 ? lying(shape, width) : row(shape[0], width)));
  nodes[nodes.length - 1].height = 64;
  let y = TITLE;
  for (const node of nodes) {
    [node.x, node.y] = [(width - node.width) / 2, y];
    y += node.height + BETWEEN + TITLE;
  }
  return { nodes, width, height: y - TITLE - BETWEEN + 24, down: true };
}

/** Maps side by side. @param {number[]} shape @param {number} width */
function lying(shape, width) {
  const [maps, rows, columns] = shape;
  const abreast = maps <= 6 ? maps : 8;
  const cell = Math.min((width - 2 - (abreast - 1) * GAP) / (abreast * columns), maps === 1 ? 3.2 : 6);
  return sized({ maps, rows, columns, abreast, cell, gap: GAP, count: maps * rows * columns });
}

/** Numbers side by side. @param {number} count @param {number} width */
function row(count, width) {
  const rows = Math.ceil(count / MOST_LINES);
  const columns = Math.ceil(count / rows);
  return sized({ maps: 1, rows, columns, abreast: 1, cell: Math.min(34, (width - 2) / columns), gap: GAP, count });
}

/** @param {Omit<Node, "x" | "y" | "width" | "height">} node @returns {Node} */
function sized(node) {
  const { abreast, columns, rows, cell, gap } = node;
  const lines = Math.ceil(node.maps / abreast);
  return { ...node, x: 0, y: 0, width: abreast * columns * cell + (abreast - 1) * gap, height: lines * rows * cell + (lines - 1) * gap };
}

/** Return where a map stands. @param {Node} node @param {number} map @returns {Box} */
export function mapBox(node, map) {
  const [width, height] = [node.columns * node.cell, node.rows * node.cell];
  const [line, place] = [Math.floor(map / node.abreast), map % node.abreast];
  return { x: node.x + place * (width + node.gap), y: node.y + line * (height + node.gap), width, height };
}

/** Return where a block of cells of a map stands. @param {Node} node @param {number} map @param {number} row @param {number} column @returns {Box} */
export function cellsBox(node, map, row, column, rows = 1, columns = 1) {
  const { x, y } = mapBox(node, map);
  return { x: x + column * node.cell, y: y + row * node.cell, width: columns * node.cell, height: rows * node.cell };
}

/** Return where a number stands. @param {Node} node @param {number} index @returns {Box} */
export function cellBox(node, index) {
  const size = node.rows * node.columns;
  return cellsBox(node, Math.floor(index / size), Math.floor(index / node.columns) % node.rows, index % node.columns);
}

/** Return the index of the number at a point of the scene, or -1. @param {Node} node @param {number} x @param {number} y */
export function indexAt(node, x, y) {
  if (x < node.x || y < node.y || x >= node.x + node.width || y >= node.y + node.height) return -1;
  const [width, height] = [node.columns * node.cell + node.gap, node.rows * node.cell + node.gap];
  const [line, place] = [Math.floor((y - node.y) / height), Math.floor((x - node.x) / width)];
  const map = line * node.abreast + place;
  const row = Math.floor((y - node.y - line * height) / node.cell);
  const column = Math.floor((x - node.x - place * width) / node.cell);
  const index = (map * node.rows + row) * node.columns + column;
  return map < node.maps && row < node.rows && column < node.columns && index < node.count ? index : -1;
}

/** Return the shapes of the nodes of a network. @param {{ shape: number[] }[]} values from the image's to the logits */
export const shapesOf = (values) => [...values.map(({ shape }) => shape), [asMaps(values[values.length - 1].shape)[2]]];

/**
 * Return the number that lies next to another in a direction, in the same node; the same where there is none.
 * @param {Node} node @param {number} index @param {number} dx @param {number} dy
 */
export function neighbour(node, index, dx, dy) {
  const { x, y, width, height } = cellBox(node, index);
  for (let far = 1; far <= 3; far++) {
    const extra = far === 1 ? 0 : node.gap + (far - 2) * node.cell;
    const next = indexAt(node, x + width / 2 + dx * (node.cell + extra), y + height / 2 + dy * (node.cell + extra));
    if (next >= 0) return next;
  }
  return index;
}
