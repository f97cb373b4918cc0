// Training runs that this browser keeps: their names and settings, their lines over each other, and all of them as CSV.

import { store, stored } from "../storage/storage.js";

const KEY = "first-nets-runs";
const MOST = 30;
const COLOURS = 8; // --c0 to --c7
const SIZE = { width: 560, height: 220, left: 48, top: 10, right: 10, bottom: 26 };

/** Return runs as CSV, a row an epoch. */
export function csv(runs) {
  const cell = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
  const columns = ["epoch", "train_loss", "train_accuracy", "validation_accuracy", "seconds"];
  const rows = runs.flatMap((run) => run.history.map((epoch) => [run.name, run.settings, ...columns.map((each) => epoch[each]), run.test_accuracy]));
  return [["name", "settings", ...columns, "test_accuracy"], ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** Bring the list in `element` to life; props.run takes a run that has ended (runs.describe). */
export function createRuns(element, { props, watch }) {
  const root = element.querySelector(".runs");
  const words = root.dataset;
  let runs = stored(KEY, []);
  let newest = props.run;

  function make(tag, attributes = {}, ...inside) {
    const node = Object.assign(document.createElement(tag), attributes);
    node.append(...inside);
    return node;
  }

  function change(then) {
    then();
    store(KEY, runs.slice(-MOST));
    paint();
  }

  function row(run, i) {
    const shown = make("input", { type: "checkbox", checked: run.shown, ariaLabel: words.shown });
    shown.addEventListener("change", () => change(() => (run.shown = shown.checked)));
    const name = make("input", { type: "text", value: run.name, maxLength: 40, ariaLabel: words.name });
    name.addEventListener("change", () => change(() => (run.name = name.value)));
    const forget = make("button", { type: "button", textContent: words.forget });
    forget.addEventListener("click", () => change(() => (runs = runs.filter((each) => each !== run))));
    const percent = (value) => `${(100 * value).toFixed(2)}%`;
    const told = make("span", {}, `${run.settings} · ${words.aside} `, make("b", {}, percent(run.history.at(-1).validation_accuracy)), ` · ${words.test} `, make("b", {}, percent(run.test_accuracy)));
    const line = make("li", {}, shown, make("i"), name, told, forget);
    line.style.setProperty("--run", `var(--c${i % COLOURS})`);
    return line;
  }

  function svg(tag, attributes, text = "") {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.textContent = text;
    return node;
  }

  function figure() {
    const { width, height, left, top, right, bottom } = SIZE;
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words.figure });
    const lines = runs.map((run, i) => [run, i]).filter(([run]) => run.shown);
    const accuracies = lines.flatMap(([run]) => run.history.map((epoch) => epoch.validation_accuracy));
    const low = Math.max(0, Math.floor(20 * Math.min(...accuracies, 0.95)) / 20);
    const last = Math.max(...lines.map(([run]) => run.history.length), 2);
    const x = (epoch) => left + ((epoch - 1) / (last - 1)) * (width - left - right);
    const y = (accuracy) => top + ((1 - accuracy) / (1 - low)) * (height - top - bottom);
    for (const share of [0, 0.5, 1]) {
      const at = low + share * (1 - low);
      picture.append(svg("line", { x1: left, x2: width - right, y1: y(at), y2: y(at) }));
      picture.append(svg("text", { x: left - 6, y: y(at) + 4, "text-anchor": "end" }, at.toFixed(3)));
    }
    for (const epoch of [1, last]) picture.append(svg("text", { x: x(epoch), y: height - 8, "text-anchor": epoch === 1 ? "start" : "end" }, epoch));
    for (const [run, i] of lines) {
      const points = run.history.map((epoch) => `${x(epoch.epoch)},${y(epoch.validation_accuracy)}`);
      if (points.length === 1) points.push(`${x(1) + 6},${points[0].split(",")[1]}`);
      picture.append(svg("polyline", { points: points.join(" "), stroke: `var(--c${i % COLOURS})` }));
    }
    return picture;
  }

  function paint() {
    root.hidden = runs.length === 0;
    const button = make("button", { type: "button", textContent: words.csv });
    button.addEventListener("click", () => {
      const file = URL.createObjectURL(new Blob([csv(runs)], { type: "text/csv" }));
      make("a", { href: file, download: "runs.csv" }).click();
      setTimeout(() => URL.revokeObjectURL(file), 1000);
    });
    const list = make("ul", {}, ...runs.map(row).reverse());
    root.replaceChildren(make("h3", { textContent: words.head }), make("p", { textContent: words.about }), figure(), list, button);
  }

  watch("run", () => {
    if (!props.run || props.run === newest) return;
    newest = props.run;
    const number = Math.max(0, ...runs.map((run) => run.number ?? 0)) + 1;
    change(() => (runs = [...runs, { ...JSON.parse(props.run), number, name: `#${number}`, shown: true }].slice(-MOST)));
  });
  paint();
}
