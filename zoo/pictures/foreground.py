"""Find the one thing that a photo shows: colour models of it and of its ground, smoothed over the picture.

The idea of GrabCut (Rother, Kolmogorov & Blake, 2004) with its graph cut replaced by a mean field, which takes a few
milliseconds on the small picture that 28 x 28 pixels need, and started without a user's rectangle from what no smooth
path joins to the border (Zhang et al., Minimum Barrier Salient Object Detection at 80 FPS, 2015).
"""

import numpy as np
from PIL import Image

from zoo.pictures import light, morphology, wearer
from zoo.pictures.colours import fit_colours, log_density
from zoo.pictures.form import fitted
from zoo.pictures.ink import otsu

LONGEST = 112  # pixels on the longer side of the picture that is parted
LIGHTNESS = 0.7  # what it counts beside the two colours: light falls unevenly, and a flash more so
ROUNDS = 4  # times that the colour models are fitted again to what the last round found
SMOOTHING = 1.3  # how strongly each of eight alike neighbours pulls, in nats
SMALL_HOLE = 0.012  # a hole up to this part of the garment is a print or a glint; a larger one is a bag's handle
COMMONER = 0.7  # log ratio above which a colour at the border is taken for the garment's
SURE = 6.0  # no pixel's colour counts for more than this, in nats
LEAST = 0.003  # the smallest part of the picture that a garment may fill


def foreground(image: Image.Image) -> np.ndarray:
    """Return where the garment is, on a small copy of the picture. image "RGB" -> bool (h, w), longer side LONGEST.

    Raises ValueError where nothing stands out from the ground.
    """
    pixels = lab(light.even(fitted(image, LONGEST)))
    if float(np.ptp(pixels, axis=(0, 1)).max()) < 4 * LIGHTNESS:
        raise _nothing()
    ring = _ground_ring(pixels)
    middle = _middle(*pixels.shape[:2])
    apart = _apart(pixels, ring)
    strange = -log_density(pixels, fit_colours(pixels[ring]))
    inside = np.clip((strange - np.quantile(strange[ring], 0.9) - 2) / 3, -3, 3) + middle / 2 + apart > 0
    affinity = _affinity(pixels)
    for _ in range(ROUNDS):
        if inside.mean() < LEAST:
            break
        ground = ring | ~inside
        odds = log_density(pixels, fit_colours(pixels[inside])) - log_density(pixels, fit_colours(pixels[ground]))
        # What a path joins to the border is ground; ground inside a handle is not joined, and is ground all the same.
        evidence = np.clip(odds, -SURE, SURE) + middle + np.minimum(apart, 0)
        inside = _smooth(evidence, affinity) > 0
    if inside.mean() < LEAST:
        raise _nothing()
    figure = _one_thing(inside, np.exp(middle))
    garment = wearer.garment_of(pixels, figure)
    return figure if garment is None else _one_thing(garment, np.exp(middle))


def _nothing() -> ValueError:
    return ValueError("no garment found: nothing stands out from the ground; show one garment on a plain ground")


def lab(image: Image.Image) -> np.ndarray:
    """Return the picture in CIE L*a*b*, D65, its L* times LIGHTNESS. image "RGB" -> float32 (h, w, 3)."""
    rgb = np.asarray(image) / 255.0
    linear = np.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    xyz = linear @ _RGB_TO_XYZ.T
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    lightness, a, b = 116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])
    return np.stack([LIGHTNESS * lightness, a, b], axis=2).astype(np.float32)


# sRGB primaries, each row divided by D65 white so that white is (1, 1, 1).
_RGB_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_RGB_TO_XYZ = _RGB_TO_XYZ / _RGB_TO_XYZ.sum(axis=1, keepdims=True)


def _ground_ring(pixels: np.ndarray) -> np.ndarray:
    """Return the pixels near the border that show ground, not a garment that the frame cuts off. -> (h, w) bool."""
    height, width = pixels.shape[:2]
    ring = np.ones((height, width), bool)
    edge = max(1, min(height, width) // 16)
    ring[edge:-edge, edge:-edge] = False
    core = pixels[height // 4 : height - height // 4, width // 4 : width - width // 4].reshape(-1, 3)
    # Colours that are much commoner in the middle of the picture than at its border are the garment's.
    of_middle = log_density(pixels, fit_colours(core)) - log_density(pixels, fit_colours(pixels[ring])) > COMMONER
    return ring & ~of_middle if (ring & ~of_middle).sum() > ring.sum() / 4 else ring


def _middle(height: int, width: int) -> np.ndarray:
    """Return the log odds that a place shows the garment: higher in the middle, lower at the border. -> (h, w)."""
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    return (0.5 - 1.3 * np.maximum(np.abs(x), np.abs(y)) ** 4).astype(np.float32)


def _apart(pixels: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """Return the log odds that a pixel is parted from known ground, by its barrier, between -3 and 3. -> (h, w)."""
    barrier = _barrier(_blur(pixels), ground).sum(axis=2)
    beyond = barrier > otsu(barrier)
    if beyond.all() or not beyond.any():
        return np.zeros_like(barrier)  # a few pixels, all alike
    low, high = barrier[~beyond].mean(), barrier[beyond].mean()
    return np.clip(6 * ((barrier - low) / (high - low + 1e-3) - 0.5), -3, 3)


def _barrier(pixels: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """Return for each pixel and channel the least range of values on a path to known ground. -> float32 (h, w, C).

    Nearly so: paths grow a row or a column at a time, in two passes over the four directions.
    """
    best = np.where(ground[:, :, None], np.float32(0), np.full(pixels.shape, 1e3, np.float32))
    by_rows = [best, pixels.copy(), pixels.copy(), pixels]
    by_columns = [field.swapaxes(0, 1) for field in by_rows]
    for step in (1, -1, 1, -1):
        _sweep(by_rows, step)
        _sweep(by_columns, step)
    return best


def _sweep(fields: list[np.ndarray], step: int) -> None:
    """Let each line's paths grow on from the line before it, in place. fields: range, upper end, lower end, values."""
    best, upper, lower, values = fields
    for line in range(len(values))[::step][1:]:
        high, low = np.maximum(upper[line - step], values[line]), np.minimum(lower[line - step], values[line])
        better = high - low < best[line]
        np.copyto(best[line], high - low, where=better)
        np.copyto(upper[line], high, where=better)
        np.copyto(lower[line], low, where=better)


def _blur(pixels: np.ndarray) -> np.ndarray:
    """Average each pixel with its eight neighbours, weighted 1 2 1 each way. (h, w, C) -> the same shape."""
    padded = np.pad(pixels, ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    return (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 16


_NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))  # and their opposites


def _affinity(pixels: np.ndarray) -> list[np.ndarray]:
    """Return for each of eight directions how alike a pixel and its neighbour are: 1 equal, 0 across an edge."""
    height, width = pixels.shape[:2]
    padded = np.pad(pixels, ((1, 1), (1, 1), (0, 0)), mode="edge")
    squared = [((pixels - _view(padded, dy, dx, height, width)) ** 2).sum(2) for dy, dx in _NEIGHBOURS]
    typical = 2 * np.mean(squared) + 1e-3
    alike = [np.exp(-part / typical) for part in squared]
    opposite = [
        _view(np.pad(part, 1), -dy, -dx, height, width) for part, (dy, dx) in zip(alike, _NEIGHBOURS, strict=True)
    ]
    return [SMOOTHING * part for part in (*alike, *opposite)]


def _view(padded: np.ndarray, dy: int, dx: int, height: int, width: int) -> np.ndarray:
    """Return the neighbours at (y + dy, x + dx) of an array that was padded by 1."""
    return padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]


def _smooth(odds: np.ndarray, affinity: list[np.ndarray]) -> np.ndarray:
    """Return the mean field: odds (h, w) shifted by the pull of alike neighbours, as a mean sign in [-1, 1]."""
    height, width = odds.shape
    padded = np.zeros((height + 2, width + 2), np.float32)
    sign = padded[1:-1, 1:-1]
    sign[:] = np.tanh(odds / 2)
    directions = _NEIGHBOURS + tuple((-dy, -dx) for dy, dx in _NEIGHBOURS)
    for _ in range(12):
        pull = sum(
            alike * _view(padded, dy, dx, height, width) for alike, (dy, dx) in zip(affinity, directions, strict=True)
        )
        sign[:] = np.tanh((odds + pull) / 2)
    return sign


def _one_thing(inside: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Keep the part that is large and near the middle, with what is nearly as large; fill its small holes."""
    labels, count = morphology.components(inside)
    scores = np.bincount(labels.ravel(), weights=weight.ravel(), minlength=count + 1)[1:]
    kept = np.isin(labels, 1 + np.flatnonzero(scores >= 0.3 * scores.max()))
    holes, count = morphology.components(morphology.fill_holes(kept) & ~kept)
    small = np.bincount(holes.ravel(), minlength=count + 1) <= SMALL_HOLE * kept.sum()
    small[0] = False
    return kept | small[holes]
