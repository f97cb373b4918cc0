// An explorer inside a lesson: plain fields ask the server for the picture, and what it shows is held against the task.

import { drawFormulas, formulaElements } from "./math.js";
import { missing } from "./verdict.js";

const REST = 600; // ms without a move: a try counts once it comes to rest, not while it is dragged through

/**
 * Return {load, explain, sheet}: load() draws the explorer, once; explain() shows its formula too, which says what there is to
 * find out; sheet() draws what the work sheet shows, the setting that the step begins with.
 * moved(settings) is called when a try comes to rest, done(settings) when it does the task. settings: those to begin with in
 * place of the step's own; isDone: whether the task was done before. formula: where the formula goes; katex: KaTeX's address.
 */
export function createTrial(root, { moved, done, settings, isDone, formula, katex }) {
  const find = (selector) => root.querySelector(selector);
  const fields = new Map([...root.querySelectorAll("[data-name]")].map((field) => [field.dataset.name, field]));
  const task = JSON.parse(root.dataset.task);
  let state = null; // what is shown, once the learner touched it: a task is not done by the setting that a step begins with
  let touched = false;
  let held = false;
  let timer = 0;
  let waiting = false;
  let next = null;
  let loaded = null;
  let latex = "";
  let explained = false;

  function read(field) {
    const box = field.querySelector("select, textarea, input[type=number]");
    if (box) return box.value.trim().replaceAll("\n", ";");
    const checked = [...field.querySelectorAll("input:checked")].map((each) => each.value);
    const isSwitch = !field.matches("fieldset");
    return isSwitch ? String(checked.length) : checked.join(",");
  }

  /** Set a slider; the attribute tells its logarithmic double (frame/sliders.js). */
  function setRange(range, text) {
    range.value = text;
    range.style.setProperty("--value", text);
  }

  function write(field, text) {
    for (const box of field.querySelectorAll("select, textarea, input[type=number]")) box.value = text;
    for (const range of field.querySelectorAll("input[type=range]:not(.own)")) setRange(range, text);
    for (const box of field.querySelectorAll("input:is([type=radio], [type=checkbox])")) box.checked = text.split(",").includes(box.value);
  }

  function query() {
    const own = [...fields].filter(([, field]) => read(field) !== field.dataset.first);
    return new URLSearchParams(own.map(([name, field]) => [name, read(field)]));
  }

  /** Return what the options are called that are chosen now, by their paths. */
  function chosen() {
    const options = [...fields].map(([name, field]) => {
      const option = field.querySelector("option:checked") ?? field.querySelector("label:has([type=radio]:checked)");
      return [`set.${name}`, option?.textContent.trim()];
    });
    return Object.fromEntries(options.filter(([, title]) => title));
  }

  async function fetched(parameters) {
    const asked = new URLSearchParams(parameters);
    asked.set("lang", document.documentElement.lang.slice(0, 2));
    try {
      return await (await fetch(new URL(`learn/explorer/${root.dataset.explorer}?${asked}`, document.baseURI))).json();
    } catch {
      return null; // no way to the server
    }
  }

  async function ask(control) {
    next = control;
    if (waiting) return;
    waiting = true;
    while (next !== null) {
      const asked = query();
      if (next) asked.set("moved", next);
      next = null;
      const answer = await fetched(asked);
      find(".offline").hidden = Boolean(answer);
      if (answer) show(answer);
    }
    waiting = false;
    rest();
  }

  function show(answer) {
    state = null;
    if (answer.refusal) {
      const refusal = Object.assign(document.createElement("p"), { className: "refusal", textContent: answer.refusal });
      refusal.setAttribute("role", "alert");
      find(".picture").replaceChildren(refusal);
      find(".words").replaceChildren();
      return;
    }
    draw(answer.picture);
    find(".words").innerHTML = answer.words;
    latex = answer.formula;
    showFormula();
    for (const [name, text] of Object.entries(answer.moves)) write(fields.get(name), text);
    for (const [name, field] of fields) field.hidden = answer.hidden.includes(name);
    const place = find(".place a");
    const more = query().toString().replaceAll("%2C", ",");
    place.href = root.dataset.place + (more ? `&${more}` : "");
    if (touched) state = { ...answer.numbers, set: answer.set };
  }

  /** Draw the picture anew; on a phone the figure that was in sight stays so, at first that of the task. */
  function draw(picture) {
    const figures = () => find(".picture .figs");
    const left = figures()?.scrollLeft;
    find(".picture").innerHTML = picture;
    const wanted = figures()?.children[root.dataset.figure - 1];
    if (wanted) figures().scrollLeft = left ?? wanted.offsetLeft - figures().offsetLeft;
  }

  function showFormula() {
    if (!explained) return;
    formula.replaceChildren(...formulaElements(latex));
    drawFormulas(formula, katex);
  }

  function rest() {
    clearTimeout(timer);
    timer = setTimeout(judge, REST);
  }

  function judge() {
    if (held || waiting || !state) return;
    moved(query().toString());
    if (root.matches(".done")) return;
    const misses = missing(task, state, chosen());
    if (misses) return say(root.dataset.miss + misses);
    finish();
    done(query().toString());
  }

  function finish() {
    root.classList.add("done");
    say(root.dataset.done);
  }

  function say(text) {
    const verdict = find(".verdict");
    if (verdict.textContent !== text) verdict.textContent = text;
  }

  function restore(given) {
    const values = new URLSearchParams(given);
    for (const [name, field] of fields) write(field, values.get(name) ?? field.dataset.first);
  }

  root.addEventListener("input", (event) => {
    const field = event.target.closest("[data-name]");
    if (!field || event.target.matches(".own")) return;
    touched = true;
    if (!root.matches(".done")) say("");
    const [box, range] = ["input[type=number]", "input[type=range]:not(.own)"].map((each) => field.querySelector(each));
    if (event.target === box && box.value === "") return;
    if (event.target === box) setRange(range, box.value);
    else if (event.target === range) box.value = range.value;
    ask(field.dataset.name);
  });
  addEventListener("online", () => !find(".offline").hidden && ask(""));
  root.addEventListener("pointerdown", () => (held = true));
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, () => {
      if (held) rest();
      held = false;
    });
  }

  if (settings != null) restore(settings);
  if (isDone) finish();
  return {
    load: () => (loaded ??= ask("")),
    explain() {
      explained = true;
      showFormula();
    },
    async sheet() {
      const place = find(".sheet");
      if (!place.childElementCount) place.innerHTML = (await fetched(root.dataset.start))?.picture ?? "";
    },
  };
}
