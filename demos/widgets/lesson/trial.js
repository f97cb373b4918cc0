// An explorer inside a lesson: plain fields ask the server for the picture, and what it shows is held against the task.

import { holds } from "./condition.js";
import { drawFormulas, formulaElements } from "./math.js";

/**
 * Return {load, explain}: load() draws the explorer, once; explain() shows its formula too, which says what there is to find out.
 * done() is called when the task is. katex: KaTeX's address.
 */
export function createTrial(root, { done, katex }) {
  const find = (selector) => root.querySelector(selector);
  const fields = new Map([...root.querySelectorAll("[data-name]")].map((field) => [field.dataset.name, field]));
  const conditions = JSON.parse(root.dataset.check);
  let touched = false; // a task is done by the learner, not by the setting that the step begins with
  let waiting = false;
  let next = null;
  let loaded = null;
  let formula = "";
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
    const moved = [...fields].filter(([, field]) => read(field) !== field.dataset.first);
    return new URLSearchParams(moved.map(([name, field]) => [name, read(field)]));
  }

  async function ask(moved) {
    next = moved;
    if (waiting) return;
    waiting = true;
    while (next !== null) {
      const asked = query();
      if (next) asked.set("moved", next);
      next = null;
      asked.set("lang", document.documentElement.lang.slice(0, 2));
      const address = new URL(`learn/explorer/${root.dataset.explorer}?${asked}`, document.baseURI);
      try {
        show(await (await fetch(address)).json());
      } catch (error) {
        show({ refusal: error.message });
      }
    }
    waiting = false;
  }

  function show(answer) {
    if (answer.refusal) {
      const refusal = Object.assign(document.createElement("p"), { className: "refusal", textContent: answer.refusal });
      refusal.setAttribute("role", "alert");
      find(".picture").replaceChildren(refusal);
      find(".words").replaceChildren();
      return;
    }
    find(".picture").innerHTML = answer.picture;
    find(".words").innerHTML = answer.words;
    formula = answer.formula;
    showFormula();
    for (const [name, text] of Object.entries(answer.moves)) write(fields.get(name), text);
    for (const [name, field] of fields) field.hidden = answer.hidden.includes(name);
    const place = find(".place a");
    const more = query().toString().replaceAll("%2C", ",");
    place.href = root.dataset.place + (more ? `&${more}` : "");
    if (touched) judge({ ...answer.numbers, set: answer.set });
  }

  function showFormula() {
    if (!explained) return;
    find(".formula").replaceChildren(...formulaElements(formula));
    drawFormulas(find(".formula"), katex);
  }

  function judge(state) {
    const isDone = conditions.every((condition) => holds(condition, state));
    const text = isDone ? root.dataset.done : "";
    const verdict = find(".verdict");
    if (verdict.textContent !== text) verdict.textContent = text;
    root.classList.toggle("done", isDone);
    if (isDone) done();
  }

  root.addEventListener("input", (event) => {
    const field = event.target.closest("[data-name]");
    if (!field || event.target.matches(".own")) return;
    touched = true;
    const [box, range] = ["input[type=number]", "input[type=range]:not(.own)"].map((each) => field.querySelector(each));
    if (event.target === box && box.value === "") return;
    if (event.target === box) setRange(range, box.value);
    else if (event.target === range) box.value = range.value;
    ask(field.dataset.name);
  });

  return {
    load: () => (loaded ??= ask("")),
    explain() {
      explained = true;
      showFormula();
    },
  };
}
