// Where a learner goes on: the front page's link to lesson 1 becomes one to the first step that is not yet done.

import { doneSteps, nextStep } from "./progress.js";

/** lessons: [name, number of steps] in order. */
function place(lessons) {
  const last = lessons.findLastIndex(([name]) => doneSteps(name));
  if (last < 0) return null;
  const at = nextStep(...lessons[last]) ? last : last + 1; // after a lesson comes the next
  const [name, steps] = lessons[at] ?? [];
  return name && { lesson: at + 1, name, step: nextStep(name, steps) || 1 };
}

/** Turn every link to the beginning into one to where the learner left off. */
export function goOn() {
  for (const link of document.querySelectorAll("a[data-lessons]")) {
    const { lesson, name, step } = place(JSON.parse(link.dataset.lessons)) ?? {};
    if (!lesson) continue;
    const to = `learn/${name}?step=${step}`;
    if (link.getAttribute("href") === to) continue;
    link.setAttribute("href", to);
    link.textContent = link.dataset.continue.replace("{n}", lesson).replace("{m}", step);
    link.previousElementSibling?.remove();
  }
}
