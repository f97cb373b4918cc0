// What a learner guessed and did, kept in this browser alone: lesson -> step -> {guess, done}.

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
