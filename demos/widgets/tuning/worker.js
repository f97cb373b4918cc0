/** Fine-tuning in a thread of its own, which is ended where the visitor cancels: tuning.js is its other end. */

import { run } from "../network/architectures.js";
import { load } from "../network/classifier.js";
import { forward, learn, names, partsOf, RECIPE, softmax, split } from "./finetune.js";

/** @typedef {import("./finetune.js").Weights} Weights */
/** @typedef {{ digit: number, image: Uint8Array }} Drawing */
/** @typedef {{ source: import("../network/classifier.js").Source, drawings: Drawing[], samples: Uint8Array[] }} Task samples: drawn digits to be remembered */
/** @typedef {{ answer: number, share: number }} Read what is read, and the share of the right digit */

const PARTS = 5; // that the drawings are kept aside in
const LEAST = 5; // drawings of which some can be kept aside

/** @param {Task} task */
async function work({ source, drawings, samples }) {
  const model = await load(source);
  const { head, tail } = split(model.architecture);
  /** @type {Weights} */
  const old = new Map(names(tail).map((name) => [name, Float64Array.from(model.tensors.get(name)?.data ?? [])]));
  /** @param {Uint8Array} image */
  const features = (image) => [...run({ stages: [{ name: "head", layers: head }], tensors: {} }, model.tensors, model.normalised(image)).values()][0].data;
  const drawn = drawings.map(({ image, digit }) => ({ digit, features: features(image) }));
  const remembered = samples.map(features);
  const parts = drawn.length < LEAST ? 0 : PARTS;
  const steps = RECIPE.steps * (1 + parts);
  let done = 0;
  const onStep = () => postMessage({ done: ++done / steps });
  /** @param {typeof drawn} some */
  const trained = (some) => learn(tail, old, some, remembered, onStep);
  /** @param {Weights} weights @param {(typeof drawn)[number]} each @returns {Read} */
  const read = (weights, each) => {
    const shares = softmax(forward(tail, weights, each.features).logits);
    return { answer: shares.indexOf(Math.max(...shares)), share: shares[each.digit] };
  };

  const weights = trained(drawn);
  const part = partsOf(drawn.length, parts);
  const others = Array.from({ length: parts }, (_, which) => trained(drawn.filter((_, i) => part[i] !== which)));
  postMessage({
    weights: new Map([...weights].map(([name, values]) => [name, Float32Array.from(values)])),
    before: drawn.map((each) => read(old, each)),
    after: drawn.map((each) => read(weights, each)),
    aside: parts ? drawn.map((each, i) => read(others[part[i]], each)) : null,
  });
}

addEventListener("message", ({ data }) => work(data).catch((error) => postMessage({ failed: error instanceof Error ? error.message : String(error) })));
