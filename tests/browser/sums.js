/**
 * Take numbers of the networks apart as the picture does: `node sums.js FOLDER` prints, as JSON, how far the sums are from the
 * networks' own numbers, and the places where what is said to read a number is not what changes with it. Cases: golden.py.
 */

import { readFile } from "node:fs/promises";
import { fine, run } from "../../demos/widgets/network/architectures.js";
import { load } from "../../demos/widgets/network/classifier.js";
import { parse } from "../../demos/widgets/network/safetensors.js";
import { asMaps, explain, field, placeOf, readers } from "../../demos/widgets/network/sums.js";

const folder = process.argv[2];
const EACH = 60; // numbers of a stage that are taken apart
globalThis.fetch = async (path) => new Response(await readFile(String(path)));
const answers = JSON.parse(await readFile(`${folder}/answers.json`, "utf8"));

let seed = 7;
const chance = (below) => Math.floor(below * ((seed = (seed * 16807) % 2147483647) / 2147483647));

/** Compare each stage's sums with its numbers. */
function compare({ stages }, tensors, picture) {
  const all = [picture, ...run({ stages }, tensors, picture).values()];
  const facts = { largest: 0, numbers: 0, wrong: [] };
  stages.forEach((stage, i) => {
    const [x, y] = [all[i], all[i + 1]];
    for (let k = 0; k < EACH; k++) {
      const index = chance(y.data.length);
      const { value, windows, bias, sum } = explain(stage, tensors, x, y.shape, index);
      const parts = windows.reduce((total, { subtotal }) => total + subtotal, bias ?? 0);
      facts.largest = Math.max(facts.largest, Math.abs(value - y.data[index]), Math.abs(parts - sum));
      facts.numbers += 1;
    }
    for (let k = 0; k < 8; k++) {
      const index = chance(x.data.length);
      const block = readers(stage, tensors, x.shape, y.shape, index);
      if (!sameBlock(block, changedBy(stage, tensors, x, y, index))) facts.wrong.push(`${stage.name} ${index} ${JSON.stringify(block)}`);
    }
  });
  const last = stages.length;
  for (let i = 1; i <= last; i++) {
    const shapes = all.map(({ shape }) => shape);
    const index = chance(all[i].data.length);
    const { rows, columns } = field(stages.slice(0, i), tensors, shapes, index);
    const outside = picture.data.map((value, at) => (within(placeOf(picture.shape, at), { maps: [0, 0], rows, columns }) ? value : value + 1));
    const again = [...run({ stages: stages.slice(0, i) }, tensors, { shape: picture.shape, data: outside }).values()].at(-1).data[index];
    if (Math.abs(again - all[i].data[index]) > 1e-5) facts.wrong.push(`field of ${stages[i - 1].name} ${index}`);
  }
  return facts;
}

const within = ([map, row, column], { maps, rows, columns }) =>
  map >= maps[0] && map <= maps[1] && row >= rows[0] && row <= rows[1] && column >= columns[0] && column <= columns[1];

/** Return the block of numbers that a great change of one input changes: of the sums alone, as an activation may hide a change. */
function changedBy(stage, tensors, x, y, index) {
  const sums = { ...stage, layers: stage.layers.filter(({ kind }) => !["ReLU", "Tanh", "Sigmoid"].includes(kind)) };
  const made = (data) => [...run({ stages: [sums] }, tensors, { shape: x.shape, data }).values()][0].data;
  const [before, after] = [made(x.data), made(x.data.map((value, i) => (i === index ? value + 1e4 : value)))];
  const places = [...before.keys()].filter((i) => before[i] !== after[i]).map((i) => placeOf(y.shape, i));
  if (!places.length) return null;
  const ends = (axis) => [Math.min(...places.map((place) => place[axis])), Math.max(...places.map((place) => place[axis]))];
  return { maps: ends(0), rows: ends(1), columns: ends(2) };
}

const sameBlock = (a, b) => JSON.stringify(a && [a.maps, a.rows, a.columns]) === JSON.stringify(b && [b.maps, b.rows, b.columns]);

const report = {};
for (const { source, dataset } of answers.models) {
  const model = await load(source);
  const image = Uint8Array.from(answers.pictures[dataset][3]);
  report[source.name] = compare(model.architecture, model.tensors, model.normalised(image));
}
const { architecture, images } = answers.foreign;
const tensors = parse(new Uint8Array(await readFile(`${folder}/foreign.safetensors`)).buffer);
const picture = { shape: [1, 28, 28], data: Float32Array.from(images[0], (each) => each / 255) };
report.foreign = compare({ stages: fine(architecture.stages) }, tensors, picture);
console.log(JSON.stringify(report));
