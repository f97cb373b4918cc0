"""Find the ink of a drawing on any ground: dark, light, coloured, transparent, or a photographed page."""

import functools
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageChops, ImageFilter

CANVAS = 512  # pixels on the longer side at which ink is looked for
FAINTEST = 16 / 255  # a difference from the ground smaller than this is no ink
FLAT = 10 / 255  # colours nearer to the ground's than this belong to a flat ground
BINS = 64  # of the histograms that tell ink from ground

_GREYS = np.arange(256, dtype=np.float32) / 255
_SIXTEENTHS = (_GREYS * 15.999).astype(np.uint16)


def ink(image: Image.Image) -> np.ndarray:
    """Return how much ink covers each pixel. image of mode "L", "RGB" or "RGBA" -> float32 (H, W) in [0, 1].

    On a transparent ground ink is the alpha channel; otherwise it is the difference from the ground's colour, which
    may change over the picture, by light and shadow. 0.5 is half way between ground and ink. Raises ValueError where nothing
    stands out: "no ink found".
    """
    if image.mode == "RGBA":
        alpha = np.asarray(image.getchannel("A"))
        if _is_cut_out(np.asarray(image), alpha):
            difference = alpha / np.float32(255)
            return _stretch(difference, _counted(difference, [_GREYS], [image.getchannel("A")]), noise=0.0)
        image = _flatten(image, alpha)
    bands = _distinct(image.split())
    levels = [np.abs(_GREYS - colour) for colour in _border_colour([np.asarray(band) for band in bands])]
    # A pixel's difference depends on its 256 greys alone: tables of them save going over all pixels in float.
    away = _largest([np.asarray(band.point(table.tolist(), "F")) for band, table in zip(bands, levels)])
    flat, near = (np.count_nonzero(away < limit) for limit in (FLAT, 8 * FLAT))
    if (
        flat / away.size > 0.4 and (near - flat) / away.size < 0.12
    ):  # in a drawing only the edges of strokes are between
        return _stretch(away, _counted(away, levels, bands), noise=0.0)
    difference = _stands_out(image.filter(ImageFilter.BoxBlur(1)))
    return _stretch(difference, np.histogram(difference, bins=BINS), noise=4.0)


def _distinct(bands: tuple[Image.Image, ...]) -> tuple[Image.Image, ...]:
    """Return the bands of a picture, only the first of a picture in shades of grey."""
    return bands[:1] if all(band == bands[0] for band in bands[1:]) else bands


def _largest(planes: list[np.ndarray]) -> np.ndarray:
    """Return the largest of some arrays (H, W) at each place. `max` over the short last axis takes ten times as long."""
    return functools.reduce(np.maximum, planes)


def _counted(
    difference: np.ndarray, levels: Sequence[np.ndarray], bands: Sequence[Image.Image]
) -> tuple[np.ndarray, np.ndarray]:
    """Return what `np.histogram` does of a difference (H, W) that is the largest of its 8-bit bands, in a tenth of the time.

    levels: by band, the difference (256,) that each grey stands for.
    """
    edges = np.histogram_bin_edges(np.array([difference.min(), difference.max()]), BINS)
    places = [np.clip(np.searchsorted(edges, table, side="right") - 1, 0, BINS - 1) for table in levels]
    largest = functools.reduce(
        ImageChops.lighter, (band.point(table.tolist()) for band, table in zip(bands, places, strict=True))
    )
    return np.array(largest.histogram()[:BINS]), edges


def _stands_out(image: Image.Image) -> np.ndarray:
    """Return how far each pixel of a photo stands out from the ground around it, the way that ink does. -> (H, W)."""
    counts = np.reshape(image.histogram(), (-1, 256)).sum(0)
    sign = -1 if _median(counts) > 0.35 else 1  # ink is dark on paper, chalk light on a board
    pixels = [np.asarray(band, np.float32) / 255 for band in image.split()]
    return _largest([sign * (plane - ground) for plane, ground in zip(pixels, _local_ground(pixels, sign))])


def _is_cut_out(pixels: np.ndarray, alpha: np.ndarray) -> bool:
    """Say whether alpha shows the drawing. A page with transparent corners is mostly opaque, and not of one colour."""
    if alpha.min() == alpha.max():
        return alpha.max() == 0
    opaque = alpha > 127
    return opaque.mean() < 0.5 or np.ptp(pixels[opaque][:, :3], axis=0).max() < 32


def _flatten(image: Image.Image, alpha: np.ndarray) -> Image.Image:
    """Put what is opaque on a ground of its own commonest colour; an alpha that is the same everywhere means nothing."""
    if alpha.min() == alpha.max():
        return image.convert("RGB")
    colour = np.median(np.asarray(image)[alpha > 127][:, :3], axis=0)
    ground = Image.new("RGBA", image.size, tuple(int(c) for c in colour))
    ground.alpha_composite(image)
    return ground.convert("RGB")


def _border_colour(bands: Sequence[np.ndarray]) -> list[np.floating]:
    """Return the commonest colour near the border, in [0, 1] by band. bands: uint8 (H, W) each."""
    edge = max(1, min(bands[0].shape) // 20)
    borders = [
        np.concatenate([side.ravel() for side in (band[:edge], band[-edge:], band[:, :edge], band[:, -edge:])])
        for band in bands
    ]
    bins = sum(_SIXTEENTHS[border] << 4 * i for i, border in enumerate(borders))
    common = bins == np.bincount(bins).argmax()
    return [_median(np.bincount(border[common], minlength=256)) for border in borders]


def _median(counts: np.ndarray) -> np.floating:
    """Return the median of greys in [0, 1], of which `counts` (256,) says how often each occurs."""
    total = counts.sum()
    return _GREYS[np.searchsorted(counts.cumsum(), [(total - 1) // 2, total // 2], side="right")].mean()


def _local_ground(pixels: Sequence[np.ndarray], sign: int) -> list[np.ndarray]:
    """Return the ground that strokes stand out from, shadows' edges kept: a closing or an opening. (H, W) each -> the same.

    sign: 1 where ink is lighter than the ground, -1 where darker. What is narrower than a quarter of the picture is ink.
    """
    height, width = pixels[0].shape
    step = max(1, max(height, width) // 96)
    small = sign * np.stack([plane[::step, ::step] for plane in pixels])
    reach = max(3, max(small.shape[1:]) // 8)
    ground = sign * _highest(-_highest(-small, reach), reach)
    return [np.asarray(Image.fromarray(plane).resize((width, height))) for plane in ground]


def _highest(values: np.ndarray, reach: int) -> np.ndarray:
    """Return the highest value within reach pixels, along rows and along columns. (C, h, w) -> the same."""
    covered = 0
    while covered < reach:  # a window grows threefold at a step
        step = min(2 * covered + 1, reach - covered)
        padded = np.pad(values, ((0, 0), (step, step), (0, 0)), mode="edge")
        values = np.maximum(values, np.maximum(padded[:, : -2 * step], padded[:, 2 * step :]))
        padded = np.pad(values, ((0, 0), (0, 0), (step, step)), mode="edge")
        values = np.maximum(values, np.maximum(padded[:, :, : -2 * step], padded[:, :, 2 * step :]))
        covered += step
    return values


def _stretch(difference: np.ndarray, counted: tuple[np.ndarray, np.ndarray], noise: float) -> np.ndarray:
    """Scale a difference from the ground so that ground is 0 and ink 1; ValueError where there is no ink.

    counted: its histogram. noise: how many times the spread of the ground ink must stand out.
    """
    dark = difference > _best_split(*counted)
    if not dark.any() or dark.all() or difference.max() < FAINTEST:
        raise ValueError("no ink found: the picture is blank or of one colour; draw a digit")
    light = difference[~dark]
    ground, strokes = float(light.mean()), float(difference[dark].mean())
    if strokes - ground < max(FAINTEST, noise * float(light.std()) if noise else 0):
        raise ValueError("no ink found: nothing stands out from the ground; draw a digit with more contrast")
    return np.clip((difference - ground) / (strokes - ground), 0, 1).astype(np.float32)


def otsu(values: np.ndarray) -> float:
    """Return the threshold that parts values into two classes best (Otsu, 1979). values float, any shape."""
    return _best_split(*np.histogram(values, bins=BINS))


def _best_split(counts: np.ndarray, edges: np.ndarray) -> float:
    """Return Otsu's threshold for a histogram. counts (n,), edges (n + 1,)."""
    centres = (edges[:-1] + edges[1:]) / 2
    total, amount = np.cumsum(counts), np.cumsum(counts * centres)
    below = total[:-1]
    above = total[-1] - below
    mean_below = amount[:-1] / np.maximum(below, 1)
    mean_above = (np.sum(counts * centres) - amount[:-1]) / np.maximum(above, 1)
    between = below * above * (mean_below - mean_above) ** 2
    return float(edges[1:-1][int(between.argmax())])
