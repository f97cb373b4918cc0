"""Find the ink of a drawing on any ground: dark, light, coloured, transparent, or a photographed page."""

import numpy as np
from PIL import Image, ImageFilter

CANVAS = 512  # pixels on the longer side at which ink is looked for
FAINTEST = 16 / 255  # a difference from the ground smaller than this is no ink
FLAT = 10 / 255  # colours nearer to the ground's than this belong to a flat ground


def ink(image: Image.Image) -> np.ndarray:
    """Return how much ink covers each pixel. image of mode "L", "RGB" or "RGBA" -> float32 (H, W) in [0, 1].

    On a transparent ground ink is the alpha channel; otherwise it is the difference from the ground's colour, which
    may change over the picture, by light and shadow. 0.5 is half way between ground and ink. Raises ValueError where nothing
    stands out: "no ink found".
    """
    if image.mode == "RGBA":
        alpha = np.asarray(image.getchannel("A"))
        if _is_cut_out(np.asarray(image), alpha):
            return _stretch(alpha / np.float32(255), noise=0.0)
        image = _flatten(image, alpha)
    pixels = np.asarray(image, np.float32).reshape(*image.size[::-1], -1) / 255
    away = np.abs(pixels - _border_colour(pixels)).max(axis=2)
    shaded = (away >= FLAT) & (away < 8 * FLAT)  # in a drawing only the edges of strokes
    if (away < FLAT).mean() > 0.4 and shaded.mean() < 0.12:
        return _stretch(away, noise=0.0)
    pixels = np.asarray(image.filter(ImageFilter.BoxBlur(1)), np.float32).reshape(pixels.shape) / 255
    return _stretch(_stands_out(pixels), noise=4.0)


def _stands_out(pixels: np.ndarray) -> np.ndarray:
    """Return how far each pixel of a photo stands out from the ground around it, the way that ink does. -> (H, W)."""
    sign = -1 if np.median(pixels) > 0.35 else 1  # ink is dark on paper, chalk light on a board
    return (sign * (pixels - _local_ground(pixels, sign))).max(axis=2)


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


def _border_colour(pixels: np.ndarray) -> np.ndarray:
    """Return the commonest colour near the border. (H, W, C) -> (C,)."""
    edge = max(1, min(pixels.shape[:2]) // 20)
    sides = (pixels[:edge], pixels[-edge:], pixels[:, :edge], pixels[:, -edge:])
    border = np.concatenate([side.reshape(-1, pixels.shape[2]) for side in sides])
    bins = (border * 15.999).astype(np.int64) @ (16 ** np.arange(pixels.shape[2]))
    return np.median(border[bins == np.bincount(bins).argmax()], axis=0)


def _local_ground(pixels: np.ndarray, sign: int) -> np.ndarray:
    """Return the ground that strokes stand out from, shadows' edges kept: a closing or an opening. -> (H, W, C).

    sign: 1 where ink is lighter than the ground, -1 where darker. What is narrower than a quarter of the picture is ink.
    """
    step = max(1, max(pixels.shape[:2]) // 96)
    small = sign * pixels[::step, ::step]
    reach = max(3, max(small.shape[:2]) // 8)
    ground = sign * _highest(-_highest(-small, reach), reach)
    planes = [Image.fromarray(plane).resize(pixels.shape[1::-1]) for plane in np.moveaxis(ground, 2, 0)]
    return np.stack([np.asarray(plane) for plane in planes], axis=2)


def _highest(values: np.ndarray, reach: int) -> np.ndarray:
    """Return the highest value within reach pixels, along rows and along columns. (h, w, C) -> the same."""
    covered = 0
    while covered < reach:  # a window grows threefold at a step
        step = min(2 * covered + 1, reach - covered)
        padded = np.pad(values, ((step, step), (0, 0), (0, 0)), mode="edge")
        values = np.maximum(values, np.maximum(padded[: -2 * step], padded[2 * step :]))
        padded = np.pad(values, ((0, 0), (step, step), (0, 0)), mode="edge")
        values = np.maximum(values, np.maximum(padded[:, : -2 * step], padded[:, 2 * step :]))
        covered += step
    return values


def _stretch(difference: np.ndarray, noise: float) -> np.ndarray:
    """Scale a difference from the ground so that ground is 0 and ink 1; ValueError where there is no ink.

    noise: how many times the spread of the ground ink must stand out.
    """
    split = otsu(difference)
    dark = difference > split
    if not dark.any() or dark.all() or difference.max() < FAINTEST:
        raise ValueError("no ink found: the picture is blank or of one colour; draw a digit")
    ground, strokes = float(difference[~dark].mean()), float(difference[dark].mean())
    if strokes - ground < max(FAINTEST, noise * float(difference[~dark].std())):
        raise ValueError("no ink found: nothing stands out from the ground; draw a digit with more contrast")
    return np.clip((difference - ground) / (strokes - ground), 0, 1).astype(np.float32)


def otsu(values: np.ndarray, bins: int = 64) -> float:
    """Return the threshold that parts values into two classes best (Otsu, 1979). values float, any shape."""
    counts, edges = np.histogram(values, bins=bins)
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1]
    above = values.size - below
    mean_below = np.cumsum(counts * centres)[:-1] / np.maximum(below, 1)
    mean_above = (np.sum(counts * centres) - np.cumsum(counts * centres)[:-1]) / np.maximum(above, 1)
    between = below * above * (mean_below - mean_above) ** 2
    return float(edges[1:-1][int(between.argmax())])
