// What a learner guessed and did, kept in this browser alone: lesson -> step -> {guess, done, at: the settings that did it}.

import { store, stored } from "../storage/storage.js";

const KEY = "first-nets-lessons";

export const progress = () => stored(KEY, {});

export function keep(lesson, step, change) {
  const kept = progress();
  kept[lesson] = { ...kept[lesson], [step]: { ...kept[lesson]?.[step], ...change } };
  store(KEY, kept);
}

/** Return how many steps of a lesson are done. */
export function doneSteps(lesson) {
  return Object.values(progress()[lesson] ?? {}).filter((step) => step?.done).length;
}

/** Return the first step of a lesson that is not done, from 1 on; 0 where all are. */
export function nextStep(lesson, steps) {
  const kept = progress()[lesson] ?? {};
  for (let step = 1; step <= steps; step++) if (!kept[step]?.done) return step;
  return 0;
}

/** Forget what was guessed and done in a lesson. */
export function forget(lesson) {
  const { [lesson]: _, ...others } = progress();
  store(KEY, others);
}
