/** Tune a network for several sets of drawings as the browser does: `node visitors.js TASK.json` prints the recipe and the weights, as JSON. */

import { readFile } from "node:fs/promises";
import { run } from "../../demos/widgets/network/architectures.js";
import { Classifier } from "../../demos/widgets/network/classifier.js";
import { learn, names, RECIPE, split } from "../../demos/widgets/tuning/finetune.js";

const { architecture, tensors, preprocessing, samples, sets } = JSON.parse(await readFile(process.argv[2], "utf8"));
const known = new Map(Object.entries(tensors).map(([name, values]) => [name, { shape: architecture.tensors[name], data: Float32Array.from(values) }]));
const model = new Classifier(architecture, known, { preprocessing }, null);
const { head, tail } = split(architecture);
const old = new Map(names(tail).map((name) => [name, Float64Array.from(known.get(name).data)]));
const features = (image) => run({ stages: [{ name: "head", layers: head }], tensors: {} }, known, model.normalised(Uint8Array.from(image))).get("head").data;
const remembered = samples.map(features);
const answers = sets.map(({ images, digits }) => {
  const weights = learn(tail, old, images.map((image, i) => ({ features: features(image), digit: digits[i] })), remembered);
  return names(tail).flatMap((name) => [...Float32Array.from(weights.get(name))]);
});
console.log(JSON.stringify({ recipe: RECIPE, weights: answers }));
