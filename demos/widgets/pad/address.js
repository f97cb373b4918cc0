// A drawing as text, short enough for an address: a stroke is its width and its points, a point three characters.
// It stands behind the #, which a browser keeps to itself: neither a page nor what it asks for tells it to a server.

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
const STEPS = 511; // of a coordinate: nine bits
const LONGEST = 1500; // characters: what is longer is not put into the address
const CLOSE = 0.8; // units of the pad that a curve may stray when points are left out

/** Return the points (Ramer, Douglas and Peucker) without which no part of the line strays farther than CLOSE. */
function simplified(points) {
  if (points.length < 3) return points;
  const [[x0, y0], [x1, y1]] = [points[0], points.at(-1)];
  const length = Math.hypot(x1 - x0, y1 - y0);
  const away = ([x, y]) =>
    length ? Math.abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length : Math.hypot(x - x0, y - y0);
  const distances = points.map(away);
  const farthest = distances.indexOf(Math.max(...distances));
  if (distances[farthest] <= CLOSE) return [points[0], points.at(-1)];
  return [...simplified(points.slice(0, farthest + 1)).slice(0, -1), ...simplified(points.slice(farthest))];
}

function pointText([x, y], side) {
  const [a, b] = [x, y].map((value) => Math.round((Math.min(Math.max(value, 0), side) / side) * STEPS));
  const bits = a * 512 + b;
  return DIGITS[bits >> 12] + DIGITS[(bits >> 6) & 63] + DIGITS[bits & 63];
}

/** Return strokes, lists of [x, y, width] in a square of `side` units, as text; "" where it would be too long. */
export function encode(strokes, side) {
  const text = strokes
    .map((points) => DIGITS[Math.min(Math.round(points[0][2]), 63)] + simplified(points).map((point) => pointText(point, side)).join(""))
    .join(".");
  return text.length <= LONGEST ? text : "";
}

/** Return the strokes of a text; none where it makes no sense. */
export function decode(text, side) {
  if (!/^(\w|-)([\w-]{3})+(\.(\w|-)([\w-]{3})+)*$/.test(text) || text.length > LONGEST) return [];
  return text.split(".").map((stroke) => {
    const width = DIGITS.indexOf(stroke[0]);
    return stroke.slice(1).match(/.../g).map((three) => {
      const bits = [...three].reduce((sum, digit) => 64 * sum + DIGITS.indexOf(digit), 0);
      return [((bits >> 9) / STEPS) * side, ((bits & 511) / STEPS) * side, width];
    });
  });
}

/** Return the text that an address holds under a name, null where there is none. Links of version 0.2 had it before the #. */
export function textIn(address, name) {
  const url = new URL(address);
  return new URLSearchParams(url.hash.slice(1)).get(name) ?? url.searchParams.get(name);
}

/** Return an address with a text under a name, or with none where it is "". */
export function withText(address, name, text) {
  const url = new URL(address);
  url.searchParams.delete(name);
  url.hash = text && `${name}=${text}`;
  return url.href;
}
