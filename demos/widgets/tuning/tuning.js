// Trains the last layers of the network in charge on the digits that the visitor named, in this browser, and lets the outcome read the pad.

import { load } from "../network/classifier.js";
import { serialize } from "../network/safetensors.js";
import { store, stored, TUNED } from "../storage/storage.js";
import { grey, show as showPicture } from "../thumbnails/pictures.js";
import { count, names, split } from "./finetune.js";

const YOURS = "yours"; // the name of the network among the others
const SIDE = 28;
const MOST_TURNS = 40; // drawings whose answers are shown

const toText = (data) => btoa(Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), (byte) => String.fromCharCode(byte)).join(""));
const toBytes = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const edition = ({ folder }) => folder.split("/").at(-1);

/**
 * Bring the part in `root` to life. sources: what the networks are made of; samples: where the digits are that they are to remember; networks: startNetworks' answer; reading: createReading's;
 * score(request) asks the server for the accuracy on the test set, without it there is none. Returns {collected}:
 * collected(entries) tells which digits the visitor has named.
 */
export function createTuning(root, { sources, samples, networks, reading, score }) {
  const find = (selector) => root.querySelector(selector);
  const words = (selector, values) => filled(find(selector).dataset.text, values);
  const say = (text) => (find(".told").textContent = text);
  const sourceOf = (name) => sources.find((source) => source.name === name);
  let drawings = [];
  let tuned = null; // {base, edition, layers: {name: text}, drawings: [{digit, seen, before, after, aside}]}
  let worker = null;
  let file = null; // the trained network as safetensors

  const base = () => (reading.model() === YOURS ? tuned.base : reading.model());

  /** Tell what would be trained. */
  function offer() {
    root.hidden = drawings.length === 0 && !tuned;
    const { architecture } = sourceOf(base());
    const weights = names(split(architecture).tail).reduce((sum, name) => sum + count(architecture.tensors[name]), 0);
    const all = Object.values(architecture.tensors).reduce((sum, shape) => sum + count(shape), 0);
    find(".about").textContent = words(".about", { title: reading.title(base()), weights: weights.toLocaleString("en"), all: all.toLocaleString("en") });
    find(".teach").textContent = words(".teach", { count: drawings.length });
    find(".teach").disabled = drawings.length === 0 || worker !== null;
  }

  function busy(on) {
    find(".cancel").hidden = find("progress").hidden = !on;
    find("progress").value = 0;
    if (!on) worker?.terminate();
    if (!on) worker = null;
    offer();
  }

  /** Return the digits that the network is to remember. */
  async function remembered() {
    const picture = await createImageBitmap(await (await fetch(new URL(samples, document.baseURI))).blob());
    const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, picture.width, picture.height);
    const grey = Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]);
    return Array.from({ length: picture.height / SIDE }, (_, i) => grey.slice(i * SIDE ** 2, (i + 1) * SIDE ** 2));
  }

  function teach() {
    const source = sourceOf(base());
    const some = drawings;
    const mine = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker = mine;
    busy(true);
    say("");
    const failed = (reason) => worker === mine && (busy(false), say(`${find(".told").dataset.failed} ${reason}`)); // if not cancelled
    mine.addEventListener("error", (event) => failed(event.message ?? ""));
    mine.addEventListener("message", ({ data }) => {
      if (data.done) find("progress").value = data.done;
      if (data.failed) failed(data.failed);
      if (data.weights) finish(source, some, data);
    });
    const place = { ...source, folder: new URL(source.folder, document.baseURI).href };
    const task = { source: place, drawings: some.map(({ digit, seen }) => ({ digit, image: toBytes(seen) })) };
    remembered().then((digits) => mine.postMessage({ ...task, samples: digits }), (error) => failed(error.message));
  }

  async function finish(source, some, { weights, before, after, aside }) {
    busy(false);
    const lessons = some.map(({ digit, seen }, i) => ({ digit, seen, before: before[i].answer, after: after[i].answer, aside: aside?.[i].answer }));
    const layers = Object.fromEntries([...weights].map(([name, values]) => [name, toText(values)]));
    await wear({ base: source.name, edition: edition(source), layers, drawings: lessons });
    store(TUNED, tuned);
    reading.choose(YOURS);
    const right = lessons.every((each) => each.before === each.digit);
    const isMoved = right || lessons.some(({ digit, before: then, after: now }) => then !== digit && now === digit);
    say(`${find(".told").dataset.done} ${isMoved ? "" : find(".told").dataset.unmoved}`.trim());
  }

  /** Let the trained network read the pad. */
  async function wear(next) {
    const source = sourceOf(next.base);
    const model = await load(source);
    const tensors = new Map([...model.tensors].map(([name, { shape, data }]) => [name, { shape, data: next.layers[name] ? new Float32Array(toBytes(next.layers[name]).buffer) : data }]));
    file = serialize(tensors, { base: next.base, edition: next.edition, drawings: String(next.drawings.length) });
    if (tuned) reading.drop(YOURS, tuned.base);
    tuned = next;
    networks.add({ name: YOURS, architecture: source.architecture, config: model.config, weights: file.slice(0) }, next.base);
    reading.add(YOURS, next.base, root.dataset);
    paint();
    offer();
  }

  function paint() {
    find(".result").hidden = !tuned;
    if (!tuned) return;
    const { drawings: taught } = tuned;
    const right = (which) => `${taught.filter((each) => each[which] === each.digit).length} / ${taught.length}`;
    const isAside = taught[0].aside !== undefined;
    const cells = { before: [right("before"), isAside ? right("before") : "–", "–"], after: [right("after"), isAside ? right("aside") : "–", "–"] };
    for (const [row, texts] of Object.entries(cells)) [...find(`.${row}`).querySelectorAll("td")].forEach((cell, i) => (cell.textContent = texts[i]));
    find(".which").textContent = words(".which", { title: reading.title(tuned.base) });
    find(".few").textContent = isAside ? "" : find(".few").dataset.text;
    const turned = taught.filter(({ digit, before, after }) => before !== after || after !== digit).slice(-MOST_TURNS);
    find(".turns").replaceChildren(...turned.map(turn));
    find(".turned").hidden = turned.length === 0;
    const bytes = Object.values(tuned.layers).reduce((sum, text) => sum + (text.length * 3) / 4, 0);
    find(".score").hidden = !score;
    find(".scored").textContent = score ? filled(find(".score").dataset.asking, { kb: (bytes / 1000).toFixed(0) }) : find(".score").dataset.alone;
    find(".program").textContent = words(".program", { base: tuned.base });
  }

  function turn({ digit, seen, before, after }) {
    const [figure, canvas, caption] = ["figure", "canvas", "figcaption"].map((tag) => document.createElement(tag));
    showPicture(canvas, grey(SIDE, SIDE, toBytes(seen)));
    caption.append(`${digit}: ${before} → `, Object.assign(document.createElement("b"), { textContent: after }));
    figure.classList.toggle("miss", after !== digit);
    figure.append(canvas, caption);
    return figure;
  }

  /** Ask the server how many test images the trained layers read rightly; only they are sent. */
  async function askServer() {
    find(".score").disabled = true;
    const order = names(split(sourceOf(tuned.base).architecture).tail).map((name) => toBytes(tuned.layers[name]));
    const blob = new Uint8Array(order.reduce((sum, each) => sum + each.length, 0));
    order.reduce((at, each) => (blob.set(each, at), at + each.length), 0);
    const answer = await score({ base: tuned.base, weights: toText(blob) }).catch(() => null);
    find(".score").disabled = false;
    if (!answer || answer.error) return (find(".scored").textContent = answer?.error ?? find(".scored").dataset.none);
    const { before, after, won, lost, of } = answer;
    const percent = (right) => `${((100 * right) / of).toFixed(2)}%`;
    find(".before").lastElementChild.textContent = percent(before);
    find(".after").lastElementChild.textContent = percent(after);
    find(".scored").textContent = words(".scored", { won, lost });
    reading.rate(YOURS, percent(after));
  }

  function save() {
    const address = URL.createObjectURL(new Blob([file], { type: "application/octet-stream" }));
    Object.assign(document.createElement("a"), { href: address, download: `${tuned.base}-yours.safetensors` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  function drop() {
    reading.drop(YOURS, tuned.base);
    networks.drop(YOURS);
    tuned = file = null;
    store(TUNED, {});
    say("");
    paint();
    offer();
    find(".teach").focus();
  }

  /** Take up what this browser keeps, if it belongs to a network as it is now. */
  async function restore() {
    const next = stored(TUNED, {});
    if (!("base" in next)) return;
    const source = sourceOf(next.base);
    if (source && edition(source) === next.edition) return wear(next).catch((error) => say(`${find(".told").dataset.failed} ${error.message}`));
    store(TUNED, {});
    say(find(".told").dataset.stale);
  }

  find(".teach").addEventListener("click", teach);
  find(".cancel").addEventListener("click", () => (busy(false), say(find(".told").dataset.cancelled)));
  find(".score").addEventListener("click", askServer);
  find(".save").addEventListener("click", save);
  find(".drop").addEventListener("click", drop);
  reading.whenChosen(offer);
  restore();
  return {
    collected(entries) {
      drawings = entries.filter(({ seen }) => !seen.startsWith("data:") && toBytes(seen).length === SIDE ** 2);
      offer();
    },
  };
}
