/** What this browser alone keeps, under a key, and for no longer than it likes: nothing where it keeps nothing for a page. */

export const TUNED = "first-nets-tuned"; // the key of the network that the visitor trained on the pad

/**
 * Return what is kept under a key, or `empty` where that is nothing, damaged, or of another kind than `empty` (a list or an object).
 * @template {object} T
 * @param {string} key
 * @param {T} empty
 * @returns {T}
 */
export function stored(key, empty) {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? "null");
    const fits = value !== null && typeof value === "object" && (!Array.isArray(empty) || Array.isArray(value));
    return fits ? value : empty;
  } catch {
    return empty; // no storage here: private browsing, or a frame without it
  }
}

/** Keep a value under a key. @param {string} key @param {object} value */
export function store(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // nothing is kept then
  }
}
