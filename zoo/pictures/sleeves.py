"""Hang a top's sleeves down, as Fashion-MNIST shows every top: in a photo they lie spread.

Of composed photos of pullovers, 46 % are read rightly without this picture and 51 % where it is looked at too; given the true
outlines, 50 and 57 % (350 of them; `tests/proxies/stages.py` composes some).
"""

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from zoo.pictures.form import scaled, to_grey
from zoo.pictures.morphology import bounding_box, components, disc_opening, distance, largest

LONGEST = 112  # pixels on the longer side of the garment that is worked on
TRUNK = 0.65  # of the largest disc inside the garment: a disc so large passes through the trunk, not through a sleeve
SPECK = 2  # pixels: what is no wider than twice this is the trunk's rim
LEAST = 0.02  # of the garment's area: anything smaller is no sleeve
UPPER = 0.5  # of the trunk's height, from above, in which a sleeve begins
LONG = 0.3  # of the trunk's height that a sleeve reaches out at least
SPREAD = 25  # degrees away from hanging down from which a sleeve is turned
HANGING = 15  # degrees to which it is turned
SEAM = 5  # pixels of the trunk that a sleeve takes along, so that no gap opens at the shoulder
ROOM = LONGEST // 2  # pixels around the garment in which a sleeve turns


@dataclass(frozen=True)
class Sleeve:
    """A piece beside the trunk: its pixels (H, W) bool, its side (-1 left, 1 right), where it begins, and how it lies."""

    piece: np.ndarray
    side: int
    shoulder: tuple[float, float]  # x, y
    angle: float  # degrees from hanging down, outwards

    def with_room(self) -> "Sleeve":
        """Return it in a picture with ROOM on every side."""
        x, y = self.shoulder
        return replace(self, piece=np.pad(self.piece, ROOM), shoulder=(x + ROOM, y + ROOM))


def hung(grey: Image.Image, mask: np.ndarray) -> tuple[Image.Image, np.ndarray] | None:
    """Return an upright garment with its sleeves down, its longer side about LONGEST, and its mask; None where none is spread.

    grey: mode "L", of the size of mask (H, W) bool. Only what has a sleeve on either side is a top: a shoe or a bag is left.
    """
    shade, cover = _small(grey, mask)
    trunk = _trunk(cover > 127)
    pair = [_sleeve(cover > 127, trunk, side) for side in (-1, 1)] if trunk.any() else []
    spread = [sleeve.with_room() for sleeve in pair if sleeve and sleeve.angle > SPREAD]
    if not spread or None in pair:
        return None
    shade, cover, trunk = (np.pad(each, ROOM) for each in (shade, cover, trunk))
    away = np.any([distance(sleeve.piece, SPECK + 1) <= SPECK for sleeve in spread], axis=0) & ~trunk
    kept = np.where(largest((cover > 127) & ~away), cover, 0)
    below = np.arange(len(cover))[:, None] >= bounding_box(trunk)[0].start
    for sleeve in spread:
        taken = np.where(distance(sleeve.piece, SEAM + 1) <= SEAM, cover, 0)
        turned_cover, turned_shade = (_turned(each, sleeve) for each in (taken, shade))
        behind = (turned_cover > kept) & (kept < 128) & below
        shade = np.where(behind, turned_shade, shade)
        kept = np.where(behind, turned_cover, kept)
    return Image.fromarray(shade), kept > 127


def _small(grey: Image.Image, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the garment's box, its longer side LONGEST, with a rim: its greys and its cover, uint8 (h, w)."""
    rows, columns = bounding_box(mask)
    inside = mask[rows, columns]
    scale = LONGEST / max(inside.shape)
    size = scaled(inside.shape[::-1], scale)
    cut = grey.crop((columns.start, rows.start, columns.stop, rows.stop))
    small = (each.resize(size, Image.Resampling.BOX) for each in (cut, Image.fromarray(to_grey(inside))))
    shade, cover = (np.pad(np.asarray(each), SPECK + 1) for each in small)
    return shade, cover


def _trunk(inside: np.ndarray) -> np.ndarray:
    """Return the largest part of a garment that a disc of TRUNK of its greatest inner disc passes through. -> (H, W) bool"""
    radius = round(TRUNK * float(distance(~inside, LONGEST // 2).max()))
    return largest(disc_opening(inside, radius))


def _sleeve(inside: np.ndarray, trunk: np.ndarray, side: int) -> Sleeve | None:
    """Return the largest long piece that begins at a side of the trunk's upper half, if there is one."""
    rows, columns = bounding_box(trunk)
    height, middle = rows.stop - rows.start, (columns.start + columns.stop) / 2
    near = distance(trunk, SPECK + 2) <= SPECK + 1.5
    labels, count = components(disc_opening(inside & ~trunk, SPECK))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    for label in sorted(range(1, count + 1), key=lambda each: -sizes[each]):
        piece = labels == label
        if sizes[label] < LEAST * inside.sum() or not (piece & near).any():
            continue
        touching_y, touching_x = np.nonzero(piece & near)
        highest = touching_y < touching_y[0] + SEAM  # a sleeve that hangs touches the trunk further down too
        y, x = float(touching_y[highest].mean()), float(touching_x[highest].mean())
        away_y, away_x = (each - start for each, start in zip(np.nonzero(piece), (y, x)))
        begins_there = (x - middle) * side > 0 and y - rows.start < UPPER * height
        if begins_there and np.hypot(away_x, away_y).max() > LONG * height:
            return Sleeve(piece, side, (x, y), float(np.degrees(np.arctan2(side * away_x.mean(), away_y.mean()))))
    return None


def _turned(picture: np.ndarray, sleeve: Sleeve) -> np.ndarray:
    """Turn a picture about a sleeve's shoulder by what brings it down. uint8 (H, W) -> the same."""
    degrees = sleeve.side * (HANGING - sleeve.angle)
    return np.asarray(Image.fromarray(picture).rotate(degrees, Image.Resampling.BILINEAR, center=sleeve.shoulder))
