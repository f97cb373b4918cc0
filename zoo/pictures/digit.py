"""Make a drawn or photographed digit the 28 x 28 picture that MNIST would have stored."""

import numpy as np
from PIL import Image

from zoo.pictures import ink, morphology
from zoo.pictures.form import SIDE, Steps, on_white, scaled, to_grey
from zoo.pictures.opening import Picture, open_picture

BOX = 20  # MNIST: the longer side of a digit, in pixels
STROKE = 2.2  # MNIST: the median width of a stroke, in pixels; 1.8 to 3 were tried, and read no better
GRID = 80  # strokes are measured and redrawn with the longer side of the digit this long
REACH = 24  # half the width of the widest stroke measured; margin around that grid
LEAST_STROKE = (0.02, 0.15)  # of the largest part's area, and of its length: what is smaller is a speck


def digit(picture: Picture) -> np.ndarray:
    """Return the drawn digit as MNIST would store it: uint8 (28, 28), light on dark.

    The ink is found on any ground, cropped, its strokes evened to MNIST's width, its longer side fitted to 20 pixels
    and its centre of mass put in the middle (LeCun et al., Gradient-Based Learning Applied to Document Recognition,
    1998, section III A). A picture that MNIST could have stored comes back unchanged. Raises ValueError where there
    is no ink or no picture.
    """
    image = open_picture(picture, longest=ink.CANVAS)
    return np.asarray(image) if _is_mnist(image) else _fit(_evened(ink.ink(image))[1])


def digit_steps(picture: Picture) -> Steps:
    """Return the pictures on the way from a drawing to `digit`: (name, uint8 (H, W) or (H, W, 3) array) in order."""
    image = open_picture(picture, longest=ink.CANVAS)
    drawing = ("drawing", np.asarray(on_white(image)))
    if _is_mnist(image):
        return [drawing, ("centre", np.asarray(image))]
    coverage = ink.ink(image)
    grid, evened = _evened(coverage)
    return [
        drawing,
        ("ink", to_grey(coverage)),
        ("crop", to_grey(grid)),
        ("stroke", to_grey(evened)),
        ("centre", _fit(evened)),
    ]


def _evened(coverage: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the digit in coverage (H, W) on the working grid, and redrawn there with strokes of MNIST's width."""
    return _even_strokes(_crop(coverage, _without_specks(coverage > 0.5)))


def _is_mnist(image: Image.Image) -> bool:
    """Say whether the picture is a digit as MNIST stores it: light on black, 20 pixels long, centred by mass."""
    pixels = np.asarray(image)
    if pixels.shape != (SIDE, SIDE) or (pixels == 0).mean() < 0.5:
        return False
    rows, columns = np.nonzero(pixels)
    if not len(rows) or max(np.ptp(rows), np.ptp(columns)) != BOX - 1:
        return False
    y, x = np.average([rows, columns], axis=1, weights=pixels[rows, columns])
    return max(abs(y - SIDE / 2), abs(x - SIDE / 2)) < 0.6


def _without_specks(mask: np.ndarray) -> np.ndarray:
    """Drop what is too small beside the digit to be a stroke: a tap of the pen or dirt. mask (H, W) bool -> the same."""
    box = morphology.bounding_box(mask)
    labels, count = morphology.components(mask[box])
    if count == 1:
        return mask
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    large = 1 + np.flatnonzero(sizes >= LEAST_STROKE[0] * sizes.max())
    lengths = np.array([_length(labels == label) for label in large])
    strokes = np.zeros_like(mask)
    strokes[box] = np.isin(labels, large[lengths >= LEAST_STROKE[1] * lengths.max()])
    return strokes


def _length(mask: np.ndarray) -> int:
    """Return the longer side of the box around what is in mask (H, W) bool."""
    return max(mask[morphology.bounding_box(mask)].shape)


def _crop(coverage: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Cut the box around mask out of coverage, without what is not in the mask. -> (h, w) float32."""
    box = morphology.bounding_box(mask)
    return np.where(mask[box], coverage[box], np.minimum(coverage[box], 0.49))


def _even_strokes(cropped: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Redraw the strokes at MNIST's width. cropped (h, w) -> it on the working grid, and redrawn on the same grid."""
    height, width = cropped.shape
    scale = GRID / max(height, width)
    size = scaled((width, height), scale)
    grid = np.asarray(Image.fromarray(cropped).resize(size, Image.Resampling.BOX))
    mask = morphology.pad(grid > 0.5, 1)  # so that there is ground on every side
    depth, lines = morphology.distance(~mask, REACH), morphology.thin(mask)
    stroke = 2 * float(np.median(depth[lines])) - 1
    target = _target_width(stroke)
    pen = 2 + int(target / 2)  # nothing is drawn farther from the strokes
    mask, depth, lines = morphology.pad(mask, pen), morphology.pad(depth, pen), morphology.pad(lines, pen)
    outside = np.where(mask, 0.5 - depth, morphology.distance(mask, pen) - 0.5)
    from_line = morphology.distance(lines, pen)
    # The shape grown or shrunk all round; a stroke thinner than the rest keeps at least its centre line.
    evened = np.clip(0.5 + np.maximum((target - stroke) / 2 - outside, target / 2 - from_line), 0, 1)
    return morphology.pad(grid, REACH), morphology.pad(evened, REACH - 1 - pen)


def _target_width(stroke: float) -> float:
    """Return the width that is STROKE of 28 once the digit, drawn with it, is BOX long; both in grid pixels."""
    centre_line = max(GRID - stroke, GRID / 8)
    return STROKE * centre_line / (BOX - STROKE)


def _fit(coverage: np.ndarray) -> np.ndarray:
    """Scale the longer side to BOX pixels by area and put the centre of mass in the middle. -> uint8 (28, 28)."""
    unit = max(_extent(coverage.max(axis=1)), _extent(coverage.max(axis=0))) / BOX
    rows, columns = np.nonzero(coverage)
    y, x = np.average([rows, columns], axis=1, weights=coverage[rows, columns]) + 0.5
    half = SIDE / 2 * unit
    margin = int(half) + 1  # so that the frame lies inside the picture wherever the centre is
    box = (x - half + margin, y - half + margin, x + half + margin, y + half + margin)
    framed = Image.fromarray(morphology.pad(coverage, margin).astype(np.float32))
    return to_grey(np.asarray(framed.resize((SIDE, SIDE), Image.Resampling.BOX, box=box)))


def _extent(profile: np.ndarray) -> float:
    """Return how far ink reaches along a profile of coverage (n,), an edge pixel counted by its coverage."""
    covered = np.flatnonzero(profile)
    return float(covered[-1] - covered[0] - 1 + profile[covered[0]] + profile[covered[-1]])
