/** What part of the scene is seen, and how large: screen = scene x scale + offset. */

/** @typedef {{ scale: number, x: number, y: number }} View */
/** @typedef {{ width: number, height: number }} Size */

export const WHOLE = { scale: 1, x: 0, y: 0 };
const MOST = 40; // times

/**
 * Return a view that is `by` times as close, with the point (x, y) of the screen where it was.
 * @param {View} view @param {number} by @param {number} x @param {number} y @param {Size} size of the scene at scale 1, which is that of the screen
 * @returns {View}
 */
export function zoomed(view, by, x, y, size) {
  const scale = Math.min(MOST, Math.max(1, view.scale * by));
  const ratio = scale / view.scale;
  return within({ scale, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio }, size);
}

/** @param {View} view @param {number} dx @param {number} dy @param {Size} size @returns {View} */
export const moved = (view, dx, dy, size) => within({ ...view, x: view.x + dx, y: view.y + dy }, size);

/** Return a view that does not leave the scene. @param {View} view @param {Size} size @returns {View} */
function within({ scale, x, y }, { width, height }) {
  const inside = (/** @type {number} */ at, /** @type {number} */ length) => Math.min(0, Math.max(length * (1 - scale), at));
  return { scale, x: inside(x, width), y: inside(y, height) };
}

/**
 * Return a view in which a box of the scene is seen with a margin around it.
 * @param {View} view @param {{ x: number, y: number, width: number, height: number }} box @param {Size} size @returns {View}
 */
export function showing(view, box, size) {
  const margin = 40;
  const shift = (/** @type {number} */ at, /** @type {number} */ length, /** @type {number} */ room) =>
    at < margin ? margin - at : at + length > room - margin ? room - margin - at - length : 0;
  const dx = shift(box.x * view.scale + view.x, box.width * view.scale, size.width);
  const dy = shift(box.y * view.scale + view.y, box.height * view.scale, size.height);
  return moved(view, dx, dy, size);
}
