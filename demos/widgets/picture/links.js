/** Paint where a number comes from and where it goes: the windows that it reads, the numbers that read it, and lines between. */

import { cellBox, cellsBox } from "./scene.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./scene.js").Box} Box */
/** @typedef {import("./paint.js").Palette} Palette */
/** @typedef {import("../network/sums.js").Sum} Sum */
/** @typedef {import("../network/sums.js").Block} Block */
/** @typedef {CanvasRenderingContext2D} Context */

/**
 * What is looked at: the number of a node, how it comes about, which numbers of the next node read it, and what pixels it depends on.
 * @typedef {{ node: number, index: number, sum: Sum | null, readers: Block | null, field: Block | null }} Look
 */

const MOST = 48; // lines of a number that reads or is read by hundreds
const DENSE = 49; // inputs of a window from which lines are drawn in place of its frame

/**
 * Paint the links of a number.
 * @param {Context} context in the scene's pixels @param {Scene} scene @param {Look} look @param {Palette} palette @param {number} scale
 * @param {(node: number, index: number) => Box} boxOf
 */
export function paintLinks(context, scene, look, palette, scale, boxOf) {
  const { node, index, sum, readers, field } = look;
  const box = boxOf(node, index);
  const inks = { context, scale, down: scene.down };
  if (field && node > 1) frame(inks, spread(scene.nodes[0], 0, field), palette.from, 1.2, [4, 3]);
  if (sum) paintSources(inks, scene, node, sum, box, palette);
  else if (node) for (let i = 0; i < scene.nodes[node - 1].count; i++) line(inks, boxOf(node - 1, i), box, palette.from, 0.8);
  if (readers) paintReaders(inks, scene, node, readers, box, palette, boxOf);
  frame(inks, box, palette.paper, 5, []);
  frame(inks, box, palette.accent, 2.5, []);
}

/** @typedef {{ context: Context, scale: number, down: boolean }} Inks */

/** @param {Inks} inks @param {Scene} scene @param {number} node @param {Sum} sum @param {Box} box @param {Palette} palette */
function paintSources(inks, scene, node, { windows }, box, palette) {
  const source = scene.nodes[node - 1];
  if (windows[0].values.length >= DENSE || windows[0].rows * source.columns === source.count || windows.length > 8) {
    for (const { at, share } of strongest(windows)) line(inks, cellBox(source, at), box, palette.from, 0.15 + 0.7 * share);
    return;
  }
  for (const window of windows) {
    const place = inside(source, window);
    if (!place) continue;
    const seen = cellsBox(source, window.map, place.row, place.column, place.rows, place.columns);
    beam(inks, seen, box, palette.from);
    frame(inks, seen, palette.from, 2, []);
  }
}

/** Return a window without what reaches into the padding. @param {import("./scene.js").Node} source @param {import("../network/sums.js").Window} window */
function inside(source, { top, left, rows, columns }) {
  const [row, column] = [Math.max(0, top), Math.max(0, left)];
  const size = [Math.min(source.rows, top + rows) - row, Math.min(source.columns, left + columns) - column];
  return size[0] > 0 && size[1] > 0 ? { row, column, rows: size[0], columns: size[1] } : null;
}

/**
 * Return the places that add most to a sum, with their share of the largest.
 * @param {import("../network/sums.js").Window[]} windows of whole maps
 * @returns {{ at: number, share: number, value: number, weight: number }[]}
 */
export function strongest(windows, most = MOST) {
  const size = windows[0].values.length;
  const all = windows.flatMap(({ map, values, weights }) => Array.from(values, (value, i) => ({ at: map * size + i, value, weight: weights[i], share: Math.abs(value * weights[i]) })));
  const some = all.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share).slice(0, most);
  return some.map((each) => ({ ...each, share: each.share / some[0].share }));
}

/** @param {Inks} inks @param {Scene} scene @param {number} node @param {Block} readers @param {Box} box @param {Palette} palette @param {(node: number, index: number) => Box} boxOf */
function paintReaders(inks, scene, node, readers, box, palette, boxOf) {
  const next = scene.nodes[node + 1];
  if (!next) return;
  const [rows, columns] = [readers.rows, readers.columns].map(([first, last]) => last - first + 1);
  if (next.maps === 1 && rows * columns === next.count) {
    const alpha = Math.max(0.12, Math.min(0.8, 14 / next.count));
    for (let i = 0; i < next.count; i++) line(inks, box, boxOf(node + 1, i), palette.to, alpha);
    return;
  }
  for (let map = readers.maps[0]; map <= readers.maps[1]; map++) {
    const place = cellsBox(next, map, readers.rows[0], readers.columns[0], rows, columns);
    line(inks, box, place, palette.to, 0.45);
    frame(inks, place, palette.to, 1.6, []);
  }
}

/** @param {import("./scene.js").Node} node @param {number} map @param {Block} block */
const spread = (node, map, { rows, columns }) => cellsBox(node, map, rows[0], columns[0], rows[1] - rows[0] + 1, columns[1] - columns[0] + 1);

/** @param {Inks} inks @param {Box} box @param {string} colour @param {number} thick @param {number[]} dashes */
function frame({ context, scale }, { x, y, width, height }, colour, thick, dashes) {
  context.strokeStyle = colour;
  context.lineWidth = thick / scale;
  context.setLineDash(dashes.map((each) => each / scale));
  context.strokeRect(x, y, width, height);
  context.setLineDash([]);
}

/** Draw a line from the side where one box ends to that where the other begins. @param {Inks} inks @param {Box} from @param {Box} to @param {string} colour @param {number} alpha */
function line({ context, scale, down }, from, to, colour, alpha) {
  const [x1, y1] = down ? [from.x + from.width / 2, from.y + from.height] : [from.x + from.width, from.y + from.height / 2];
  const [x2, y2] = down ? [to.x + to.width / 2, to.y] : [to.x, to.y + to.height / 2];
  context.strokeStyle = colour;
  context.globalAlpha = alpha;
  context.lineWidth = 1.2 / scale;
  context.beginPath();
  context.moveTo(x1, y1);
  if (down) context.bezierCurveTo(x1, (y1 + y2) / 2, x2, (y1 + y2) / 2, x2, y2);
  else context.bezierCurveTo((x1 + x2) / 2, y1, (x1 + x2) / 2, y2, x2, y2);
  context.stroke();
  context.globalAlpha = 1;
}

/** Draw what a window sends to a number: an area that narrows to it. @param {Inks} inks @param {Box} from @param {Box} to @param {string} colour */
function beam({ context, scale, down }, from, to, colour) {
  const points = down
    ? [[from.x, from.y + from.height], [from.x + from.width, from.y + from.height], [to.x + to.width, to.y], [to.x, to.y]]
    : [[from.x + from.width, from.y], [to.x, to.y], [to.x, to.y + to.height], [from.x + from.width, from.y + from.height]];
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = 1 / scale;
  context.beginPath();
  points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
  context.globalAlpha = 0.16;
  context.fill();
  context.globalAlpha = 0.7;
  context.stroke();
  context.globalAlpha = 1;
}

