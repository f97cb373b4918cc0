"""Turn a garment upright: tops, trousers, dresses and bags are left-right symmetric, and hang along their axis."""

import numpy as np
from PIL import Image

from zoo.pictures.morphology import bounding_box

SQUARE = 64  # pixels on each side of the square that symmetry is looked for in
FARTHEST = 36  # degrees to either side that are tried
STEP = 4  # degrees between two angles tried
LEAST = 0.8  # overlap with its mirror image from which a shape counts as symmetric
GAIN = 0.04  # how much more symmetric a turn must make the shape to be worth it


def tilt(mask: np.ndarray) -> int:
    """Return by how many degrees, counter-clockwise, to turn a shape so that it hangs straight. mask (H, W) bool.

    0 for what is no more symmetric when turned, such as a shoe.
    """
    shape = Image.fromarray(_squared(mask))
    angles = sorted(range(-FARTHEST, FARTHEST + 1, STEP), key=abs)  # of equally good ones, the smallest
    symmetry = [_symmetry(np.asarray(shape.rotate(angle, Image.Resampling.BILINEAR)) > 127) for angle in angles]
    best = int(np.argmax(symmetry))
    return angles[best] if symmetry[best] > max(LEAST, symmetry[0] + GAIN) else 0


def _squared(mask: np.ndarray) -> np.ndarray:
    """Return the shape in the middle of a square with room to turn. -> uint8 (SQUARE, SQUARE)."""
    cut = mask[bounding_box(mask)]
    side = int(np.hypot(*cut.shape)) + 3
    square = np.zeros((side, side), np.uint8)
    top, left = (side - cut.shape[0]) // 2, (side - cut.shape[1]) // 2
    square[top : top + cut.shape[0], left : left + cut.shape[1]] = 255 * cut
    return np.asarray(Image.fromarray(square).resize((SQUARE, SQUARE), Image.Resampling.BOX))


def _symmetry(shape: np.ndarray) -> float:
    """Return the overlap, intersection over union, of a shape and its mirror image, about the better of two axes."""
    columns = shape.sum(axis=0)
    filled = np.flatnonzero(columns)
    if not len(filled):
        return 0.0
    by_mass = 2 * float(columns @ np.arange(SQUARE)) / columns.sum()
    return max(_overlap(shape, axis) for axis in (round(by_mass), int(filled[0] + filled[-1])))


def _overlap(shape: np.ndarray, axis: int) -> float:
    """Return the overlap of a shape with its mirror image, where column c mirrors column axis - c."""
    mirrored = np.zeros_like(shape)
    columns = np.arange(max(0, axis - SQUARE + 1), min(SQUARE, axis + 1))
    mirrored[:, columns] = shape[:, axis - columns]
    return float((shape & mirrored).sum() / (shape | mirrored).sum())
