// Smooth strokes on a canvas: a stroke is a list of points [x, y, width].

const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

/** Add to the path the piece that point i completes: a curve from midpoint to midpoint. */
function tracePiece(ink, points, i) {
  const before = points[i - 1];
  ink.moveTo(...(i === 1 ? before.slice(0, 2) : middle(points[i - 2], before)));
  ink.quadraticCurveTo(before[0], before[1], ...middle(before, points[i]));
}

/** Draw a stroke's first point as a dot, or the piece that point i completes. */
export function drawPiece(ink, points, i) {
  const [x, y, width] = points[i];
  ink.lineWidth = width;
  ink.beginPath();
  if (i === 0) {
    ink.arc(x, y, width / 2, 0, 2 * Math.PI);
    ink.fill();
  } else {
    tracePiece(ink, points, i);
    ink.stroke();
  }
}

/** Draw a whole stroke: in one go where its width is even, because pieces that overlap leave a rough edge. */
export function drawStroke(ink, points) {
  const width = points[0][2];
  const even = points.every((point) => point[2] === width);
  drawPiece(ink, points, 0);
  ink.beginPath();
  for (let i = 1; i < points.length; i++) even ? tracePiece(ink, points, i) : drawPiece(ink, points, i);
  if (points.length > 1) {
    const [before, last] = points.slice(-2);
    ink.moveTo(...middle(before, last));
    ink.lineTo(last[0], last[1]);
  }
  ink.stroke();
}
