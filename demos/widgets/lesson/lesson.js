// The pages of the course: one step in sight at a time, its explorer loaded when it is; guesses, progress, the work sheet.

import { drawFormulas } from "./math.js";
import { doneSteps, keep, progress } from "./progress.js";
import { createTrial } from "./trial.js";

function startList() {
  for (const place of document.querySelectorAll(".progress")) {
    const { lesson, steps, some, all } = place.dataset;
    const count = doneSteps(lesson);
    if (count) place.textContent = count >= Number(steps) ? all : some.replace("{n}", count).replace("{m}", steps);
  }
}

function startLesson(root) {
  const { lesson, katex } = root.dataset;
  const sections = [...root.querySelectorAll(".step")];
  const links = [...document.querySelectorAll(".ways span a")];
  const trials = sections.map((section) => {
    return createTrial(section.querySelector(".trial"), { katex, done: () => finish(section) });
  });
  sections.forEach(startStep);

  function startStep(section) {
    const { step } = section.dataset;
    const kept = progress()[lesson]?.[step] ?? {};
    const why = section.querySelector(".why");
    for (const radio of section.querySelectorAll(".guess input")) {
      radio.checked = String(kept.guess) === radio.value;
      radio.addEventListener("change", () => {
        keep(lesson, step, { guess: Number(radio.value) });
        sayGuess(section);
      });
    }
    why.addEventListener("toggle", () => {
      sayGuess(section);
      if (why.open) trials[sections.indexOf(section)].explain();
    });
    sayGuess(section);
    mark(section, kept.done);
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

  function finish(section) {
    keep(lesson, section.dataset.step, { done: true });
    mark(section, true);
    section.querySelector(".why").open = true;
  }

  function mark(section, done) {
    links[sections.indexOf(section)].classList.toggle("done", Boolean(done));
  }

  function turnTo(number) {
    sections.forEach((section, i) => (section.hidden = i !== number - 1));
    links.forEach((link, i) => (i === number - 1 ? link.setAttribute("aria-current", "step") : link.removeAttribute("aria-current")));
    trials[number - 1].load();
  }

  const asked = () => {
    const step = Number(new URL(location.href).searchParams.get("step"));
    return Math.min(Math.max(Math.trunc(step) || 1, 1), sections.length);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".ways span a, .next a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const there = new URL(link.href);
    if (there.pathname !== location.pathname) return;
    event.preventDefault();
    const here = new URL(location.href);
    here.searchParams.set("step", there.searchParams.get("step"));
    history.pushState(null, "", here);
    turnTo(asked());
    const title = sections[asked() - 1].querySelector("h2");
    title.focus({ preventScroll: true });
    scrollTo({ top: document.querySelector(".ways").offsetTop - 8, behavior: firstNets.motion() });
  });
  addEventListener("popstate", () => turnTo(asked()));
  document.querySelector(".print").addEventListener("click", async () => {
    await Promise.all(trials.map((trial) => trial.load()));
    print();
  });
  turnTo(asked());
  drawFormulas(document, katex);
}

startList();
const root = document.querySelector(".steps");
if (root) startLesson(root);
