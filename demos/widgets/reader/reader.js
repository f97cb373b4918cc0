// The pad, what the networks read from it, and the look inside, joined. A drawing is read in the browser; a photo, or a drawing
// where the networks can't be computed here, by the server, if there is one.

import { createInside } from "../inside/inside.js";
import { startNetworks } from "../network/background.js";
import { createPad } from "../pad/pad.js";
import { createReading } from "../reading/reading.js";
import { stored, TUNED } from "../storage/storage.js";
import { grey, levels } from "../thumbnails/pictures.js";

const PATIENCE = 8000; // ms that a drawing waits for the first network before the server is asked

/**
 * Bring the reader in `root` to life. Its data: sources, what the networks are made of (network.source); and what to say.
 * ask(request) asks the server, {picture: data URL, look}, and score(request) what trained weights do to the test set's accuracy;
 * without them there is none.
 */
export function createReader(root, { ask, score } = {}) {
  const { dataset } = root;
  const sources = JSON.parse(dataset.sources);
  let tuning = null;
  const reading = createReading(root.querySelector(".reading"), { chosen: (name) => (networks.want(name), pad.ask()) });
  const networks = startNetworks(sources, reading.model(), {
    opened: () => pad.ask(),
    failed: (name, reason) => giveUp(reason),
    inside: (part) => within.add(part),
  });
  const within = createInside(root.querySelector(".inside"), {
    ask: () => pad.ask(),
    prepared: reading.prepared,
    describe: networks.describe,
    reading,
    collected,
  });
  const pad = createPad(root.querySelector(".pad"), { read, show });
  networks.ready.then(pad.present, () => {}); // without the networks here each frame would be a question to the server
  let here = true; // the networks can be computed in this browser, as far as is known
  let trouble = ""; // why they can't

  /** What trains on the visitor's digits is fetched once there are some. */
  async function collected(entries) {
    if (!entries.length && !tuning && !("base" in stored(TUNED, {}))) return;
    tuning ??= import("../tuning/tuning.js").then(({ createTuning }) => createTuning(root.querySelector(".tuning"), { sources, samples: dataset.samples, networks, reading, score }));
    (await tuning).collected(entries);
  }

  function giveUp(reason) {
    here = false;
    trouble = reason;
    console.warn(reason);
    pad.ask();
  }

  async function read(drawing, early) {
    if (here && !drawing.photo) {
      try {
        return await readHere(drawing, early);
      } catch (error) {
        giveUp(error.message);
      }
    }
    return readThere(drawing);
  }

  async function readHere(drawing, early) {
    await before(networks.ready, PATIENCE);
    let painted = Promise.resolve();
    const first = (part) => {
      early(part);
      painted = frame();
    };
    const answer = await networks.read(drawing.pixels(), { first: reading.model(), ...within.look() }, first);
    await painted; // the rest is more to paint: it would hold up the label
    if (!answer) return { error: dataset.nothing };
    reading.say(dataset.here);
    const steps = answer.steps.map(({ width, height, data }) => ({ picture: grey(width, height, data), small: width === 28 }));
    return { ...answer, steps };
  }

  async function readThere(drawing) {
    if (!ask) return { error: here ? dataset.photo : `${dataset.broken} ${trouble}` };
    const { look } = within.look();
    const answer = await ask({ picture: drawing.url(), look });
    reading.say(`${dataset.there} ${trouble}`);
    if (!here) return { ...answer, absent: true };
    if (look === "maps" && answer.steps) levelsOf(answer.steps.at(-1).src).then((image) => networks.look(image, reading.model()), () => {});
    return answer;
  }

  function show(answer) {
    if (!answer) reading.say(here ? dataset.here : "");
    if (answer?.early) return reading.glance(answer.models);
    reading.show(answer);
    within.show(answer, reading.model());
  }
}

/** Return the grey levels of a picture's address. */
async function levelsOf(src) {
  const image = Object.assign(new Image(), { src });
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
  canvas.getContext("2d").drawImage(image, 0, 0);
  return Uint8Array.from(levels(canvas));
}

/** Resolve once the next frame is painted. */
const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** Reject where a promise takes longer than `ms`. */
function before(promise, ms) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("the networks take too long to load")), ms))]);
}
