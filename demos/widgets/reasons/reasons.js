/** Fill the panel of reasons (reasons/__init__.py): which average picture is nearest, how strange, what the temperature does. */

import { grey, show as showPicture } from "../thumbnails/pictures.js";

/** @typedef {{ temperature: number, threshold: number, whose: string }} Facts of a model, and of which pictures they are */
/** @typedef {{ means: Uint8Array[], within: number[] }} Means of the classes, and how far 95 % of their pictures are from them */
/** @typedef {{ probabilities: number[], strangeness?: number | null }} Reading */

const SIDE = 14; // of an average picture
const SPREAD = 4; // of strangeness: that far from the threshold the mark is three quarters of the way to the end

/**
 * Return the thumbnail that an average picture is compared with: the means of 2 x 2 pixels.
 * @param {ArrayLike<number>} image 28 x 28
 * @returns {number[]}
 */
export function thumbnail(image) {
  const greys = new Array(SIDE * SIDE).fill(0);
  for (let i = 0; i < image.length; i++) greys[(Math.floor(i / 56) * SIDE) + Math.floor((i % 28) / 2)] += image[i] / 4;
  return greys;
}

/**
 * Return the class whose average picture is nearest, and the root mean square difference from it.
 * @param {ArrayLike<number>} image 28 x 28
 * @param {Means} means
 */
export function nearest(image, { means }) {
  const seen = thumbnail(image);
  const distances = means.map((mean) => Math.sqrt(seen.reduce((sum, level, i) => sum + (level - mean[i]) ** 2, 0) / seen.length));
  const label = distances.indexOf(Math.min(...distances));
  return { label, distance: distances[label] };
}

/**
 * Return what the probabilities would be without the temperature: softmax(logits) from softmax(logits / temperature).
 * @param {number[]} probabilities
 * @param {number} temperature
 */
export function undivided(probabilities, temperature) {
  const largest = Math.max(...probabilities);
  const powers = probabilities.map((share) => (share / largest) ** temperature);
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** @param {string} text @returns {Means} */
function meansOf(text) {
  const { means, within } = JSON.parse(text);
  const bytes = Uint8Array.from(atob(means), (each) => each.charCodeAt(0));
  return { within, means: within.map((/** @type {number} */ _, /** @type {number} */ i) => bytes.subarray(i * SIDE ** 2, (i + 1) * SIDE ** 2)) };
}

/** @param {number} value */
const signed = (value) => value.toFixed(2).replace("-", "−");

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(1)}%`;

/**
 * Bring the panel to life. Returns {isOpen, show}: show(reading, image, model) tells why; null that nothing was read.
 * @param {HTMLElement} root
 * @param {{ labels: string[], asked: () => void }} page the classes in its language, and what to do when somebody opens the panel
 */
export function createReasons(root, { labels, asked }) {
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  const folded = /** @type {HTMLDetailsElement} */ (find("details"));
  const [given, nothing] = [find(".given"), find(".nothing")];
  const means = meansOf(root.dataset.means ?? "");
  /** @type {Record<string, Facts>} */
  const models = JSON.parse(root.dataset.models ?? "");
  /** @type {Record<string, string>} */
  const words = JSON.parse(root.dataset.words ?? "");
  const [near, strange, sure] = /** @type {NodeListOf<HTMLElement>} */ (given.querySelectorAll(":scope > div > p"));
  const [seen, mean] = given.querySelectorAll("canvas");
  const [before, after] = /** @type {NodeListOf<HTMLElement>} */ (given.querySelectorAll(".shares i"));
  folded.addEventListener("toggle", () => folded.open && asked());

  /** @param {string} name @param {Record<string, string>} values */
  const say = (name, values) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

  /** @param {ArrayLike<number>} image */
  function showNearest(image) {
    const { label, distance } = nearest(image, means);
    showPicture(seen, grey(SIDE, SIDE, thumbnail(image)));
    showPicture(mean, grey(SIDE, SIDE, means.means[label]));
    find("figure:last-child figcaption").textContent = say("mean", { label: labels[label] });
    near.textContent = say("nearest", { label: labels[label], distance: distance.toFixed(1), within: means.within[label].toFixed(1) });
  }

  /** @param {number | null | undefined} strangeness @param {Facts} facts */
  function showStrange(strangeness, { threshold, whose }) {
    const isKnown = typeof strangeness === "number"; // a model of version 0.1 measures otherwise
    strange.hidden = find(".scale").hidden = !isKnown;
    if (!isKnown) return;
    const place = 0.5 + 0.5 * Math.tanh((strangeness - threshold) / SPREAD);
    find(".scale i").style.left = percent(place);
    find(".scale").classList.toggle("flagged", strangeness > threshold);
    strange.textContent = say("strange", { strangeness: signed(strangeness), threshold: signed(threshold), whose });
  }

  /** @param {number[]} probabilities @param {Facts} facts */
  function showTemperature(probabilities, { temperature, whose }) {
    const label = probabilities.indexOf(Math.max(...probabilities));
    const shares = [undivided(probabilities, temperature)[label], probabilities[label]];
    [before, after].forEach((bar, i) => (bar.style.transform = `scaleX(${shares[i]})`));
    const values = { label: labels[label], temperature: temperature.toFixed(2), before: percent(shares[0]), after: percent(shares[1]), whose };
    sure.textContent = say("temperature", values);
  }

  return {
    isOpen: () => folded.open,
    /** A network that came from another keeps its temperature. @param {string} name @param {string} origin */
    add: (name, origin) => (models[name] = models[origin]),
    open() {
      folded.open = true;
      folded.scrollIntoView({ block: "nearest" });
    },
    /** @param {Reading | null | undefined} reading @param {ArrayLike<number> | null} image @param {string} model */
    show(reading, image, model) {
      [given.hidden, nothing.hidden] = [!reading || !image, Boolean(reading && image)];
      if (!reading || !image) return;
      const facts = models[model];
      showNearest(image);
      showStrange(reading.strangeness, facts);
      showTemperature(reading.probabilities, facts);
    },
  };
}
