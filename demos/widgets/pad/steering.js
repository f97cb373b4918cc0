// Drawing from the keyboard.

const STEP = 7; // units that an arrow key moves the nib

/**
 * Let arrows move the nib over a square of `side` units, and the space bar put it down and lift it. Returns a function that
 * takes a key and says whether it used it.
 */
export function createSteering(nib, side, { width, begin, extend, end }) {
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let place = [side / 2, side / 2];
  let down = false;
  const point = () => [...place, width()];

  return function steer(key) {
    if (key === " ") {
      down ? end() : begin(point());
      down = !down;
    } else if (key in steps) {
      place = place.map((value, axis) => Math.min(side, Math.max(0, value + STEP * steps[key][axis])));
      if (down) extend(point());
    } else return false;
    nib.hidden = false;
    nib.classList.toggle("down", down);
    [nib.style.left, nib.style.top] = place.map((value) => `${(100 * value) / side}%`);
    return true;
  };
}
