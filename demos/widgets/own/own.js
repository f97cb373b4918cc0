// A pad, and what a network that the visitor trained reads from it: in the browser where it reads digits, else on the server.

import { startNetworks } from "../network/background.js";
import { parse } from "../network/safetensors.js";
import { createPad } from "../pad/pad.js";
import { grey, show as showPicture, signed } from "../thumbnails/pictures.js";

const NAME = "own"; // there is one
const MOST_UNITS = 32; // of the first layer whose weights are shown
const NOTHING_INSIDE = { look: "", amounts: {} };

/**
 * Bring the pad in `element` to life. props.network holds the trained network (own.py's `network`); ask(url) sends a drawing to the
 * server, whose answer comes in props.answer. watch(name, then) calls then() when a property has changed.
 */
export function createOwn(element, { props, watch, ask }) {
  const find = (selector) => element.querySelector(selector);
  let own = null;
  let networks = null;

  function receive() {
    networks?.end();
    [own, networks] = [props.network ? JSON.parse(props.network) : null, null];
    if (own?.weights) {
      const weights = Uint8Array.from(atob(own.weights), (each) => each.charCodeAt(0)).buffer;
      networks = startNetworks([{ name: NAME, architecture: own.architecture, config: own.config, weights }], NAME);
    }
    paintWeights();
    // one that goes on learning leaves its last words until it has read again
    if (!networks || find(".reads").hidden) show(null);
    pad.ask();
  }

  /** Show the first layer's weights, a picture a unit. */
  function paintWeights() {
    const place = find(".weights");
    place.hidden = !own?.weights;
    if (!own?.weights) return;
    const first = [...parse(Uint8Array.from(atob(own.weights), (each) => each.charCodeAt(0)).buffer).values()].find(({ shape }) => shape.length > 1);
    const size = first.data.length / first.shape[0];
    const side = Math.sqrt(size);
    const units = Math.min(first.shape[0], MOST_UNITS);
    const canvases = Array.from({ length: units }, (_, i) => {
      const weights = first.data.subarray(i * size, (i + 1) * size);
      const largest = weights.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
      const canvas = place.querySelectorAll("canvas")[i] ?? document.createElement("canvas");
      showPicture(canvas, signed(side, side, weights.map((value) => value / largest)));
      return canvas;
    });
    place.querySelector("div").replaceChildren(...canvases);
  }

  async function read(drawing) {
    if (!own) return {};
    if (!networks || drawing.photo) return ask(drawing.url()), { later: true };
    const answer = await networks.read(drawing.pixels(), NOTHING_INSIDE).catch((error) => console.warn(error.message));
    if (answer === undefined) {
      networks = null; // the server reads from now on
      return read(drawing);
    }
    if (!answer) return {};
    const { width, height, data } = answer.steps.at(-1);
    return { picture: grey(width, height, data), probabilities: answer.models[NAME].probabilities, here: true };
  }

  function show(answer) {
    if (answer?.later) return;
    find(".reads").hidden = !answer?.probabilities;
    find(".where").textContent = answer?.here ? find(".where").dataset.here : "";
    find(".invitation").textContent = own ? own.invitation : find(".invitation").dataset.blank;
    find(".invitation").hidden = Boolean(answer?.probabilities);
    if (answer?.probabilities) paint(answer);
  }

  function paint({ picture, src, probabilities }) {
    showPicture(find(".reads canvas"), picture ?? { src });
    const largest = Math.max(...probabilities);
    [...element.querySelectorAll(".reads li")].forEach((row, i) => {
      row.classList.toggle("best", probabilities[i] === largest);
      row.querySelector("span").textContent = own.labels[i];
      row.querySelector("i").style.width = `${100 * probabilities[i]}%`;
      row.querySelector("b").textContent = `${(100 * probabilities[i]).toFixed(1)}%`;
    });
  }

  const pad = createPad(find(".pad"), { read, show });
  watch("network", receive);
  watch("answer", () => show(props.answer ? JSON.parse(props.answer) : null));
  receive();
}
