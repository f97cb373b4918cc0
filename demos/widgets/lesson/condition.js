/** Whether a lesson's condition holds in what an explorer shows: the same as demos/lessons/condition.py. */

/**
 * @typedef {{ left: string, relation: string, word: string | null, number: number | null, path: string | null,
 *   factor: number, within: number }} Condition
 */

/** @type {Record<string, (list: any[]) => any>} */
const OF_LIST = {
  max: (list) => Math.max(...list),
  min: (list) => Math.min(...list),
  sum: (list) => list.reduce((sum, value) => sum + value, 0),
  length: (list) => list.length,
};

/** Return what stands at a path, "hand.1" or "spread.max". @param {any} state @param {string} path */
export function at(state, path) {
  for (const name of path.split(".")) {
    if (!Array.isArray(state)) state = state?.[name];
    else state = Object.hasOwn(OF_LIST, name) ? OF_LIST[name](state.map(number)) : state.at(Number(name));
  }
  return number(state);
}

/** Numbers that JSON can't hold come as text. @param {any} value */
function number(value) {
  return { inf: Infinity, "-inf": -Infinity, nan: NaN }[/** @type {string} */ (value)] ?? value;
}

/** @param {Condition} condition @param {object} state an explorer's numbers, and its controls' values under "set" */
export function holds({ left, relation, word, number: value, path, factor, within }, state) {
  const a = at(state, left);
  const b = word ?? value ?? factor * at(state, path ?? "");
  switch (relation) {
    case "<": return a < b;
    case "<=": return a <= b;
    case ">": return a > b;
    case ">=": return a >= b;
    case "=": return a === b;
    case "≠": return a !== b;
    default: return Number.isFinite(a) && Math.abs(a - Number(b)) <= within;
  }
}
