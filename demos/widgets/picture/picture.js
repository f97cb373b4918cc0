/** A network as one picture that is zoomed, panned and pointed at, and that follows the drawing. */

import { softmax } from "../network/layers.js";
import { asMaps, explain, field, readers } from "../network/sums.js";
import { paintLinks } from "./links.js";
import { fillSheet, number, paintBands, paintBars, paintLabel, paintMaps, paintNumbers, paintTitles, paletteOf, rangeOf, barBox } from "./paint.js";
import { decode, encode } from "./place.js";
import { listen } from "./pointing.js";
import { createReadout } from "./readout.js";
import { cellBox, indexAt, layout, neighbour, shapesOf } from "./scene.js";
import { WHOLE, moved, showing, zoomed } from "./view.js";
import { createWeights } from "./weights.js";

/** @typedef {import("../network/background.js").Net} Net */
/** @typedef {import("../network/background.js").Inside} Inside */
/** @typedef {import("./scene.js").Box} Box */
/** @typedef {import("./links.js").Look} Look */

const QUIET = 700; // ms of rest until what is looked at is read aloud
const ADDRESS = "at"; // the number that is held, in the page's address

/** All numbers of a vector, which softmax reads. @param {number[]} shape @returns {import("../network/sums.js").Block} */
const everyOne = ([count]) => ({ maps: [0, 0], rows: [0, 0], columns: [0, count - 1] });

/**
 * Bring the picture in `root` to life. describe(model) returns what a model is made of. Returns {show}: show(inside) paints what a
 * model made of a drawing, show(null) leaves the picture as it is.
 * @param {HTMLElement} root
 * @param {{ describe: (model: string) => Promise<Net> }} networks
 */
export function createPicture(root, { describe }) {
  const canvas = /** @type {HTMLCanvasElement} */ (root.querySelector(".scene"));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const aloud = /** @type {HTMLElement} */ (root.querySelector(".aloud"));
  const words = JSON.parse(root.dataset.words ?? "{}");
  const stageTitles = JSON.parse(root.dataset.titles ?? "{}");
  const readout = createReadout(/** @type {HTMLElement} */ (root.querySelector(".sum")), words);

  /** @type {Net | null} */ let net = null;
  let model = "";
  /** @type {import("../network/layers.js").Tensor[]} */ let tensors = [];
  /** @type {ArrayLike<number>[]} */ let values = [];
  /** @type {number[][]} */ let shapes = [];
  /** @type {import("./scene.js").Scene | null} */ let scene = null;
  /** @type {HTMLCanvasElement[]} */ let sheets = [];
  /** @type {[number, number][]} */ let ranges = [];
  const weightsOf = createWeights();
  let view = WHOLE;
  /** @type {{ node: number, index: number } | null} */ let at = null;
  let isHeld = false;
  let isPlanned = false;
  let isStale = true; // the sheets do not show the values
  let isFresh = false; // it was held just now
  let speech = 0;

  /** @param {Inside | null} inside */
  async function show(inside) {
    if (!inside) return;
    const known = await describe(inside.model);
    const isOther = inside.model !== model;
    [net, model, tensors] = [known, inside.model, inside.values];
    const logits = tensors[tensors.length - 1].data;
    values = [...tensors.map(({ data }) => data), softmax(logits, known.temperature)];
    ranges = values.map(rangeOf);
    isStale = true;
    if (isOther) become();
    plan();
  }

  /** Lay out another network. */
  function become() {
    shapes = shapesOf(tensors);
    sheets = shapes.map(() => document.createElement("canvas"));
    const asked = decode(new URL(location.href).searchParams.get(ADDRESS), names(), shapes);
    [at, isHeld, view] = [asked, Boolean(asked), WHOLE];
    if (!at) /** @type {HTMLElement} */ (root.querySelector(".sum")).hidden = true;
    fit();
  }

  const names = () => ["input", ...(net?.stages ?? []).map(({ name }) => name), "softmax"];
  const titles = () => [words.input, ...(net?.stages ?? []).map(titleOf), words.output];
  const titleOf = (/** @type {import("../network/architectures.js").Stage} */ { name, layers }) =>
    layers[0].kind === "Upsample" ? words.resized.replaceAll("{0}", String(layers[0].size?.[0])) : (titlesOf()?.[name] ?? name);

  /** Return the titles of the network's stages; one that the visitor trained has those of its like. @returns {Record<string, string> | undefined} */
  function titlesOf() {
    const names = String(net?.stages.map(({ name }) => name));
    return stageTitles[model] ?? Object.values(stageTitles).find((each) => String(Object.keys(each)) === names);
  }

  function fit() {
    if (!canvas.clientWidth || !shapes.length) return;
    scene = layout(shapes, canvas.clientWidth);
    canvas.style.height = `${scene.height}px`;
    [canvas.width, canvas.height] = [scene.width, scene.height].map((each) => Math.round(each * devicePixelRatio));
    look(WHOLE);
  }

  /** @param {import("./view.js").View} next */
  function look(next) {
    view = next;
    root.classList.toggle("close", view.scale > 1);
    canvas.style.touchAction = view.scale > 1 ? "none" : "pan-y"; // at first a finger scrolls the page
    plan();
  }

  function plan() {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      paint();
    });
  }

  function paint() {
    if (!scene || !net || !canvas.clientWidth) return;
    const [known, palette, last] = [net, paletteOf(root), scene.nodes.length - 1];
    const isSeen = (/** @type {Box} */ box) => seen(box);
    if (isStale) scene.nodes.forEach((node, i) => i < last && fillSheet(sheets[i], node, values[i], ranges[i]));
    isStale = false;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, scene.width, scene.height);
    inScene(() => {
      paintBands(context, /** @type {any} */ (scene), palette);
      scene?.nodes.forEach((node, i) => i < last && paintMaps(context, node, sheets[i], palette, view.scale, isSeen));
    });
    scene.nodes.forEach((node, i) => i < last && paintNumbers(context, node, values[i], ranges[i], view, palette, isSeen, (index) => weightsOf(known, i, shapes[i - 1], index, palette)));
    paintBars(context, scene.nodes[last], values[last], net.labels, view, palette, scene.down);
    const now = at && detailOf(at);
    if (now) inScene(() => paintLinks(context, /** @type {any} */ (scene), now, palette, view.scale, boxOf));
    paintTitles(context, scene, view, titles().map((title, i) => [title, shapes[i].join(" × ")]), palette);
    if (now) paintLabel(context, onScreen(boxOf(now.node, now.index)), number(values[now.node][now.index]), palette, scene);
    if (now) readout.show(factsOf(now));
    if (isFresh) uncover();
    isFresh = false;
    root.dataset.painted = String(Number(root.dataset.painted ?? 0) + 1);
  }

  /** @param {() => void} draw */
  function inScene(draw) {
    context.save();
    context.translate(view.x, view.y);
    context.scale(view.scale, view.scale);
    draw();
    context.restore();
  }

  /** @param {Box} box @returns {Box} */
  const onScreen = ({ x, y, width, height }) => ({ x: x * view.scale + view.x, y: y * view.scale + view.y, width: width * view.scale, height: height * view.scale });

  /** @param {Box} box */
  function seen(box) {
    const { x, y, width, height } = onScreen(box);
    return x < canvas.clientWidth && y < canvas.clientHeight && x + width > 0 && y + height > 0;
  }

  /** Return all there is to know of a number. @param {{ node: number, index: number }} place @returns {Look} */
  function detailOf({ node, index }) {
    const [stages, all] = [net?.stages ?? [], net?.tensors ?? new Map()];
    const stage = stages[node - 1];
    return {
      node,
      index,
      sum: stage ? explain(stage, all, tensors[node - 1], shapes[node], index) : null,
      readers: stages[node] ? readers(stages[node], all, shapes[node], shapes[node + 1], index) : node === stages.length ? everyOne(shapes[node]) : null,
      field: stage ? field(stages.slice(0, node), all, shapes, index) : null,
    };
  }

  /** @param {Look} now @returns {import("./readout.js").Facts} */
  const factsOf = (now) => ({ look: now, net: /** @type {Net} */ (net), shapes, values, titles: titles() });

  /** @param {number} node @param {number} index @returns {Box} */
  function boxOf(node, index) {
    const { nodes, down } = /** @type {import("./scene.js").Scene} */ (scene);
    return node === nodes.length - 1 ? barBox(nodes[node], index, down) : cellBox(nodes[node], index);
  }

  /** Return the number at a point of the screen, or null. @param {number} x @param {number} y */
  function hit(x, y) {
    if (!scene) return null;
    const [a, b] = [(x - view.x) / view.scale, (y - view.y) / view.scale];
    for (const [node, each] of scene.nodes.entries()) {
      if (node === scene.nodes.length - 1) {
        const index = Array.from({ length: each.count }, (_, i) => i).find((i) => contains(boxOf(node, i), a, b));
        if (index !== undefined) return { node, index };
      } else {
        const index = indexAt(each, a, b);
        if (index >= 0) return { node, index };
      }
    }
    return null;
  }

  /** @param {Box} box @param {number} x @param {number} y */
  const contains = (box, x, y) => x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;

  /** Look at a number, and say it once it rests. @param {{ node: number, index: number } | null} place */
  function turnTo(place) {
    at = place;
    clearTimeout(speech);
    speech = window.setTimeout(say, QUIET);
    plan();
  }

  function say() {
    if (!at || !net) return;
    const total = root.querySelector(".total")?.textContent ?? "";
    aloud.textContent = `${readout.name(factsOf(detailOf(at)))} = ${number(values[at.node][at.index], 3)}. ${total}`;
  }

  /** On a phone the read-out lies over the picture: bring what it tells of above it. */
  function uncover() {
    const sum = /** @type {HTMLElement} */ (root.querySelector(".sum"));
    if (!at || getComputedStyle(sum).position !== "sticky") return;
    const { y, height } = onScreen(boxOf(at.node, at.index));
    const under = canvas.getBoundingClientRect().top + y + height + 24 - sum.getBoundingClientRect().top;
    if (under > 0) scrollBy(0, under);
  }

  /** @param {boolean} held */
  function hold(held) {
    isHeld = held;
    const url = new URL(location.href);
    if (held && at) url.searchParams.set(ADDRESS, encode(names()[at.node], shapes[at.node], at.index));
    else url.searchParams.delete(ADDRESS);
    if (url.href !== location.href) history.replaceState(history.state, "", url);
    canvas.classList.toggle("held", held);
  }

  /** Go to another number by keys; the view follows. @param {{ node: number, index: number }} place */
  function go(place) {
    turnTo(place);
    if (isHeld) hold(true);
    if (scene) look(showing(view, boxOf(place.node, place.index), scene));
  }

  /** Return the place in a node that lies as far along as another does in its own. @param {number} node @param {{ node: number, index: number }} from */
  function alike(node, from) {
    const { nodes } = /** @type {import("./scene.js").Scene} */ (scene);
    return { node, index: Math.min(nodes[node].count - 1, Math.floor(((from.index + 0.5) / nodes[from.node].count) * nodes[node].count)) };
  }

  /** @type {import("./pointing.js").Deeds} */
  const deeds = {
    point(x, y) {
      const place = hit(x, y);
      canvas.style.cursor = place ? "crosshair" : view.scale > 1 ? "grab" : "";
      if (!isHeld && place && (place.node !== at?.node || place.index !== at?.index)) turnTo(place);
    },
    hold(x, y) {
      const place = hit(x, y);
      if (!place) return;
      if (isHeld && place.node === at?.node && place.index === at?.index) return deeds.free();
      turnTo(place);
      isFresh = true;
      hold(true);
    },
    keep: () => at && hold(!isHeld),
    free() {
      hold(false);
      turnTo(null);
      /** @type {HTMLElement} */ (root.querySelector(".sum")).hidden = true;
    },
    walk(dx, dy) {
      if (!scene) return;
      const start = { node: 0, index: Math.floor(scene.nodes[0].count / 2 + scene.nodes[0].columns / 2) };
      go(at ? { ...at, index: next(at, dx, dy) } : start);
    },
    leap(by) {
      if (scene && at) go(alike(Math.min(scene.nodes.length - 1, Math.max(0, at.node + by)), at));
    },
    zoom(by, x, y) {
      if (!scene) return;
      const middle = at ? onScreen(boxOf(at.node, at.index)) : { x: 0, y: 0, width: scene.width, height: scene.height };
      look(by ? zoomed(view, by, x ?? middle.x + middle.width / 2, y ?? middle.y + middle.height / 2, scene) : WHOLE);
    },
    pan: (dx, dy) => scene && look(moved(view, dx, dy, scene)),
    isWhole: () => view.scale === 1,
  };

  /** @param {{ node: number, index: number }} place @param {number} dx @param {number} dy */
  function next({ node, index }, dx, dy) {
    const { nodes, down } = /** @type {import("./scene.js").Scene} */ (scene);
    if (node < nodes.length - 1) return neighbour(nodes[node], index, dx, dy);
    return Math.min(nodes[node].count - 1, Math.max(0, index + (down ? dx : dy)));
  }

  listen(canvas, deeds);
  root.querySelectorAll("button").forEach((button) => button.addEventListener("click", () => deeds.zoom(Number(button.dataset.by))));
  new ResizeObserver(() => scene?.width !== canvas.clientWidth && fit()).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", plan);
  return { show };
}
