/** The networks in a thread of their own, so that drawing never waits for computing. background.js is its other end. */

import { assemble, load } from "./classifier.js";
import { changed, evidence } from "./drawing.js";
import { NoInk } from "./ink.js";
import { prepare } from "./digit.js";

/** @typedef {import("./classifier.js").Classifier} Classifier */
/** @typedef {import("./classifier.js").Source} Source */
/** @typedef {import("./classifier.js").Given} Given */
/** @typedef {import("./ink.js").Canvas} Canvas */
/** @typedef {import("./digit.js").Step} Step */
/** @typedef {Record<string, number[]>} Amounts to change an image by */
/** @typedef {{ id: number, canvas: Canvas, first: string, look: string, amounts: Amounts }} Question */
/** @typedef {{ result: import("./classifier.js").Reading, ms: number }} Timed */

/** @type {Map<string, Classifier>} In the order of the page. */
let models = new Map();
/** @type {Map<string, number>} */
const ranks = new Map();
const LONGEST = 140; // pixels of a step
let newest = 0; // the question that was asked last: what an older one still computes is dropped

/** Load a model; say so, or why not. @param {(Source | Given) & { rank: number }} source */
async function open(source) {
  try {
    const model = "weights" in source ? assemble(source) : await load(source);
    ranks.set(source.name, source.rank);
    /** @type {[string, Classifier][]} */
    const entries = [...models, [source.name, model]];
    models = new Map(entries.sort(([a], [b]) => Number(ranks.get(a)) - Number(ranks.get(b))));
    postMessage({ kind: "opened", name: source.name });
  } catch (error) {
    postMessage({ kind: "failed", name: source.name, reason: error instanceof Error ? error.message : String(error) });
  }
}

/** Answer with what the model in charge reads from a canvas, then with what all do and what there is to see inside. @param {Question} question */
async function read({ id, canvas, first: chosen, look, amounts }) {
  newest = id;
  try {
    const { image, steps } = prepare(canvas);
    /** @type {Map<string, Timed>} */
    const readings = new Map();
    /** @param {[string, Classifier]} entry */
    const readBy = ([name, model]) => readings.set(name, timed(() => model.read(image)));
    const inCharge = models.get(chosen);
    if (inCharge) {
      readBy([chosen, inCharge]);
      postMessage({ kind: "early", id, part: { early: true, models: answers(readings) } });
    }
    for (const entry of models) if (entry[1] !== inCharge) readBy(entry);
    postMessage({ kind: "answer", id, answer: { models: answers(readings), steps: steps().map(small), inside: seen(look, chosen, image, readings) } });
    if (look === "changes") await change(id, image, amounts);
  } catch (error) {
    postMessage({ kind: "answer", id, answer: error instanceof NoInk ? { blank: true } : { broken: String(error) } });
  }
}

/** @param {Map<string, Timed>} readings */
const answers = (readings) =>
  Object.fromEntries([...readings].map(([name, { result: { stages, ...reading }, ms }]) => [name, { ...reading, ms }]));

/** Return a step at half its size where it is larger than the page shows it. @param {Step} step @returns {Step} */
function small({ name, width, height, data }) {
  if (width <= LONGEST) return { name, width, height, data };
  const [columns, rows] = [width >> 1, height >> 1];
  const half = new Uint8Array(columns * rows);
  for (let y = 0, to = 0; y < rows; y++) {
    for (let from = 2 * y * width; to < (y + 1) * columns; from += 2, to++) {
      half[to] = (data[from] + data[from + 1] + data[from + width] + data[from + width + 1] + 2) >> 2;
    }
  }
  return { name, width: columns, height: rows, data: half };
}

/** @template T @param {() => T} compute @returns {{ result: T, ms: number }} */
function timed(compute) {
  const start = performance.now();
  const result = compute();
  return { result, ms: performance.now() - start };
}

/**
 * Return what there is to see inside at once: all numbers of the model in charge, from the image's to the logits, or the evidence of
 * the first that is one affine layer.
 * @param {string} look
 * @param {string} chosen the model in charge
 * @param {Uint8Array} image
 * @param {Map<string, { result: import("./classifier.js").Reading }>} readings
 */
function seen(look, chosen, image, readings) {
  if (look === "maps") {
    const [model, stages] = [models.get(chosen), readings.get(chosen)?.result.stages];
    return model && stages && { model: chosen, values: [model.normalised(image), ...stages.values()] };
  }
  if (look === "evidence") {
    const model = models.get(first(({ architecture }) => architecture.stages.length === 1) ?? "");
    return { scores: model && evidence(model, image) };
  }
  return undefined;
}

/** Answer with what a model makes of an image. @param {{ id: number, image: Uint8Array, first: string }} question */
function look({ id, image, first: chosen }) {
  const model = models.get(chosen);
  if (!model) return;
  const reading = timed(() => model.read(image));
  postMessage({ kind: "inside", id, inside: seen("maps", chosen, image, new Map([[chosen, reading]])) });
}

/** Say what a model is made of. @param {{ name: string }} question */
function describe({ name }) {
  const model = models.get(name);
  if (!model) return;
  const { architecture, tensors, config } = model;
  const { labels, preprocessing, confidence } = config;
  const net = { stages: architecture.stages, tensors, labels, preprocessing, temperature: confidence?.temperature ?? 1 };
  postMessage({ kind: "described", name, net });
}

/** @param {(model: Classifier) => boolean} fits */
const first = (fits) => [...models].find(([, model]) => fits(model))?.[0];

/** Answer with what the models make of an image that is changed, and the changed images side by side. @param {number} id @param {Uint8Array} image @param {Amounts} amounts */
async function change(id, image, amounts) {
  /** @type {Record<string, Record<string, number[][]>>} */
  const shares = {};
  /** @type {Record<string, Uint8Array[]>} */
  const strips = {};
  for (const [kind, steps] of Object.entries(amounts)) {
    strips[kind] = steps.map((amount) => changed(image, kind, amount));
    shares[kind] = {};
    for (const [name, model] of models) {
      await new Promise((resume) => setTimeout(resume)); // a newer question may have come
      if (newest !== id) return;
      shares[kind][name] = strips[kind].map((each) => model.probabilities(each));
    }
  }
  postMessage({ kind: "inside", id, inside: { shares, strips } });
}

/** Read with a model no longer. @param {string} name */
const drop = (name) => models.delete(name);

const KINDS = { open, read, look, describe, drop };
addEventListener("message", ({ data }) => KINDS[/** @type {keyof typeof KINDS} */ (data.kind)](data.of));
