/** Mouse, fingers and keys on the picture: pointing and holding, zooming and panning. */

/**
 * What the picture does: point at a place of the screen, hold what is there, go to the next number or layer, zoom and pan.
 * @typedef {{
 *   point: (x: number, y: number) => void, hold: (x: number, y: number) => void, free: () => void, keep: () => void,
 *   walk: (dx: number, dy: number) => void, leap: (by: number) => void,
 *   zoom: (by: number, x?: number, y?: number) => void, pan: (dx: number, dy: number) => void, isWhole: () => boolean,
 * }} Deeds
 */

const STILL = 5; // pixels that a pointer may move and still have clicked
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 60; // pixels that a key pans

/** Listen. @param {HTMLCanvasElement} canvas @param {Deeds} deeds */
export function listen(canvas, deeds) {
  /** @type {Map<number, { x: number, y: number }>} */
  const down = new Map();
  let travelled = 0;

  /** @param {PointerEvent | WheelEvent} event */
  const at = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    return { x: clientX - box.left, y: clientY - box.top };
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (down.size === 0) travelled = 0;
    down.set(event.pointerId, at(event));
    canvas.focus({ preventScroll: true });
  });

  canvas.addEventListener("pointermove", (event) => {
    const [before, now] = [down.get(event.pointerId), at(event)];
    if (!before) return event.pointerType === "mouse" ? deeds.point(now.x, now.y) : undefined;
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    if (travelled > STILL && !canvas.hasPointerCapture(event.pointerId)) canvas.setPointerCapture(event.pointerId);
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    if (other) pinch(before, now, other);
    else if (travelled > STILL && !deeds.isWhole()) deeds.pan(now.x - before.x, now.y - before.y);
    down.set(event.pointerId, now);
  });

  /** @typedef {{ x: number, y: number }} Point */
  /** Zoom by how far two fingers part, and follow where they go. @param {Point} before @param {Point} now @param {Point} other */
  function pinch(before, now, other) {
    const far = (/** @type {Point} */ point) => Math.max(10, Math.hypot(point.x - other.x, point.y - other.y));
    deeds.zoom(far(now) / far(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
    deeds.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
  }

  canvas.addEventListener("pointerup", (event) => {
    const place = at(event);
    if (down.size === 1 && down.has(event.pointerId) && travelled <= STILL) deeds.hold(place.x, place.y);
    down.delete(event.pointerId);
  });
  canvas.addEventListener("pointercancel", (event) => down.delete(event.pointerId));

  /** The page scrolls past the picture until somebody has clicked it. */
  canvas.addEventListener("wheel", (event) => {
    const isMeant = event.ctrlKey || document.activeElement === canvas;
    if (!isMeant || (event.deltaY > 0 && deeds.isWhole())) return;
    event.preventDefault();
    const { x, y } = at(event);
    deeds.zoom(Math.exp(-Math.max(-240, Math.min(240, event.deltaY)) / 320), x, y);
  }, { passive: false });

  /** @type {Record<string, () => void>} */
  const keys = {
    PageUp: () => deeds.leap(-1),
    PageDown: () => deeds.leap(1),
    Enter: deeds.keep,
    " ": deeds.keep,
    Escape: deeds.free,
    "+": () => deeds.zoom(1.6),
    "=": () => deeds.zoom(1.6),
    "-": () => deeds.zoom(1 / 1.6),
    0: () => deeds.zoom(0),
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)];
    if (arrow && event.shiftKey) deeds.pan(-STEP * arrow[0], -STEP * arrow[1]);
    else if (arrow) deeds.walk(arrow[0], arrow[1]);
    else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
  });
}
