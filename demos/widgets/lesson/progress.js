// What a learner guessed and did, kept in this browser alone: lesson -> step -> {guess, done}.

const KEY = "first-nets-lessons";

export function progress() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return kept !== null && typeof kept === "object" ? kept : {};
  } catch {
    return {}; // no storage here: private browsing, or a frame without it
  }
}

export function keep(lesson, step, change) {
  const kept = progress();
  kept[lesson] = { ...kept[lesson], [step]: { ...kept[lesson]?.[step], ...change } };
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // nothing is kept then
  }
}

/** Return how many steps of a lesson are done. */
export function doneSteps(lesson) {
  return Object.values(progress()[lesson] ?? {}).filter((step) => step?.done).length;
}
