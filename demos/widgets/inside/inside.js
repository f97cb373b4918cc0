// The look inside under the pad. An answer's `inside` holds what is to be seen in the tab that is open: numbers, where the networks
// were computed in the browser, and addresses of pictures, where inside.py computed them.

import { store, stored } from "../storage/storage.js";
import { grey, show as showPicture, signed } from "../thumbnails/pictures.js";

const SIDE = 28;
const KEPT = "first-nets-digits"; // in localStorage: what visitors said of their own digits
const MOST_KEPT = 100;

/**
 * Return {look, show, add}: look() is what to ask for, {look, amounts}; show(answer, model) paints it, model being the one in charge;
 * add(inside) paints what came after its answer. ask() asks again; prepared() returns the levels of the picture that was read;
 * describe(model) what a model is made of; choose(model) puts it in charge; collected(entries) is told which digits the visitor has
 * named.
 */
export function createInside(root, { ask, prepared, describe, reading, collected }) {
  const all = (selector) => [...root.querySelectorAll(selector)];
  const dials = all(".dial");
  const whole = root.querySelector(".connected");
  let open = "maps";
  let inSight = false; // the picture of the network
  let picture = null; // once it was needed
  let answer = null;
  let model = "";
  let right = null; // the digit that the visitor says it is

  const number = (text) => String(Number(text)).replace("-", "−");
  const best = (shares) => shares.indexOf(Math.max(...shares));
  const read = () => best(answer.models[model].probabilities);
  const subject = () => right ?? read();
  const names = all("[data-look=changes] tr[data-model]").map(({ dataset }) => dataset.model);
  const amounts = Object.fromEntries(dials.map(({ dataset }) => [dataset.change, dataset.amounts.split(",").map(Number)]));

  function sameDrawing(a, b) {
    const [one, other] = [a, b].map((each) => each?.steps.at(-1));
    return one === other || Boolean(one && other && String(one.src ?? one.picture.rgba) === String(other.src ?? other.picture.rgba));
  }

  /** Open a tab; its name stands in the address, the first one's does not. */
  function choose(look) {
    const url = new URL(location);
    look === "maps" ? url.searchParams.delete("look") : url.searchParams.set("look", look);
    history.replaceState(history.state, "", url);
    select(look);
  }

  function select(look) {
    open = look;
    for (const tab of all("[role=tab]")) {
      tab.setAttribute("aria-selected", tab.dataset.look === look);
      tab.tabIndex = tab.dataset.look === look ? 0 : -1;
    }
    for (const panel of all("[role=tabpanel]")) panel.hidden = panel.dataset.look !== look;
    paint();
    if (answer) ask();
  }

  /** The networks that can be chosen are those of the page's table, in which the visitor's own may stand too. */
  function offerNetworks() {
    const [select, names] = [whole.querySelector("select"), reading.models()];
    if (String([...select.options].map(({ value }) => value)) !== String(names)) {
      const texts = Object.fromEntries([...select.options].map(({ value, text }) => [value, text]));
      select.replaceChildren(...names.map((name) => new Option(texts[name] ?? reading.title(name), name)));
    }
    select.value = reading.model();
  }

  /** The picture's script comes once there is something to see: it would hold up the first answer. */
  async function paintNetwork() {
    offerNetworks();
    whole.querySelector(".absent").hidden = !answer?.absent;
    whole.classList.toggle("blank", !answer);
    const inside = answer?.inside;
    if (!inside?.values) return;
    const absent = () => (whole.querySelector(".absent").hidden = false);
    picture ??= import("../picture/picture.js").then(({ createPicture }) => createPicture(whole, { describe }), () => ({ show: absent }));
    (await picture).show(inside);
  }

  /** Square roots, so that the many weak pixels are seen beside the few strong ones. */
  function shades(pixels, largest) {
    return signed(SIDE, SIDE, pixels.map((value) => Math.sign(value) * Math.sqrt(Math.abs(value) / largest)));
  }

  function paintScores() {
    const scores = answer?.inside?.scores ?? [];
    const top = best(scores.map((each) => each.score));
    const largest = Math.max(1e-9, ...scores.flatMap(({ pixels }) => (pixels ? pixels.reduce((most, value) => Math.max(most, Math.abs(value)), 0) : [])));
    const pictureOf = ({ pixels, src }) => (pixels ? shades(pixels, largest) : { src });
    all(".scores figure").forEach((figure, i) => {
      showPicture(figure.querySelector("canvas"), scores[i] && pictureOf(scores[i]));
      figure.querySelector("span").textContent = scores[i] ? scores[i].score.toFixed(1) : "";
      figure.classList.toggle("best", i === top);
    });
  }

  function paintChanges() {
    const inside = answer?.inside;
    const digit = inside?.shares ? subject() : null;
    root.querySelector(".subject").textContent = digit ?? "–";
    for (const dial of dials) {
      const shares = inside?.shares?.[dial.dataset.change];
      dial.querySelectorAll("polyline").forEach((line, i) => line.setAttribute("points", points(shares?.[names[i]], digit)));
      const strip = inside?.strips?.[dial.dataset.change];
      showPicture(dial.querySelector("canvas"), Array.isArray(strip) ? sideBySide(strip) : strip && { src: strip });
      all(".inside tr[data-model]").forEach((row) => {
        const cell = row.children[1 + dials.indexOf(dial)];
        if (row.closest("[data-look=changes]")) cell.textContent = range(dial, shares?.[row.dataset.model], digit);
      });
    }
  }

  function sideBySide(images) {
    const strip = new Uint8Array(images.length * SIDE * SIDE);
    images.forEach((image, place) => {
      for (let row = 0; row < SIDE; row++) strip.set(image.subarray(row * SIDE, (row + 1) * SIDE), (row * images.length + place) * SIDE);
    });
    return grey(images.length * SIDE, SIDE, strip);
  }

  function points(shares, digit) {
    return (shares ?? []).map((each, i) => `${i / (shares.length - 1)},${1 - each[digit]}`).join(" ");
  }

  /** Say how far from no change in both directions a model still reads the digit. */
  function range(dial, shares, digit) {
    if (!shares) return "";
    const amounts = dial.dataset.amounts.split(",");
    const same = shares.map((each) => best(each) === digit);
    const middle = (shares.length - 1) / 2;
    if (!same[middle]) return "–";
    let [first, last] = [middle, middle];
    while (same[first - 1]) first -= 1;
    while (same[last + 1]) last += 1;
    return `${number(amounts[first])} … ${number(amounts[last])}${dial.dataset.unit}`;
  }

  function turnDial(dial) {
    const [slider, amounts] = [dial.querySelector("input"), dial.dataset.amounts.split(",")];
    const place = Number(slider.value);
    const share = place / (amounts.length - 1);
    dial.querySelector("output").textContent = number(amounts[place]) + dial.dataset.unit;
    dial.querySelector("canvas").style.left = `${-100 * place}%`;
    let mark = dial.querySelector(".paths line");
    if (!mark) {
      mark = dial.querySelector(".paths").appendChild(document.createElementNS("http://www.w3.org/2000/svg", "line"));
      mark.setAttribute("y2", 1);
    }
    mark.setAttribute("x1", share);
    mark.setAttribute("x2", share);
  }

  function paintVerdicts() {
    all(".digits button").forEach((button, i) => {
      button.disabled = !answer;
      button.setAttribute("aria-pressed", i === right);
    });
    root.querySelector(".verdicts").hidden = right === null;
    if (right === null) return;
    for (const row of all(".verdicts tbody tr")) {
      const shares = answer.models[row.dataset.model]?.probabilities;
      if (!shares) continue; // not loaded yet
      row.children[1].textContent = best(shares);
      row.children[2].textContent = `${(100 * shares[right]).toFixed(1)}%`;
      row.classList.toggle("miss", best(shares) !== right);
    }
  }

  const titleOf = (name) => root.querySelector(`.verdicts tr[data-model="${name}"] td`)?.textContent;

  function keep(entries) {
    store(KEPT, entries.slice(-MOST_KEPT));
    paintKept();
  }

  function sayRight(digit) {
    right = digit;
    const said = Object.fromEntries(Object.entries(answer.models).map(([name, each]) => [name, best(each.probabilities)]));
    const seen = btoa(String.fromCharCode(...prepared()));
    keep([...stored(KEPT, []).filter((each) => each.seen !== seen), { digit, seen, said }]);
    paint();
  }

  function paintKept() {
    const entries = stored(KEPT, []);
    root.querySelector(".kept").hidden = entries.length === 0;
    const tally = all(".verdicts tbody tr").map(({ dataset }) => {
      const judged = entries.filter((each) => dataset.model in each.said);
      const hits = judged.filter((each) => each.said[dataset.model] === each.digit).length;
      return make("li", `${titleOf(dataset.model)}: ${hits} / ${judged.length}`);
    });
    root.querySelector(".tally").replaceChildren(...tally);
    root.querySelector(".drawings").replaceChildren(...entries.map(drawing).reverse());
    collected(entries);
  }

  function drawing({ digit, seen, said }) {
    const figure = make("figure");
    const wrong = Object.values(said).filter((each) => each !== digit).length;
    const caption = make("figcaption", String(digit));
    if (wrong) caption.append(make("b", ` ✗${wrong}`));
    const canvas = document.createElement("canvas");
    const isAddress = seen.startsWith("data:"); // as it was kept once
    showPicture(canvas, isAddress ? { src: seen } : grey(SIDE, SIDE, Uint8Array.from(atob(seen), (each) => each.charCodeAt(0))));
    figure.append(canvas, caption);
    return figure;
  }

  function make(tag, text = "") {
    return Object.assign(document.createElement(tag), { textContent: text });
  }

  function paint() {
    if (open === "maps") paintNetwork();
    if (open === "evidence") paintScores();
    if (open === "changes") paintChanges();
    if (open === "wrong") paintVerdicts();
  }

  function onKey(event) {
    const tabs = all("[role=tab]");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
    next.focus();
    choose(next.dataset.look);
  }

  new IntersectionObserver((entries) => {
    inSight = entries.at(-1).isIntersecting;
    if (inSight && answer) ask();
  }).observe(whole);
  whole.querySelector("select").addEventListener("change", (event) => reading.choose(event.target.value));
  root.querySelector("[role=tablist]").addEventListener("keydown", onKey);
  all("[role=tab]").forEach((tab) => tab.addEventListener("click", () => choose(tab.dataset.look)));
  all(".digits button").forEach((button, i) => button.addEventListener("click", () => sayRight(i)));
  root.querySelector(".forget").addEventListener("click", () => keep([]));
  for (const dial of dials) {
    dial.querySelector("input").addEventListener("input", () => turnDial(dial));
    turnDial(dial);
  }
  const asked = new URL(location).searchParams.get("look");
  select(all("[role=tab]").some((tab) => tab.dataset.look === asked) ? asked : open);
  paintKept();
  return {
    look: () => ({ look: open === "maps" && !inSight ? "" : open, amounts }),
    show(next, inCharge) {
      const drawn = next?.models?.[inCharge] ? next : null;
      if (!sameDrawing(drawn, answer)) right = null;
      answer = drawn && { ...drawn, inside: drawn.inside ?? answer?.inside };
      model = inCharge;
      paint();
    },
    add(inside) {
      if (!answer) return;
      answer.inside = inside;
      paint();
    },
  };
}
