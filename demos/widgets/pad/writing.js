// Writing before the visitor's eyes: sample after sample, stroke by stroke, until somebody touches the pad.

const PACE = 260; // units of the pad a second
const REST = 2600; // ms that a written sample stands
const ROUNDS = 2; // through all samples; then the last one stays

const stillness = matchMedia("(prefers-reduced-motion: reduce)");

function lengthOf(points) {
  return points.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - points[i][0], y - points[i][1]), 0);
}

/** Return the strokes as they stand after the pen has gone `way` units. */
function written(strokes, way) {
  const begun = [];
  for (const points of strokes) {
    if (way <= 0) break;
    const share = Math.min(1, way / Math.max(lengthOf(points), 1));
    begun.push(points.slice(0, Math.max(1, Math.ceil(share * points.length))));
    way -= lengthOf(points);
  }
  return begun;
}

/** Write the samples, lists of strokes, by calling show(strokes) many times. Returns a function that ends it. */
export function write(samples, show) {
  let over = false;
  let timer = 0;
  const end = () => {
    over = true;
    clearTimeout(timer);
  };

  function begin(turn) {
    const sample = samples[turn % samples.length];
    if (stillness.matches) return show(sample);
    const length = sample.reduce((sum, points) => sum + lengthOf(points), 0);
    const since = performance.now();
    const frame = (now) => {
      if (over) return;
      const way = ((now - since) / 1000) * PACE;
      show(written(sample, Math.max(way, 1)));
      if (way < length) requestAnimationFrame(frame);
      else if (turn + 1 < ROUNDS * samples.length) timer = setTimeout(() => begin(turn + 1), REST);
    };
    requestAnimationFrame(frame);
  }

  begin(0);
  return end;
}
