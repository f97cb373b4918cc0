/** What is said of a try at a task: nothing where it is done, else what misses, with the numbers (lessons/misses.py). */

import { at, holds } from "./condition.js";

/** @typedef {import("./condition.js").Condition} Condition */

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Return a value as a text: a number to five digits, with powers of ten where it is far from 1. @param {any} value */
export function shown(value) {
  if (typeof value !== "number") return String(value ?? "–");
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
  const short = Number(value.toPrecision(5));
  const size = Math.abs(short);
  if (short === 0 || (size >= 1e-6 && size < 1e7)) return String(short).replace("-", "−");
  const [digits, power] = short.toExponential().split("e");
  const raised = [...power.replace("+", "")].map((sign) => (sign === "-" ? "⁻" : RAISED[Number(sign)])).join("");
  return `${digits} × 10${raised}`.replace("-", "−");
}

/**
 * Return what misses in a state, "" where nothing does.
 * @param {{ check: (Condition & { miss: string })[], misses: { when: Condition[], say: string }[], between: string }} task
 * @param {object} state an explorer's numbers, and its controls' values under "set"
 * @param {Record<string, string>} chosen what the options are called that are chosen now, by their paths
 */
export function missing(task, state, chosen) {
  const failed = task.check.filter((condition) => !holds(condition, state));
  if (!failed.length) return "";
  const special = task.misses.find(({ when }) => when.every((condition) => holds(condition, state)));
  const text = special?.say ?? failed.map(({ miss }) => miss).join(task.between);
  return text.replace(/\{([\w.-]+)\}/g, (_, path) => chosen[path] ?? shown(at(state, path)));
}
