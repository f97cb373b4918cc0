/** A trained network in the browser: fetched, compared with its checksum, and read with, as zoo/classifier.py does. */

import { check, fine, run } from "./architectures.js";
import { strangeness } from "./familiarity.js";
import { softmax } from "./layers.js";
import { parse } from "./safetensors.js";

/** @typedef {import("./layers.js").Tensor} Tensor */
/** @typedef {import("./architectures.js").Architecture} Architecture */
/** @typedef {{ threshold: number, tensors: import("./familiarity.js").Tensors }} Familiar */

/**
 * What is needed of a model's config.json.
 * @typedef {{
 *   name: string, labels: string[], preprocessing: { mean: number, std: number },
 *   confidence?: { temperature: number, familiarity: { threshold: number } },
 *   sha256?: Record<string, string>,
 * }} Config
 */

/**
 * What a network is made of: its layers, and where its files are, the folder of weights/ as it is; or the files themselves.
 * @typedef {{ name: string, folder: string, files: string[], architecture: Architecture }} Source
 * @typedef {{ name: string, architecture: Architecture, config: Config, weights: ArrayBuffer }} Given
 */

/** @typedef {{ probabilities: number[], familiar: boolean, strangeness: number | null, stages: Map<string, Tensor> }} Reading */

const [CONFIG, WEIGHTS, FAMILIARITY] = ["config.json", "model.safetensors", "familiarity.safetensors"];

export class Classifier {
  /**
   * @param {Architecture} architecture
   * @param {Map<string, Tensor>} tensors
   * @param {Config} config
   * @param {Familiar | null} familiar
   */
  constructor(architecture, tensors, config, familiar) {
    check(architecture, tensors);
    this.architecture = { ...architecture, stages: fine(architecture.stages) };
    this.tensors = tensors;
    this.config = config;
    this.familiar = familiar;
  }

  /** Return a prepared image as the first layer takes it. @param {Uint8Array} image 28 x 28 @returns {Tensor} */
  normalised(image) {
    const { mean, std } = this.config.preprocessing;
    const data = new Float32Array(image.length);
    for (let i = 0; i < data.length; i++) data[i] = image[i] / (255 * std) - mean / std;
    return { shape: [1, 28, 28], data };
  }

  /** Return what each stage makes of a prepared image, the logits last. @param {Uint8Array} image 28 x 28 */
  stages(image) {
    return run(this.architecture, this.tensors, this.normalised(image));
  }

  /** Return the probabilities of a prepared image, calibrated by the stored temperature. @param {Uint8Array} image 28 x 28 */
  probabilities(image) {
    return this.calibrate(logitsOf(this.stages(image)));
  }

  /** @param {ArrayLike<number>} logits */
  calibrate(logits) {
    return softmax(logits, this.config.confidence?.temperature ?? 1);
  }

  /** Return what the network reads from a prepared image, and whether it is like what it was trained on. @param {Uint8Array} image @returns {Reading} */
  read(image) {
    const stages = this.stages(image);
    const logits = logitsOf(stages);
    const strange = this.familiar && strangeness(image, logits, this.familiar.tensors);
    const familiar = strange === null || strange <= /** @type {Familiar} */ (this.familiar).threshold;
    return { probabilities: this.calibrate(logits), familiar, strangeness: strange, stages };
  }
}

/** @param {Map<string, Tensor>} stages */
export const logitsOf = (stages) => /** @type {Tensor} */ ([...stages.values()].at(-1)).data;

/**
 * Fetch a model. Throws an Error that says what is wrong with a file that is missing or damaged.
 * @param {Source} source
 */
export async function load({ name, folder, files, architecture }) {
  const fetched = await Promise.all([fetchFile(folder, CONFIG), fetchFile(folder, WEIGHTS), files.includes(FAMILIARITY) ? fetchFile(folder, FAMILIARITY) : null]);
  const [facts, weights, familiarity] = fetched;
  /** @type {Config} */
  const config = parseConfig(facts, name);
  await compare(name, WEIGHTS, weights, config);
  if (familiarity) await compare(name, FAMILIARITY, familiarity, config);
  return new Classifier(architecture, parse(weights), config, familiarOf(config, familiarity));
}

/** Return a network whose files are at hand. @param {Given} given */
export const assemble = ({ architecture, config, weights }) => new Classifier(architecture, parse(weights), config, null);

/** @param {string} folder @param {string} file */
async function fetchFile(folder, file) {
  const response = await fetch(`${folder}/${file}`);
  if (!response.ok) throw new Error(`${folder}/${file} can't be fetched: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}

/** @param {ArrayBuffer} facts @param {string} name */
function parseConfig(facts, name) {
  try {
    return JSON.parse(new TextDecoder().decode(facts));
  } catch {
    throw new Error(`${CONFIG} of ${name} is damaged: it is no JSON`);
  }
}

/**
 * Compare a file with the checksum in config.json, where the page may compute one: over https, or on this machine.
 * @param {string} name
 * @param {string} file
 * @param {ArrayBuffer} content
 * @param {Config} config
 */
async function compare(name, file, content, { sha256 }) {
  const expected = sha256?.[file];
  if (!expected || !globalThis.crypto?.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== expected) throw new Error(`${file} of ${name} is damaged: its sha256 is ${hex}, expected ${expected}`);
}

/** Return what is familiar; nothing of an old model, which holds distances. @param {Config} config @param {ArrayBuffer | null} file @returns {Familiar | null} */
function familiarOf({ confidence }, file) {
  const tensors = file && parse(file);
  return confidence && tensors?.has("conv1") ? { threshold: confidence.familiarity.threshold, tensors } : null;
}
