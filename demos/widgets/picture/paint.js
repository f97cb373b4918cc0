/** Paint the scene: every map as grey levels, its numbers where they find room, and the lines of the number that is looked at. */

import { mapBox, cellBox } from "./scene.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./scene.js").Node} Node */
/** @typedef {import("./scene.js").Box} Box */
/** @typedef {import("./view.js").View} View */
/** @typedef {{ ink: string, muted: string, grid: string, paper: string, wash: string, accent: string, from: string, to: string, font: string }} Palette */
/** @typedef {CanvasRenderingContext2D} Context */

const LEGIBLE = 27; // pixels of a cell from which its number is written in it
const PICTURED = 24; // pixels of a unit's cell from which its weights are seen in it
const SMALL = 12; // pixels of text

/** Return the page's colours. @param {Element} element @returns {Palette} */
export function paletteOf(element) {
  const style = getComputedStyle(element);
  const of = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const [ink, muted, grid, paper, wash, accent, from, to] = ["ink", "muted", "grid", "paper", "wash", "accent", "c1", "c2"].map((each) => of(`--${each}`));
  return { ink, muted, grid, paper, wash, accent, from, to, font: style.fontFamily };
}

/** Return a number as the picture writes it. @param {number} value */
export function number(value, digits = 2) {
  const text = Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** Return the least, or 0, and the largest of a node's numbers: what is black and what is white. @param {ArrayLike<number>} data @returns {[number, number]} */
export function rangeOf(data) {
  let [low, high] = [0, 1e-9];
  for (let i = 0; i < data.length; i++) {
    if (data[i] < low) low = data[i];
    if (data[i] > high) high = data[i];
  }
  return [low, high];
}

/** Return the grey level of a number. @param {number} value @param {[number, number]} range */
export const level = (value, [low, high]) => Math.round((255 * (Math.max(low, value) - low)) / (high - low));

/**
 * Put a node's maps on a sheet of their own, a pixel a number, one below the other.
 * @param {HTMLCanvasElement} sheet @param {Node} node @param {ArrayLike<number>} data @param {[number, number]} range
 */
export function fillSheet(sheet, { columns, rows, maps }, data, range) {
  if (sheet.width !== columns || sheet.height !== rows * maps) [sheet.width, sheet.height] = [columns, rows * maps];
  const pixels = new ImageData(columns, rows * maps);
  for (let i = 0; i < data.length; i++) {
    const grey = level(data[i], range);
    pixels.data[4 * i] = pixels.data[4 * i + 1] = pixels.data[4 * i + 2] = grey;
    pixels.data[4 * i + 3] = 255;
  }
  /** @type {Context} */ (sheet.getContext("2d")).putImageData(pixels, 0, 0);
}

/** Show where each node leads to: a band to the next. @param {Context} context @param {Scene} scene @param {Palette} palette */
export function paintBands(context, { nodes, down }, palette) {
  context.fillStyle = palette.wash;
  for (let i = 0; i + 1 < nodes.length; i++) {
    const [a, b] = [nodes[i], nodes[i + 1]];
    context.beginPath();
    if (down) outline(context, [[a.x, a.y + a.height], [a.x + a.width, a.y + a.height], [b.x + b.width, b.y], [b.x, b.y]]);
    else outline(context, [[a.x + a.width, a.y], [b.x, b.y], [b.x, b.y + b.height], [a.x + a.width, a.y + a.height]]);
    context.fill();
  }
}

/** @param {Context} context @param {number[][]} points */
function outline(context, points) {
  points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
}

/**
 * Paint a node's maps.
 * @param {Context} context @param {Node} node @param {HTMLCanvasElement} sheet @param {Palette} palette @param {number} scale @param {(box: Box) => boolean} isSeen
 */
export function paintMaps(context, node, sheet, palette, scale, isSeen) {
  context.imageSmoothingEnabled = false;
  context.strokeStyle = palette.grid;
  context.lineWidth = 1 / scale;
  const lastLine = node.count % node.columns;
  for (let map = 0; map < node.maps; map++) {
    const box = mapBox(node, map);
    if (!isSeen(box)) continue;
    context.drawImage(sheet, 0, map * node.rows, node.columns, node.rows, box.x, box.y, box.width, box.height);
    if (!lastLine || node.maps > 1) context.strokeRect(box.x, box.y, box.width, box.height);
  }
  if (node.cell * scale >= 9) paintGrid(context, node, palette, scale, isSeen);
}

/** Part the cells where they are large. @param {Context} context @param {Node} node @param {Palette} palette @param {number} scale @param {(box: Box) => boolean} isSeen */
function paintGrid(context, node, palette, scale, isSeen) {
  context.strokeStyle = palette.paper;
  context.globalAlpha = Math.min(1, (node.cell * scale) / 30);
  context.beginPath();
  for (let map = 0; map < node.maps; map++) {
    const { x, y, width, height } = mapBox(node, map);
    if (!isSeen({ x, y, width, height })) continue;
    for (let row = 1; row < node.rows; row++) context.moveTo(x, y + row * node.cell), context.lineTo(x + width, y + row * node.cell);
    for (let column = 1; column < node.columns; column++) context.moveTo(x + column * node.cell, y), context.lineTo(x + column * node.cell, y + height);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/**
 * Write a node's numbers into its cells where they are large enough, over the picture of a unit's weights where it has one.
 * @param {Context} context in the screen's pixels @param {Node} node @param {ArrayLike<number>} data @param {[number, number]} range
 * @param {View} view @param {Palette} palette @param {(box: Box) => boolean} isSeen @param {((index: number) => HTMLCanvasElement | null)} weights
 */
export function paintNumbers(context, node, data, range, view, palette, isSeen, weights) {
  const side = node.cell * view.scale;
  if (side < PICTURED) return;
  context.font = `${Math.min(SMALL + 2, Math.max(11, side / 3.4))}px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let i = 0; i < node.count; i++) {
    const box = cellBox(node, i);
    if (!isSeen(box)) continue;
    const [x, y] = [box.x * view.scale + view.x, box.y * view.scale + view.y];
    const picture = weights(i);
    if (picture) paintWeights(context, picture, x, y, side, palette);
    if (side < LEGIBLE || (picture && side < 3 * LEGIBLE)) continue;
    context.fillStyle = picture ? palette.ink : level(data[i], range) > 120 ? "#000" : "#fff";
    context.fillText(number(data[i], side < 44 ? 1 : 2), x + side / 2, picture ? y + side - 10 : y + side / 2);
  }
}

/** @param {Context} context @param {HTMLCanvasElement} picture @param {number} x @param {number} y @param {number} side @param {Palette} palette */
function paintWeights(context, picture, x, y, side, palette) {
  const margin = Math.max(3, side / 10);
  context.fillStyle = palette.paper;
  context.fillRect(x + margin, y + margin, side - 2 * margin, side - 2 * margin);
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, x + margin, y + margin, side - 2 * margin, side - 2 * margin);
}

/**
 * Paint the probabilities as bars, each with its class.
 * @param {Context} context in the screen's pixels @param {Node} node @param {ArrayLike<number>} data @param {string[]} labels @param {View} view @param {Palette} palette @param {boolean} down
 */
export function paintBars(context, node, data, labels, view, palette, down) {
  const best = Array.from(data).indexOf(Math.max(...Array.from(data)));
  context.textBaseline = "middle";
  for (let i = 0; i < node.count; i++) {
    const { x, y, width, height } = barBox(node, i, down);
    const [left, top, w, h] = [x * view.scale + view.x, y * view.scale + view.y, width * view.scale, height * view.scale];
    const length = (down ? h - 34 : w - 62) * data[i];
    context.fillStyle = i === best ? palette.accent : palette.muted;
    if (down) context.fillRect(left + 0.2 * w, top + h - 18 - length, 0.6 * w, Math.max(1, length));
    else context.fillRect(left + 18, top + 0.3 * h, Math.max(1, length), 0.4 * h);
    context.fillStyle = i === best ? palette.ink : palette.muted;
    context.font = `${i === best ? 600 : 400} 13px ${palette.font}`;
    context.textAlign = down ? "center" : "left";
    context.fillText(labels[i], down ? left + w / 2 : left + 2, down ? top + h - 7 : top + h / 2);
    context.font = `${down ? 11 : 12}px ${palette.font}`;
    const share = `${(100 * data[i]).toFixed(down ? 0 : 1)}${down ? "" : "%"}`;
    context.fillText(share, down ? left + w / 2 : left + 22 + length, down ? top + h - 26 - length : top + h / 2);
  }
}

/** Return where a probability's bar stands: a cell, but as long as the node. @param {Node} node @param {number} index @param {boolean} down @returns {Box} */
export function barBox(node, index, down) {
  const box = cellBox(node, index);
  return down ? { ...box, height: node.height } : { ...box, width: node.width };
}

/** Write the number that is looked at beside its cell, where it is too small to hold it. @param {Context} context @param {Box} box on the screen @param {string} text @param {Palette} palette @param {{ width: number }} scene */
export function paintLabel(context, { x, y, width, height }, text, palette, scene) {
  if (Math.min(width, height) >= LEGIBLE) return;
  context.font = `600 ${SMALL}px ${palette.font}`;
  const room = context.measureText(text).width + 10;
  const left = Math.min(scene.width - room, Math.max(0, x + width / 2 - room / 2));
  const top = y > 26 ? y - 24 : y + height + 6;
  context.fillStyle = palette.accent;
  context.beginPath();
  context.roundRect(left, top, room, 18, 5);
  context.fill();
  context.fillStyle = palette.paper;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, left + room / 2, top + 9.5);
}

/**
 * Write what each node is over it, in lines as wide as there is room.
 * @param {Context} context in the screen's pixels @param {Scene} scene @param {View} view @param {string[][]} titles lines of each @param {Palette} palette
 */
export function paintTitles(context, { nodes, down, width }, view, titles, palette) {
  context.font = `${SMALL}px ${palette.font}`;
  context.textBaseline = "bottom";
  context.textAlign = down ? "left" : "center";
  nodes.forEach((node, i) => {
    const x = (node.x + node.width / 2) * view.scale + view.x;
    const top = Math.max(node.y * view.scale + view.y - 6, 4);
    const room = down ? width : (roomOver(nodes, i, width) + node.width) * view.scale - 6;
    const lines = down ? [titles[i].join(" · ")] : titles[i].flatMap((text) => wrapped(context, text, Math.max(64, room)));
    const bottom = Math.max(top, 15 * lines.length);
    lines.reverse().forEach((line, k) => paintTitle(context, line, down ? 1 : x, bottom - 15 * k, palette, !down && k > 0, view.scale > 1));
  });
}

/** Return how much wider than a node its title may be. @param {Node[]} nodes @param {number} i @param {number} width */
function roomOver(nodes, i, width) {
  const [before, node, after] = [nodes[i - 1], nodes[i], nodes[i + 1]];
  return Math.min(node.x - (before ? before.x + before.width : 0), (after?.x ?? width) - node.x - node.width);
}

/** @param {Context} context @param {string} line @param {number} x @param {number} y @param {Palette} palette @param {boolean} isName @param {boolean} isOver it may stand over maps */
function paintTitle(context, line, x, y, palette, isName, isOver) {
  if (isOver) {
    const width = context.measureText(line).width + 6;
    context.fillStyle = palette.paper;
    context.globalAlpha = 0.85;
    context.fillRect(context.textAlign === "center" ? x - width / 2 : x - 3, y - 14, width, 15);
    context.globalAlpha = 1;
  }
  context.fillStyle = isName ? palette.ink : palette.muted;
  context.fillText(line, x, y);
}

/** @param {Context} context @param {string} text @param {number} room @returns {string[]} */
function wrapped(context, text, room) {
  const lines = [""];
  for (const word of text.split(/(?<=[\s，、])(?<!×\s)(?!×)/)) {
    const longer = lines[lines.length - 1] + word;
    if (lines[lines.length - 1] && context.measureText(longer.trim()).width > room) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => line.trim());
}
