// Fill the panel of reading.html from answers: nothing is rebuilt, so nothing flickers.
// An answer is {models, steps}, or {error: text}: made by the networks in the browser (reader.js) or by reading.py on the server.

import { createReasons } from "../reasons/reasons.js";
import { levels, show as showPicture } from "../thumbnails/pictures.js";

const UNSURE = 0.6; // a best confidence below this is called unsure
const QUIET = 700; // ms without a new answer until it is read aloud

const percent = (share) => `${(100 * share).toFixed(1)}%`;
const best = (probabilities) => probabilities.indexOf(Math.max(...probabilities));

/** Write a text where it is another: most stay from one answer to the next, and each that is written is laid out anew. */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Return {show, glance, model, prepared, say, choose}: show(answer) paints what the models read or why they can't, show(null) a blank panel;
 * glance(models) paints what the one in charge reads, before the others have; model() is
 * the one in charge. chosen(name) is called when the visitor puts another in charge; prepared() returns the levels of
 * the picture that was read; say(text) tells where it was read; choose(name) puts a model in charge as the visitor does.
 */
export function createReading(root, { chosen: onChosen } = {}) {
  const find = (selector) => root.querySelector(selector);
  const classes = [...root.querySelectorAll(".confidences li")];
  const labels = classes.map((row) => row.querySelector(".class").textContent);
  const rows = [...root.querySelectorAll(".models tbody tr")];
  const slots = [...root.querySelectorAll(".steps li")];
  const stepNames = slots.map((slot) => slot.textContent);
  const times = new Map(); // running means, so that the figures stand still
  const listeners = []; // of who is in charge
  const reasons = createReasons(find(".reasons"), { labels, asked: () => paintReasons() });
  let answer = null;
  let pictured = Promise.resolve(); // when the last step stands on its canvas
  let speech = 0;
  let chosen = askedModel() ?? root.dataset.model;

  const rowOf = (name) => rows.find((row) => row.dataset.model === name);
  const title = (name) => rowOf(name).querySelector(".title").textContent;

  function askedModel() {
    const asked = new URL(location).searchParams.get("model");
    return rows.some((row) => row.dataset.model === asked) ? asked : undefined;
  }

  function paintBar(row, share) {
    row.querySelector("i").style.transform = `scaleX(${share.toFixed(3)})`;
    write(row.querySelector(".percent"), answer ? percent(share) : "");
  }

  function paintVerdict(probabilities) {
    const [mark, note] = [find(".answer"), find(".verdict .sure")];
    const top = best(probabilities);
    const unsure = probabilities[top] < UNSURE;
    const reading = answer?.models[chosen];
    write(mark, reading ? labels[top] : mark.dataset.blank);
    write(note, !reading ? note.dataset.blank : percent(probabilities[top]) + (unsure ? ` – ${note.dataset.unsure}` : ""));
    write(find(".by"), title(chosen));
    find(".strange").hidden = reading?.familiar ?? true;
    root.classList.toggle("unsure", Boolean(reading) && unsure);
  }

  /** Every class keeps its place, so that an eye finds it again while the pen moves; the best one is marked. */
  function paintClasses(probabilities) {
    const top = answer ? best(probabilities) : -1;
    classes.forEach((row, i) => {
      row.classList.toggle("best", i === top);
      paintBar(row, probabilities[i]);
    });
  }

  function paintModels(top, some = rows) {
    for (const row of some) {
      const reading = answer?.models[row.dataset.model];
      const index = reading ? best(reading.probabilities) : -1;
      row.classList.toggle("chosen", row.dataset.model === chosen);
      row.classList.toggle("differs", Boolean(reading) && index !== top);
      write(row.querySelector(".reads"), reading ? labels[index] : "–");
      row.querySelector(".ms").textContent = reading ? meanTime(row.dataset.model, reading.ms) : "–";
      paintBar(row.querySelector(".share"), reading ? reading.probabilities[index] : 0);
    }
  }

  function meanTime(model, ms) {
    const mean = times.has(model) ? 0.9 * times.get(model) + 0.1 * ms : ms;
    times.set(model, mean);
    return mean < 100 ? mean.toPrecision(2) : mean.toFixed(0);
  }

  /** A picture that is as the data set stores it takes fewer steps: the slots it leaves are hidden. */
  function paintSteps(steps) {
    slots.forEach((slot, i) => {
      const [image, name] = slot.querySelectorAll("canvas, span");
      slot.hidden = answer !== null && i >= steps.length;
      image.classList.toggle("pixels", Boolean(steps[i]?.small));
      const shown = showPicture(image, steps[i]?.picture ?? steps[i]);
      if (steps[i]) pictured = shown;
      write(name, steps[i]?.name ?? stepNames[i]);
    });
  }

  const prepared = () => levels(slots.filter((slot) => !slot.hidden).at(-1).querySelector("canvas"));

  async function paintReasons() {
    if (!reasons.isOpen()) return;
    await pictured;
    reasons.show(answer?.models[chosen], answer && prepared(), chosen);
  }

  function refuse(reason) {
    const refused = find(".refused");
    write(refused, reason ?? "");
    refused.hidden = !reason;
    root.classList.remove("busy");
  }

  function speak() {
    clearTimeout(speech);
    const sure = find(".verdict .sure").textContent;
    const verdict = answer ? `${find(".answer").textContent}, ${sure}` : sure;
    if (root.parentElement.querySelector(".pad.writing")) return; // nobody asked yet
    speech = setTimeout(() => (find(".aloud").textContent = verdict), QUIET);
  }

  function paint() {
    const probabilities = answer?.models[chosen]?.probabilities ?? labels.map(() => 0);
    root.classList.toggle("blank", !answer?.models[chosen]);
    paintVerdict(probabilities);
    paintClasses(probabilities);
    paintModels(best(probabilities));
    paintSteps(answer?.steps ?? []);
    paintReasons();
    speak();
  }

  function choose(row) {
    chosen = row.dataset.model;
    row.querySelector("input").checked = true;
    paint();
    onChosen?.(chosen);
    listeners.forEach((then) => then(chosen));
  }

  function stepTo(row) {
    const url = new URL(location);
    url.searchParams.set("model", row.dataset.model);
    history.pushState(null, "", url);
    choose(row);
  }

  /** Back and Forward go through the models that were chosen. */
  addEventListener("popstate", () => {
    const model = askedModel() ?? root.dataset.model;
    if (model !== chosen) choose(rowOf(model));
  });

  /** A page that runs alone has no models page beside it to link to. */
  function dropDeadLinks() {
    if (document.querySelector("nav.pages")) return;
    root.querySelectorAll("tbody a").forEach((link) => link.removeAttribute("href"));
  }

  function wire(row) {
    const radio = row.querySelector("input");
    radio.checked = row.dataset.model === chosen;
    radio.addEventListener("change", () => stepTo(row));
  }
  rows.forEach(wire);
  find(".strange button").addEventListener("click", reasons.open);
  dropDeadLinks();
  paint();
  return {
    model: () => chosen,
    models: () => rows.map((row) => row.dataset.model),
    title,
    choose: (name) => stepTo(rowOf(name)),
    whenChosen: (then) => listeners.push(then),
    /** Add the visitor's own network below the one that it came from. words: {yours: after its title, made: where} */
    add(name, origin, { yours, made }) {
      const row = rowOf(origin).cloneNode(true);
      row.dataset.model = name;
      row.querySelector(".title").textContent += yours;
      row.querySelector("em")?.remove();
      Object.assign(row.querySelector("a"), { textContent: made }).removeAttribute("href");
      row.querySelector(".accuracy").textContent = "–";
      times.delete(name);
      reasons.add(name, origin);
      rowOf(origin).after(row);
      rows.splice(rows.indexOf(rowOf(origin)) + 1, 0, row);
      wire(row);
      rowOf(chosen).querySelector("input").checked = true; // the clone took its place among the radio buttons
      askedModel() === name ? choose(row) : paint();
    },
    rate: (name, accuracy) => (rowOf(name).querySelector(".accuracy").textContent = accuracy),
    drop(name, origin) {
      if (chosen === name) stepTo(rowOf(origin));
      rows.splice(rows.indexOf(rowOf(name)), 1)[0].remove();
    },
    prepared,
    say: (text) => write(find(".where"), text),
    glance(models) {
      const probabilities = models[chosen]?.probabilities;
      if (!probabilities) return; // another was put in charge meanwhile
      answer = { models: { ...answer?.models, ...models }, steps: answer?.steps ?? [] };
      root.classList.remove("blank");
      paintVerdict(probabilities);
      paintClasses(probabilities);
      paintModels(best(probabilities), [rowOf(chosen)]);
    },
    show(next) {
      answer = next?.models ? next : null;
      refuse(next?.error);
      paint();
    },
  };
}
