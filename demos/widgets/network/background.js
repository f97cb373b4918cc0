/** The networks as a page sees them: in a worker, the first model at once and the others when the page has time. */

/** @typedef {import("./classifier.js").Source | import("./classifier.js").Given} Source */
/** @typedef {import("./digit.js").Step} Step */
/** @typedef {{ probabilities: number[], familiar: boolean, strangeness: number | null, ms: number }} Reading */
/** @typedef {{ models: Record<string, Reading>, steps: Step[], inside?: object }} Answer */
/** @typedef {{ early: true, models: Record<string, Reading> }} Early what is read by the model in charge, before the others */
/** @typedef {{ model: string, values: import("./layers.js").Tensor[] }} Inside all numbers of a model, from the image's to the logits */
/**
 * What a model is made of.
 * @typedef {{
 *   stages: import("./architectures.js").Stage[], tensors: import("./layers.js").Tensors, labels: string[],
 *   preprocessing: { mean: number, std: number }, temperature: number,
 * }} Net
 */
/** @typedef {{ first: string, look: string, amounts: Record<string, number[]> }} Look which model answers first, what is to be seen inside, and what images are changed by for it */

const PATIENCE = 6000; // ms until the other models are fetched where nobody draws

/**
 * Start the networks.
 * opened(name) is called for each model that is there, failed(name, reason) for one that can't be loaded, inside(part) with what
 * takes longer to compute than an answer.
 * @param {Source[]} sources in the order of the page
 * @param {string} first the name of the one to load first
 * @param {{ opened?: (name: string) => void, failed?: (name: string, reason: string) => void, inside?: (part: object) => void }} listeners
 */
export function startNetworks(sources, first, { opened, failed, inside } = {}) {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  /** @type {Map<string, Source>} */
  const waiting = new Map(sources.map((source) => [source.name, source]));
  const ranks = new Map(sources.map(({ name }, rank) => [name, rank]));
  /** @type {Map<number, { resolve: (answer: Answer | null) => void, reject: (reason: Error) => void, early?: (part: Early) => void }>} */
  const questions = new Map();
  /** @type {Map<string, { net: Promise<Net>, resolve: (net: Net) => void }>} */
  const nets = new Map();
  let asked = 0;

  /** @type {() => void} */ let begin;
  /** @type {(reason: Error) => void} */ let giveUp;
  /** Resolves when the first model can be asked; rejects where this browser or a damaged file prevents it. @type {Promise<void>} */
  const ready = new Promise((resolve, reject) => ([begin, giveUp] = [resolve, reject]));
  ready.catch(() => {}); // whoever asks is told

  /** @param {string} kind @param {unknown} of @param {Transferable[]} [given] */
  const tell = (kind, of, given = []) => worker.postMessage({ kind, of }, given);

  /** Fetch a model now that has been waiting. @param {string} name */
  function want(name) {
    const source = waiting.get(name);
    waiting.delete(name);
    const place = source && "folder" in source ? { folder: new URL(source.folder, document.baseURI).href } : {};
    if (source) tell("open", { ...source, ...place, rank: ranks.get(name) });
  }

  /** Read with a network of the visitor's own too, behind the one that it came from. @param {import("./classifier.js").Given} given @param {string} origin */
  const add = (given, origin) => tell("open", { ...given, rank: (ranks.get(origin) ?? 0) + 0.5 });

  /** @param {string} name */
  const drop = (name) => tell("drop", name);

  /** Fetch the others when the page has nothing else to do. */
  function wantRest() {
    const all = () => [...waiting.keys()].forEach(want);
    if ("requestIdleCallback" in window) requestIdleCallback(all, { timeout: PATIENCE });
    else setTimeout(all, PATIENCE);
  }

  /**
   * Return what the models that are there read from a canvas, null where it is blank.
   * @param {ImageData} canvas it is given away
   * @param {Look} look
   * @param {(part: Early) => void} [early]
   * @returns {Promise<Answer | null>}
   */
  async function read({ width, height, data }, look, early) {
    await ready;
    asked += 1;
    tell("read", { id: asked, canvas: { width, height, data }, ...look }, [data.buffer]);
    return new Promise((resolve, reject) => questions.set(asked, { resolve, reject, early }));
  }

  /**
   * Ask what a model makes of an image that was prepared elsewhere, such as a photo's: it comes by inside().
   * @param {Uint8Array} image 28 x 28 @param {string} first the model
   */
  async function look(image, first) {
    await ready;
    asked += 1;
    tell("look", { id: asked, image, first });
  }

  /** Return what a model is made of; it is asked for once. @param {string} name of one that has answered @returns {Promise<Net>} */
  function describe(name) {
    const known = nets.get(name);
    if (known) return known.net;
    /** @type {(net: Net) => void} */ let settle = () => {};
    /** @type {Promise<Net>} */
    const net = new Promise((resolve) => (settle = resolve));
    nets.set(name, { net, resolve: settle });
    tell("describe", { name });
    return net;
  }

  const handlers = {
    /** @param {{ name: string, net: Net }} message */
    described: ({ name, net }) => nets.get(name)?.resolve(net),
    /** @param {{ name: string }} message */
    opened({ name }) {
      nets.delete(name); // one that was trained again is made of other numbers
      begin();
      opened?.(name);
      if (name === first) setTimeout(wantRest, PATIENCE);
    },
    /** @param {{ name: string, reason: string }} message */
    failed({ name, reason }) {
      console.warn(reason);
      giveUp(new Error(reason)); // does nothing once the first is there
      failed?.(name, reason);
    },
    /** @param {{ id: number, part: Early }} message */
    early: ({ id, part }) => questions.get(id)?.early?.(part),
    /** @param {{ id: number, answer: Answer & { blank?: boolean, broken?: string } }} message */
    answer({ id, answer }) {
      if (answer.broken) questions.get(id)?.reject(new Error(answer.broken));
      else questions.get(id)?.resolve(answer.blank ? null : answer);
      questions.delete(id);
      if (waiting.size && !answer.blank) wantRest(); // a blank pad is asked about too, before the first digit
    },
    /** @param {{ id: number, inside: object }} message */
    inside: ({ id, inside: part }) => id === asked && inside?.(part),
  };
  worker.addEventListener("message", ({ data }) => handlers[/** @type {keyof typeof handlers} */ (data.kind)](data));
  worker.addEventListener("error", (event) => giveUp(new Error(event.message || "the worker can't be started")));
  want(first);
  return { ready, want, add, drop, read, look, describe, end: () => worker.terminate() };
}
