/** Shapes in small binary masks: components, distances and centre lines, as zoo/pictures/morphology.py finds them. */

/** @typedef {{ width: number, height: number, data: Uint8Array }} Mask 1 inside, 0 outside */

/** @typedef {{ row: number, from: number, to: number, part: number }} Run pixels of a row that lie inside, `to` excluded, and their component */
/** @typedef {{ size: number, top: number, bottom: number, left: number, right: number }} Part a component: its pixels, its box, ends excluded */

/**
 * Part a shape into connected components, also where pixels touch only at a corner.
 * @param {{ width: number, height: number, data: ArrayLike<number> }} shape inside where it is above `level`
 * @param {number} level
 * @returns {{ runs: Run[], parts: Part[] }}
 */
export function components({ width, height, data }, level) {
  /** @type {Run[]} */
  const runs = [];
  /** @type {number[]} */
  const parents = [];
  /** @param {number} label */
  const root = (label) => {
    while (parents[label] !== label) label = parents[label] = parents[parents[label]];
    return label;
  };
  let above = 0; // the first run of the row above that may touch
  for (let row = 0; row < height; row++) {
    const first = runs.length;
    const end = (row + 1) * width;
    for (let i = row * width; i < end; i++) {
      if (!(data[i] > level)) continue;
      const from = i - row * width;
      while (i < end && data[i] > level) i++;
      const run = { row, from, to: i - row * width, part: parents.length };
      parents.push(run.part);
      while (above < first && runs[above].to < from) above += 1;
      for (let k = above; k < first && runs[k].from <= run.to; k++) {
        const [a, b] = [root(runs[k].part), root(run.part)];
        parents[Math.max(a, b)] = Math.min(a, b);
      }
      runs.push(run);
    }
    above = first;
  }
  return { runs, parts: joined(runs, root) };
}

/**
 * Give each run the number of its component, and return the components.
 * @param {Run[]} runs
 * @param {(label: number) => number} root
 */
function joined(runs, root) {
  /** @type {Map<number, number>} */
  const names = new Map();
  /** @type {Part[]} */
  const parts = [];
  for (const run of runs) {
    const label = root(run.part);
    if (!names.has(label)) {
      names.set(label, parts.length);
      parts.push({ size: 0, top: run.row, bottom: 0, left: run.from, right: 0 });
    }
    run.part = /** @type {number} */ (names.get(label));
    const part = parts[run.part];
    part.size += run.to - run.from;
    part.left = Math.min(part.left, run.from);
    part.right = Math.max(part.right, run.to);
    part.bottom = run.row + 1;
  }
  return parts;
}

/**
 * Return each pixel's Euclidean distance to the nearest one of value `to`, exact up to limit; farther pixels get at least limit.
 * @param {Mask} mask
 * @param {number} to
 * @param {number} limit
 */
export function distance({ width, height, data }, to, limit) {
  const column = columnDistances(width, height, data, to, 2 * (limit + Math.max(width, height)));
  const distances = new Float32Array(column.length).fill(limit);
  const reach = Math.min(limit, width - 1);
  const [from, until] = columnsNear(column, width, limit);
  for (let y = 0; y < height; y++) {
    for (let x = from; x < until; x++) {
      const i = y * width + x;
      let least = column[i];
      const [before, after] = [Math.min(reach, x), Math.min(reach, width - 1 - x)];
      const both = Math.min(before, after);
      let [step, square] = [1, 1];
      for (; square < least && step <= both; step += 1, square = step * step) {
        const nearer = Math.min(column[i - step], column[i + step]) + square;
        if (nearer < least) least = nearer;
      }
      const side = before > after ? -1 : 1; // the longer one, at the plane's edge
      for (; square < least && step <= Math.max(before, after); step += 1, square = step * step) {
        if (column[i + side * step] + square < least) least = column[i + side * step] + square;
      }
      distances[i] = Math.sqrt(least);
    }
  }
  return distances;
}

/**
 * Return from which to which column a pixel may be nearer than limit, the end excluded.
 * @param {Float32Array} column squared distances within each column
 * @param {number} width
 * @param {number} limit
 */
function columnsNear(column, width, limit) {
  const height = column.length / width;
  let [first, last] = [width, -1];
  for (let x = 0; x < width; x++) {
    if (column[x] >= height ** 2) continue; // there is none in the whole column
    first = Math.min(first, x);
    last = x;
  }
  return [Math.max(0, first - limit), Math.min(width, last + limit + 1)];
}

/**
 * Return the squared distance to the nearest pixel of value `to` in the same column.
 * @param {number} width
 * @param {number} height
 * @param {Uint8Array} data
 * @param {number} to
 * @param {number} far where there is none
 */
function columnDistances(width, height, data, to, far) {
  const found = new Float32Array(width * height);
  const last = new Int32Array(width).fill(-far); // row of the nearest one above
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i] === to) last[x] = y;
      found[i] = y - last[x];
    }
  }
  last.fill(far); // below
  for (let y = height - 1; y >= 0; y--) {
    for (let x = 0, i = y * width; x < width; x++, i++) {
      if (data[i] === to) last[x] = y;
      const steps = Math.min(found[i], last[x] - y);
      found[i] = steps * steps;
    }
  }
  return found;
}

/**
 * Thin strokes to lines one pixel wide (Zhang & Suen, 1984).
 * @param {Mask} mask
 * @returns {Mask}
 */
export function thin({ width, height, data }) {
  const stride = width + 2;
  const padded = new Uint8Array(stride * (height + 2));
  for (let y = 0; y < height; y++) padded.set(data.subarray(y * width, (y + 1) * width), (y + 1) * stride + 1);
  const ink = placesOf(padded);
  const gone = new Int32Array(ink.length);
  let left = ink.length; // of the ink, its first ones
  for (let changed = true; changed; ) {
    changed = false;
    for (const deletable of DELETABLE) {
      let [rest, lost] = [0, 0];
      for (let k = 0; k < left; k++) {
        const i = ink[k];
        // Neighbours P2..P9 of the paper, a bit each: clockwise from the one above.
        const [above, below] = [i - stride, i + stride];
        const before = padded[above] | (padded[above + 1] << 1) | (padded[i + 1] << 2) | (padded[below + 1] << 3);
        const code = before | (padded[below] << 4) | (padded[below - 1] << 5) | (padded[i - 1] << 6) | (padded[above - 1] << 7);
        if (deletable[code]) gone[lost++] = i;
        else ink[rest++] = i;
      }
      for (let k = 0; k < lost; k++) padded[gone[k]] = 0;
      left = rest;
      if (lost) changed = true;
    }
  }
  const lines = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) lines.set(padded.subarray((y + 1) * stride + 1, (y + 1) * stride + 1 + width), y * width);
  return { width, height, data: lines };
}

/** Return where a mask is set. @param {Uint8Array} data */
export function placesOf(data) {
  const places = new Int32Array(data.length);
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i]) places[count++] = i;
  return places.subarray(0, count);
}

/** For each half-step: which of the 256 neighbourhoods delete the pixel. */
const DELETABLE = [0, 1].map((step) => Uint8Array.from({ length: 256 }, (_, code) => Number(isDeletable(code, step))));

/** @param {number} code @param {number} step */
function isDeletable(code, step) {
  const ring = Array.from({ length: 8 }, (_, k) => (code >> k) & 1);
  const neighbours = ring.reduce((sum, each) => sum + each, 0);
  const crossings = ring.filter((each, k) => !each && ring[(k + 1) % 8]).length;
  const [north, east, south, west] = [ring[0], ring[2], ring[4], ring[6]];
  const open = step === 0 ? !(north && east && south) && !(east && south && west) : !(north && east && west) && !(north && south && west);
  return neighbours >= 2 && neighbours <= 6 && crossings === 1 && open;
}
