"""Find the ink of a drawing on any ground: dark, light, coloured, transparent, or a photographed page."""

import functools
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageChops, ImageFilter

CANVAS = 512  # pixels on the longer side at which ink is looked for
FAINTEST = 16 / 255  # a difference from the ground smaller than this is no ink
FLAT = 10  # grey levels: colours nearer to the ground's than this belong to a flat ground
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
        alpha = image.getchannel("A")
        if _is_cut_out(image, alpha):
            return _stretched(alpha)
        image = _flatten(image, np.asarray(alpha))
    away = _away(_distinct(image.split()))
    counts = np.array(away.histogram()) / (away.width * away.height)
    flat, near = counts[:FLAT].sum(), counts[: 8 * FLAT].sum()
    if flat > 0.4 and near - flat < 0.12:  # in a drawing only the edges of strokes are between
        return _stretched(away)
    difference = _stands_out(image.filter(ImageFilter.BoxBlur(1)))
    ground, strokes = _ground_and_strokes(difference.ravel(), noise=4.0)
    return np.clip((difference - ground) / (strokes - ground), 0, 1).astype(np.float32)


def _stretched(levels: Image.Image) -> np.ndarray:
    """Return how much ink the levels of a picture are, 0 the ground and 1 strokes. mode "L" -> float32 (H, W).

    All there is to compute is computed for 256 levels, not for every pixel.
    """
    counts = np.array(levels.histogram())
    there = np.flatnonzero(counts)
    ground, strokes = _ground_and_strokes(_GREYS[there], counts[there])
    return np.take(np.clip((_GREYS - ground) / (strokes - ground), 0, 1).astype(np.float32), np.asarray(levels))


def _distinct(bands: tuple[Image.Image, ...]) -> tuple[Image.Image, ...]:
    """Return the bands of a picture, only the first of a picture in shades of grey."""
    alike = all(ImageChops.difference(bands[0], band).getbbox() is None for band in bands[1:])
    return bands[:1] if alike else bands


def _away(bands: Sequence[Image.Image]) -> Image.Image:
    """Return how far each pixel is from the ground's colour, in grey levels of the band that differs most. -> mode "L"."""
    colour = _border_colour(bands)
    planes = [band.point([abs(grey - own) for grey in range(256)]) for band, own in zip(bands, colour, strict=True)]
    return functools.reduce(ImageChops.lighter, planes)


def _largest(planes: list[np.ndarray]) -> np.ndarray:
    """Return the largest of some arrays (H, W) at each place. `max` over the short last axis takes ten times as long."""
    return functools.reduce(np.maximum, planes)


def _stands_out(image: Image.Image) -> np.ndarray:
    """Return how far each pixel of a photo stands out from the ground around it, the way that ink does. -> (H, W)."""
    counts = np.reshape(image.histogram(), (-1, 256)).sum(0)
    sign = -1 if _median(counts) > 0.35 else 1  # ink is dark on paper, chalk light on a board
    pixels = [np.asarray(band, np.float32) / 255 for band in image.split()]
    return _largest([sign * (plane - ground) for plane, ground in zip(pixels, _local_ground(pixels, sign))])


def _is_cut_out(image: Image.Image, alpha: Image.Image) -> bool:
    """Say whether alpha shows the drawing. A page with transparent corners is mostly opaque, and not of one colour."""
    lowest, highest = alpha.getextrema()
    if lowest == highest:
        return highest == 0
    opaque = alpha.convert("1", dither=Image.Dither.NONE)  # more than 127
    if opaque.histogram()[255] < 0.5 * image.width * image.height:
        return True
    colours = [np.flatnonzero(counts) for counts in np.reshape(image.histogram(opaque), (4, 256))[:3]]
    return max(levels[-1] - levels[0] for levels in colours) < 32


def _flatten(image: Image.Image, alpha: np.ndarray) -> Image.Image:
    """Put what is opaque on a ground of its own commonest colour; an alpha that is the same everywhere means nothing."""
    if alpha.min() == alpha.max():
        return image.convert("RGB")
    colour = np.median(np.asarray(image)[alpha > 127][:, :3], axis=0)
    ground = Image.new("RGBA", image.size, tuple(int(c) for c in colour))
    ground.alpha_composite(image)
    return ground.convert("RGB")


def _border_colour(bands: Sequence[Image.Image]) -> list[int]:
    """Return the commonest colour near the border: the grey level of each band (mode "L")."""
    width, height = bands[0].size
    edge = max(1, min(width, height) // 20)
    sides = (
        (0, 0, width, edge),
        (0, height - edge, width, height),
        (0, 0, edge, height),
        (width - edge, 0, width, height),
    )
    borders = [np.concatenate([np.asarray(band.crop(side)).ravel() for side in sides]) for band in bands]
    bins = sum(_SIXTEENTHS[border] << 4 * i for i, border in enumerate(borders))
    common = bins == np.bincount(bins).argmax()
    return [round(255 * float(_median(np.bincount(border[common], minlength=256)))) for border in borders]


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


def _ground_and_strokes(
    values: np.ndarray, counts: np.ndarray | None = None, noise: float = 0.0
) -> tuple[float, float]:
    """Return the mean difference from the ground of ground and of strokes; ValueError where there is no ink.

    values: the differences, float (n,). counts: how often each occurs, once if not given. noise: how many times the
    spread of the ground ink must stand out.
    """
    dark = values > otsu(values, counts)
    if not dark.any() or dark.all() or values.max() < FAINTEST:
        raise ValueError("no ink found: the picture is blank or of one colour; draw a digit")
    ground, strokes = (
        float(np.average(values[part], weights=None if counts is None else counts[part])) for part in (~dark, dark)
    )
    if strokes - ground < max(FAINTEST, noise * float(values[~dark].std()) if noise else 0):
        raise ValueError("no ink found: nothing stands out from the ground; draw a digit with more contrast")
    return ground, strokes


def otsu(values: np.ndarray, counts: np.ndarray | None = None) -> float:
    """Return the threshold that parts values into two classes best (Otsu, 1979).

    values: float, any shape. counts: how often each occurs, once if not given.
    """
    return _best_split(*np.histogram(values, bins=BINS, weights=counts))


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
