/** The networks as a page sees them: in a worker, the first model at once and the others when the page has time. */

/** @typedef {import("./classifier.js").Source | import("./classifier.js").Given} Source */
/** @typedef {import("./digit.js").Step} Step */
/** @typedef {{ probabilities: number[], familiar: boolean, ms: number }} Reading */
/** @typedef {{ models: Record<string, Reading>, steps: Step[], inside?: object }} Answer */
/** @typedef {{ early: true, models: Record<string, Reading> }} Early what is read by the model in charge, before the others */
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

  const handlers = {
    /** @param {{ name: string }} message */
    opened({ name }) {
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
      if (waiting.size) wantRest();
    },
    /** @param {{ id: number, inside: object }} message */
    inside: ({ id, inside: part }) => id === asked && inside?.(part),
  };
  worker.addEventListener("message", ({ data }) => handlers[/** @type {keyof typeof handlers} */ (data.kind)](data));
  worker.addEventListener("error", (event) => giveUp(new Error(event.message || "the worker can't be started")));
  want(first);
  return { ready, want, read, end: () => worker.terminate() };
}
