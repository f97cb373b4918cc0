// The pages of the course: one step in sight at a time, its explorer loaded when it is; guesses and progress.

import { drawFormulas } from "./math.js";
import { doneSteps, forget, keep, nextStep, progress } from "./progress.js";
import { startPrinting } from "./sheet.js";
import { createTrial } from "./trial.js";

function startList() {
  for (const place of document.querySelectorAll(".progress")) {
    const { lesson, steps, some, all } = place.dataset;
    const [count, next] = [doneSteps(lesson), nextStep(lesson, Number(steps))];
    if (!count) continue;
    place.textContent = next ? some.replace("{n}", count).replace("{m}", steps).replace("{next}", next) : all;
    if (next) place.closest("li").querySelector("a").href = `${place.closest("li").querySelector("a").getAttribute("href")}?step=${next}`;
  }
}

function startLesson(root) {
  const { lesson, katex } = root.dataset;
  const sections = [...root.querySelectorAll(".step")];
  const links = [...document.querySelectorAll(".ways span a")];
  const asked = new URL(location.href).searchParams;
  const trials = sections.map((section) => {
    const { step } = section.dataset;
    const kept = progress()[lesson]?.[step] ?? {};
    const isAsked = asked.get("step") === step && asked.has("at");
    return createTrial(section.querySelector(".trial"), {
      katex,
      formula: section.querySelector(".formula"),
      settings: isAsked ? asked.get("at") : kept.at,
      isDone: kept.done,
      moved: (settings) => history.replaceState(null, "", address(step, settings)),
      done: (settings) => finish(section, settings),
    });
  });
  sections.forEach(startStep);

  function startStep(section) {
    const { step } = section.dataset;
    const kept = progress()[lesson]?.[step] ?? {};
    const [why, live] = [section.querySelector(".why"), section.querySelector(".live")];
    for (const radio of section.querySelectorAll(".guess input")) {
      radio.checked = String(kept.guess) === radio.value;
      radio.addEventListener("change", () => {
        keep(lesson, step, { guess: Number(radio.value) });
        reveal(section);
        sayGuess(section);
      });
    }
    section.querySelector(".unguessed button").addEventListener("click", () => reveal(section));
    why.addEventListener("toggle", () => sayGuess(section));
    live.addEventListener("toggle", () => live.open && trials[sections.indexOf(section)].explain());
    if (kept.done) why.open = true;
    if (kept.done || section.querySelector(".guess :checked")) section.classList.add("tried");
    sayGuess(section);
    mark(section, kept.done);
  }

  /** Show the explorer: it would give the answer away, so it comes after the guess, or where somebody wants no guess. */
  function reveal(section) {
    section.classList.add("tried");
    trials[sections.indexOf(section)].load();
  }

  /** Say what became of a guess: whether it was right only once the answer is open. */
  function sayGuess(section) {
    const place = section.querySelector(".kept");
    const chosen = section.querySelector(".guess input:checked");
    const isOpen = section.querySelector(".why").open;
    section.classList.toggle("answered", isOpen);
    const { kept, right, wrong } = place.dataset;
    const text = !chosen ? "" : !isOpen ? kept : chosen.closest("label").hasAttribute("data-right") ? right : wrong;
    if (place.textContent !== text) place.textContent = text;
  }

  function finish(section, settings) {
    keep(lesson, section.dataset.step, { done: true, at: settings });
    mark(section, true);
    section.querySelector(".why").open = true;
  }

  function mark(section, done) {
    links[sections.indexOf(section)].classList.toggle("done", Boolean(done));
  }

  function turnTo(number) {
    sections.forEach((section, i) => (section.hidden = i !== number - 1));
    links.forEach((link, i) => (i === number - 1 ? link.setAttribute("aria-current", "step") : link.removeAttribute("aria-current")));
    if (sections[number - 1].matches(".tried")) trials[number - 1].load();
  }

  /** Return the step that the address asks for; where it asks for none, the first that is not done. */
  function wanted() {
    const step = new URL(location.href).searchParams.get("step") ?? nextStep(lesson, sections.length);
    return Math.min(Math.max(Math.trunc(Number(step)) || 1, 1), sections.length);
  }

  /** Return the address of a step, with the explorer's settings as they are: a teacher may pass it on. */
  function address(step, settings) {
    const here = new URL(location.href);
    here.searchParams.set("step", step);
    if (settings) here.searchParams.set("at", settings);
    else here.searchParams.delete("at");
    return here;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".ways span a, .next a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const there = new URL(link.href);
    if (there.pathname !== location.pathname) return;
    event.preventDefault();
    history.pushState(null, "", address(there.searchParams.get("step"), ""));
    turnTo(wanted());
    const title = sections[wanted() - 1].querySelector("h2");
    title.focus({ preventScroll: true });
    scrollTo({ top: document.querySelector(".ways").offsetTop - 8, behavior: firstNets.motion() });
  });
  addEventListener("popstate", () => turnTo(wanted()));
  document.querySelector(".forget").addEventListener("click", () => {
    forget(lesson);
    location.assign(address(1, ""));
  });
  startPrinting(trials);
  turnTo(wanted());
  drawFormulas(document, katex);
}

startList();
const root = document.querySelector(".steps");
if (root) startLesson(root);
