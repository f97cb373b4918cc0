"""Find the ink of a drawing on any ground: dark, light, coloured, transparent, or a photographed page."""

import numpy as np
from PIL import Image, ImageFilter

CANVAS = 512  # pixels on the longer side at which ink is looked for
FAINTEST = 16 / 255  # a difference from the ground smaller than this is no ink
FLAT = 10 / 255  # colours nearer to the ground's than this belong to a flat ground


def ink(image: Image.Image) -> np.ndarray:
    """Return how much ink covers each pixel. image of mode "L", "RGB" or "RGBA" -> float32 (H, W) in [0, 1].

    On a transparent ground ink is the alpha channel; otherwise it is the difference from the ground's colour, which
    may change smoothly over the picture. 0.5 is half way between ground and ink. Raises ValueError where nothing
    stands out: "no ink found".
    """
    if image.mode == "RGBA":
        alpha = np.asarray(image.getchannel("A"))
        if _is_cut_out(np.asarray(image), alpha):
            return _stretch(alpha / np.float32(255), noise=0.0)
        image = _flatten(image, alpha)
    pixels = np.asarray(image, np.float32).reshape(*image.size[::-1], -1) / 255
    colour, is_flat = _border_colour(pixels)
    if is_flat:
        return _stretch(np.abs(pixels - colour).max(axis=2), noise=0.0)
    pixels = np.asarray(image.filter(ImageFilter.BoxBlur(1)), np.float32).reshape(pixels.shape) / 255
    return _stretch(np.abs(pixels - _smooth_ground(pixels, colour)).max(axis=2), noise=4.0)


def _is_cut_out(pixels: np.ndarray, alpha: np.ndarray) -> bool:
    """Say whether alpha shows the drawing. A page with transparent corners is mostly opaque, and not of one colour."""
    if alpha.min() == alpha.max():
        return alpha.max() == 0
    opaque = alpha > 127
    return opaque.mean() < 0.5 or np.ptp(pixels[opaque][:, :3], axis=0).max() < 32


def _flatten(image: Image.Image, alpha: np.ndarray) -> Image.Image:
    """Put what is opaque on a ground of its own commonest colour."""
    colour = np.median(np.asarray(image)[alpha > 127][:, :3], axis=0) if alpha.max() > 127 else (255, 255, 255)
    ground = Image.new("RGBA", image.size, tuple(int(c) for c in colour))
    if alpha.min() < alpha.max():
        ground.alpha_composite(image)
        return ground.convert("RGB")
    return image.convert("RGB")


def _border_colour(pixels: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return the commonest colour near the border, and whether it covers the picture's ground evenly."""
    edge = max(1, min(pixels.shape[:2]) // 20)
    border = np.concatenate([
        pixels[:edge].reshape(-1, pixels.shape[2]),
        pixels[-edge:].reshape(-1, pixels.shape[2]),
        pixels[:, :edge].reshape(-1, pixels.shape[2]),
        pixels[:, -edge:].reshape(-1, pixels.shape[2]),
    ])  # fmt: skip
    bins = (border * 15.999).astype(np.int64) @ (16 ** np.arange(pixels.shape[2]))
    colour = np.median(border[bins == np.bincount(bins).argmax()], axis=0)
    near = np.abs(pixels - colour).max(axis=2) < FLAT
    return colour, bool(near.mean() > 0.4)


def _smooth_ground(pixels: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Fit a quadratic surface to the ground of each channel, ignoring what lies far from it. -> (H, W, C)."""
    height, width, channels = pixels.shape
    step = max(1, max(height, width) // 64)
    sample = pixels[::step, ::step].reshape(-1, channels)
    basis = _quadratic(height, width)
    rows = basis[::step, ::step].reshape(-1, 6)
    ground, scale = np.broadcast_to(colour, sample.shape), 0.25
    for _ in range(6):
        away = np.abs(sample - ground).max(axis=1)
        weight = np.clip(1 - (away / scale) ** 2, 0, 1)  # Tukey's biweight, squared by the fit
        if np.count_nonzero(weight) < 12:
            break
        fit = np.linalg.lstsq(rows * weight[:, None], sample * weight[:, None], rcond=None)[0]
        ground = rows @ fit
        scale = max(0.05, 4 * float(np.median(np.abs(sample - ground).max(axis=1))))
    return (basis.reshape(-1, 6) @ fit).reshape(pixels.shape).astype(np.float32)


def _quadratic(height: int, width: int) -> np.ndarray:
    """Return 1, x, y, x^2, xy, y^2 over the picture. -> (H, W, 6) float32, x and y in [-1, 1]."""
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2).astype(np.float32)


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
