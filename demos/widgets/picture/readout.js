/** Tell how the number that is looked at comes about: its windows and kernels with their numbers, their sum, and who reads it. */

import { placeOf } from "../network/sums.js";
import { strongest } from "./links.js";
import { paintMatrix, paintPicture } from "./matrix.js";
import { number, paletteOf, rangeOf } from "./paint.js";

/** @typedef {import("./links.js").Look} Look */
/** @typedef {import("../network/background.js").Net} Net */
/** @typedef {import("../network/sums.js").Window} Window */
/** @typedef {import("../network/sums.js").Sum} Sum */
/** @typedef {Record<string, string>} Words */
/** @typedef {{ look: Look, net: Net, shapes: number[][], values: ArrayLike<number>[], titles: string[] }} Facts */

const WRITTEN = 36; // numbers of a window up to which each is written
const NAMED = 6; // inputs that are named where there are hundreds

/** @param {string} text @param {...(string | number)} parts */
const fill = (text, ...parts) => text.replace(/\{(\d)\}/g, (_, i) => String(parts[Number(i)]));

/**
 * Return {show, name}: show(facts) fills the panel, name(facts) returns what the number is called.
 * @param {HTMLElement} root @param {Words} words
 */
export function createReadout(root, words) {
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  const terms = find(".terms");

  /** @param {Facts} facts */
  function name({ look: { node, index }, shapes, titles, net }) {
    const shape = shapes[node];
    const [map, row, column] = placeOf(shape, index);
    if (node >= shapes.length - 2) return [titles[node], fill(words.digit, net.labels[index])].join(words.stop);
    if (shape.length === 1) return [titles[node], fill(words.unit, index)].join(words.stop);
    const place = fill(words.place, row, column);
    return [titles[node], ...(shape[0] > 1 ? [fill(words.map, map)] : []), place].join(words.stop);
  }

  /** @param {Facts} facts */
  function show(facts) {
    const { look, values } = facts;
    const value = values[look.node][look.index];
    root.hidden = false;
    find(".name span").textContent = name(facts);
    find(".name b").textContent = `= ${number(value, look.node === values.length - 1 ? 4 : 3)}`;
    const { how, total } = look.sum ? tellSum(facts, look.sum) : tellEnd(facts, value);
    find(".how").textContent = how;
    find(".total").textContent = total;
    find(".goes").textContent = goes(facts);
  }

  /** @param {Facts} facts @param {number} value @returns {{ how: string, total: string }} */
  function tellEnd({ look, net, values, shapes }, value) {
    terms.replaceChildren();
    if (look.node === 0) {
      const { mean, std } = net.preprocessing;
      const grey = Math.round((value * std + mean) * 255);
      return { how: fill(words.grey, grey, mean, std, number(value, 3)), total: "" };
    }
    const logits = Array.from(values[shapes.length - 2], (logit) => logit / net.temperature);
    const powers = logits.map((logit) => Math.exp(logit));
    const most = powers.map((power, i) => ({ power, i })).sort((a, b) => b.power - a.power).slice(0, 3);
    const sum = powers.reduce((a, b) => a + b, 0);
    const shown = most.map(({ power }) => large(power)).join(" + ");
    return { how: fill(words.softmax, number(net.temperature)), total: `exp(${number(logits[look.index])}) / (${shown} + …) = ${large(powers[look.index])} / ${large(sum)} = ${number(value, 4)}` };
  }

  /** @param {number} value */
  const large = (value) => (value >= 1e5 || value < 0.005 ? value.toExponential(1).replace("e+", " × 10^").replace("e-", " × 10^−") : number(value));

  /** @param {Facts} facts @param {Sum} sum */
  function tellSum(facts, sum) {
    const size = sum.windows.reduce((count, { values }) => count + values.length, 0);
    if (sum.windows[0].values.length <= WRITTEN && sum.windows.length <= 8) showWindows(facts, sum);
    else showPictures(facts, sum, size);
    return { how: words[sum.kind] ?? "", total: formulaOf(sum) };
  }

  /** Show each map's window beside its kernel. @param {Facts} facts @param {Sum} sum */
  function showWindows({ look, values }, { windows, kind }) {
    const [palette, range] = [paletteOf(root), rangeOf(values[look.node - 1])];
    const weight = Math.max(...windows.flatMap(({ weights }) => [...weights].map(Math.abs)), 1e-9);
    keep(windows.length, 2);
    terms.classList.toggle("one", windows.length === 1);
    windows.forEach((window, i) => {
      const [figure, [left, right]] = [terms.children[i], terms.children[i].querySelectorAll("canvas")];
      const { rows, columns } = window;
      paintMatrix(left, { rows, columns, values: window.values, range }, palette);
      paintMatrix(right, { rows, columns, values: window.weights, most: weight }, palette);
      const [head, , tail] = figure.querySelectorAll("b, i, em");
      head.textContent = windows.length > 1 ? fill(words.map, window.map) : "";
      tail.textContent = `${kind === "MaxPool2d" ? "→" : "="} ${number(window.subtotal)}`;
    });
  }

  /** Show hundreds of inputs as pictures: what comes in, the weights, and what each adds. @param {Facts} facts @param {Sum} sum @param {number} size */
  function showPictures({ look, values, shapes }, { windows }, size) {
    const [palette, range] = [paletteOf(root), rangeOf(values[look.node - 1])];
    const join = (/** @type {(window: Window) => Float32Array} */ of) => Float32Array.from(windows.flatMap((window) => [...of(window)]));
    const [inputs, weights] = [join((window) => window.values), join((window) => window.weights)];
    const products = inputs.map((value, i) => value * weights[i]);
    keep(1, 3);
    const [first, second, third] = terms.querySelectorAll("canvas");
    const shape = shapes[look.node - 1];
    paintPicture(first, shape, inputs, palette, range);
    paintPicture(second, shape, weights, palette);
    paintPicture(third, shape, products, palette);
    const captions = [words.inputs, words.weights, words.products];
    [first, second, third].forEach((canvas, i) => (/** @type {HTMLElement} */ (canvas.nextElementSibling).textContent = captions[i]));
    const most = strongest(windows, NAMED).map(({ value, weight }) => `${number(value)} × ${number(weight)} = ${number(value * weight)}`);
    find(".most").textContent = words.most + [...most, ...(size > NAMED ? [fill(words.more, size - NAMED)] : [])].join(words.pause);
  }

  /** Keep as many figures as there are terms, each with that many pictures: nothing is rebuilt while a pen moves. @param {number} count @param {number} pictures */
  function keep(count, pictures) {
    const kind = `${count}/${pictures}`;
    if (terms.dataset.kind === kind && terms.children.length) return;
    terms.dataset.kind = kind;
    terms.replaceChildren(...Array.from({ length: count }, () => (pictures === 2 ? pair() : trio())));
    if (pictures === 3) terms.append(Object.assign(document.createElement("p"), { className: "most" }));
  }

  function pair() {
    const figure = document.createElement("figure");
    figure.append(make("b"), make("canvas"), make("i", "×"), make("canvas"), make("em"));
    return figure;
  }

  function trio() {
    const figure = document.createElement("figure");
    figure.className = "trio";
    for (const sign of ["×", "=", ""]) {
      const part = make("span");
      part.append(make("canvas"), make("small"));
      figure.append(part, ...(sign ? [make("i", sign)] : []));
    }
    return figure;
  }

  /** @param {Sum} sum */
  function formulaOf({ windows, bias, sum, after }) {
    const parts = windows.length > 1 && windows.length <= 8 ? windows.map(({ subtotal }) => subtotal) : [windows.reduce((all, { subtotal }) => all + subtotal, 0)];
    const signed = (/** @type {number} */ value) => (value < 0 ? ` − ${number(-value)}` : ` + ${number(value)}`);
    const left = parts.map((part, i) => (i ? signed(part) : number(part))).join("");
    const isSum = parts.length > 1 || bias !== null;
    const total = isSum ? `${left}${bias === null ? "" : `${signed(bias)}${words.bias}`} = ${number(sum, 3)}` : after.length ? number(sum, 3) : "";
    return [total, ...after.map((each) => `${each.kind} → ${number(each.value, 3)}`)].filter(Boolean).join(words.pause);
  }

  /** @param {Facts} facts */
  function goes({ look: { node, readers, field }, shapes, titles }) {
    const parts = [];
    const span = (/** @type {[number, number]} */ [first, last]) => last - first + 1;
    if (field && node > 1) parts.push(fill(words.sees, span(field.rows), span(field.columns)));
    if (readers) parts.push(fill(words.goes, span(readers.maps) * span(readers.rows) * span(readers.columns), titles[node + 1]));
    return parts.join(" ");
  }

  return { show, name };
}

/** @param {string} tag @param {string} [text] */
const make = (tag, text = "") => Object.assign(document.createElement(tag), { textContent: text });
