/** Compare the networks in JavaScript with the golden cases of golden.py: `node golden.js FOLDER` prints how far they differ, as JSON. */

import { readFile } from "node:fs/promises";
import { run } from "../../demos/widgets/network/architectures.js";
import { load, logitsOf } from "../../demos/widgets/network/classifier.js";
import { prepare as toImage } from "../../demos/widgets/network/digit.js";
import { changed, evidence } from "../../demos/widgets/network/drawing.js";
import { NoInk } from "../../demos/widgets/network/ink.js";
import { parse } from "../../demos/widgets/network/safetensors.js";

const SIDE = 280;
const NEAR = 2; // grey levels
const folder = process.argv[2];
globalThis.fetch = async (path) => new Response(await readFile(String(path)));

const answers = JSON.parse(await readFile(`${folder}/answers.json`, "utf8"));
const alphas = await readFile(`${folder}/canvases.bin`);

function canvas(index) {
  const data = new Uint8ClampedArray(4 * SIDE * SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) data[4 * i + 3] = alphas[index * SIDE * SIDE + i];
  return { width: SIDE, height: SIDE, data };
}

function prepare(index) {
  try {
    return toImage(canvas(index)).image;
  } catch (error) {
    if (error instanceof NoInk) return null;
    throw error;
  }
}

const best = (values) => values.indexOf(Math.max(...values));
const largest = (values, others) => values.reduce((most, value, i) => Math.max(most, Math.abs(value - others[i])), 0);
const milliseconds = (count, work) => {
  const start = performance.now();
  work();
  return (performance.now() - start) / count;
};

/** Compare prepared pictures; those that only one side can read are `unequal`. */
function comparePictures() {
  const images = [];
  const ms = milliseconds(answers.prepared.length, () => answers.prepared.forEach((_, i) => images.push(prepare(i))));
  const facts = { canvases: images.length, unequal: [], pixels: 0, far: 0, largest: 0, ms };
  answers.prepared.forEach((expected, i) => {
    if (!expected !== !images[i]) facts.unequal.push(i);
    if (!expected || !images[i]) return;
    const away = expected.map((level, k) => Math.abs(level - images[i][k]));
    facts.pixels += away.length;
    facts.far += away.filter((each) => each > NEAR).length;
    facts.largest = Math.max(facts.largest, ...away);
  });
  const readable = images.filter((_, i) => answers.prepared[i]).map((image) => image ?? new Uint8Array(784));
  return { facts, readable };
}

/** Compare logits and probabilities on Python's pictures, and labels and familiarity from end to end. */
async function compareModel({ source, dataset, logits, probabilities, labels, familiar }, readable) {
  const model = await load(source);
  const expected = answers.pictures[dataset].map((levels) => Uint8Array.from(levels));
  const images = dataset === "mnist" ? readable : expected;
  const away = expected.map((image, i) => largest([...logitsOf(model.stages(image))], logits[i]));
  const calibrated = expected.map((image, i) => largest(model.probabilities(image), probabilities[i]));
  let readings = [];
  const ms = milliseconds(images.length, () => (readings = images.map((image) => model.read(image))));
  const differences = readings.flatMap((reading, i) => {
    const [python, browser] = [[labels[i], familiar[i]], [best(reading.probabilities), reading.familiar]];
    return String(python) === String(browser) ? [] : [{ picture: i, python, browser }];
  });
  return [source.name, { logits: Math.max(...away), probabilities: Math.max(...calibrated), read: images.length, differences, ms }];
}

async function compareForeign({ architecture, images, stages }) {
  const tensors = parse(new Uint8Array(await readFile(`${folder}/foreign.safetensors`)).buffer);
  const away = images.map((levels, i) => {
    const picture = { shape: [1, 28, 28], data: Float32Array.from(levels, (level) => level / 255) };
    const outputs = run(architecture, tensors, picture);
    return Math.max(...Object.entries(stages).map(([name, values]) => largest([...outputs.get(name).data], values[i])));
  });
  return Math.max(...away);
}

function compareMicroscope({ image, amounts, changed: pictures, evidence: pixels, scores }, softmax) {
  const levels = Uint8Array.from(image);
  const changes = Object.entries(amounts).flatMap(([name, each]) =>
    each.map((amount, i) => largest([...changed(levels, name, amount)], pictures[name][i])),
  );
  const speaks = evidence(softmax, levels).map((each, i) =>
    Math.max(largest([...each.pixels], pixels[i]), Math.abs(each.score - scores[i])),
  );
  return { levels: Math.max(...changes), evidence: Math.max(...speaks) };
}

const { facts, readable } = comparePictures();
const models = Object.fromEntries(await Promise.all(answers.models.map((each) => compareModel(each, readable))));
const softmax = await load(answers.models.find(({ source }) => source.name === "softmax-mnist").source);
const foreign = await compareForeign(answers.foreign);
const microscope = answers.microscope.map((each) => compareMicroscope(each, softmax));
console.log(JSON.stringify({ pictures: facts, models, foreign, microscope }));
