/** What fine-tuning in JavaScript makes of the cases of test_tuning.py: `node tuning.js GIVEN.json SAVED.safetensors` prints it as JSON. */

import { readFile, writeFile } from "node:fs/promises";
import { serialize } from "../../demos/widgets/network/safetensors.js";
import { forward, gradients, names, RECIPE, split, train } from "../../demos/widgets/tuning/finetune.js";

const given = JSON.parse(await readFile(process.argv[2], "utf8"));
const plain = (weights) => Object.fromEntries([...weights].map(([name, values]) => [name, [...values]]));

const cases = given.cases.map(({ tail, weights, examples }) => {
  const start = new Map(Object.entries(weights).map(([name, values]) => [name, Float64Array.from(values)]));
  const { loss, gradients: slopes } = gradients(tail, start, examples);
  const trained = train(tail, start, examples, { ...RECIPE, steps: 5 });
  return { loss, slopes: plain(slopes), trained: plain(trained), logits: [...forward(tail, start, examples[0].features).logits] };
});
const tails = Object.fromEntries(Object.entries(given.networks).map(([name, each]) => [name, names(split(each).tail)]));
const file = new Map([
  ["a.weight", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6.5) }],
  ["a.bias", { shape: [2], data: Float32Array.of(-1, 1e-9) }],
]);
await writeFile(process.argv[3], new Uint8Array(serialize(file, { base: "给" })));
console.log(JSON.stringify({ cases, tails, recipe: RECIPE }));
