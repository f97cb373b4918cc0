"""Find the one thing that a photo shows: colour models of it and of its ground, smoothed over the picture.

The idea of GrabCut (Rother, Kolmogorov & Blake, 2004) with its graph cut replaced by a mean field, which takes a few
milliseconds on the small picture that 28 x 28 pixels need.
"""

import numpy as np
from PIL import Image

from zoo import morphology

LONGEST = 112  # pixels on the longer side of the picture that is parted
COLOURS = 5  # Gaussians in each colour model
ROUNDS = 4  # times that the colour models are fitted again to what the last round found
SMOOTHING = 1.6  # how strongly alike neighbours hold together, in nats over eight neighbours
SMALL_HOLE = 0.03  # a hole up to this part of the garment is a print or a glint; a larger one is a bag's handle


def foreground(image: Image.Image) -> np.ndarray:
    """Return where the garment is, on a small copy of the picture. image "RGB" -> bool (h, w), longer side LONGEST.

    Raises ValueError where nothing stands out from the ground.
    """
    pixels = lab(image)
    height, width = pixels.shape[:2]
    flat = pixels.reshape(-1, 3)
    centred = _centre_prior(height, width)
    ground = np.zeros((height, width), bool)
    edge = max(2, min(height, width) // 16)
    ground[:edge] = ground[-edge:] = ground[:, :edge] = ground[:, -edge:] = True
    model = _fit_colours(pixels[ground])
    surprise = -_log_density(flat, *model).reshape(height, width)
    inside = surprise + centred > np.quantile(surprise[ground], 0.9) + 2
    if inside.mean() < 0.003 or float(np.ptp(flat, axis=0).max()) < 4:
        raise ValueError("no garment found: the picture is blank or of one colour; show one garment on a plain ground")
    affinity = _affinity(pixels)
    for _ in range(ROUNDS):
        if inside.sum() < 20 or inside.mean() > 0.97:
            break
        odds = _log_density(flat, *_fit_colours(pixels[inside])) - _log_density(flat, *_fit_colours(pixels[~inside]))
        inside = _smooth(np.clip(odds.reshape(height, width), -6, 6) + centred, affinity) > 0.5
    return _one_thing(inside)


def lab(image: Image.Image) -> np.ndarray:
    """Return a small copy of the picture in CIE L*a*b*, D65. image "RGB" -> float32 (h, w, 3)."""
    scale = LONGEST / max(image.size)
    size = max(2, round(image.width * scale)), max(2, round(image.height * scale))
    rgb = np.asarray(image.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)) / 255.0
    linear = np.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    xyz = linear @ _RGB_TO_XYZ.T
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    lightness, a, b = 116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])
    return np.stack([lightness, a, b], axis=2).astype(np.float32)


# sRGB primaries, each row divided by D65 white so that white is (1, 1, 1).
_RGB_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_RGB_TO_XYZ = _RGB_TO_XYZ / _RGB_TO_XYZ.sum(axis=1, keepdims=True)


def _centre_prior(height: int, width: int) -> np.ndarray:
    """Return the log odds that a place shows the garment: high in the middle, low at the border. -> (h, w)."""
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    return (1.5 - 4.0 * np.maximum(np.abs(x), np.abs(y)) ** 4).astype(np.float32)


def _fit_colours(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit Gaussians to colours (N, 3) by k-means -> log weights (K,), means (K, 3), covariances (K, 3, 3)."""
    step = max(1, len(pixels) // 3000)
    sample = pixels[::step].astype(np.float64)
    # Starts spread along the first principal axis: no random number is needed.
    order = np.argsort((sample - sample.mean(0)) @ np.linalg.svd(np.cov(sample.T) + np.eye(3))[2][0])
    means = np.stack([part.mean(0) for part in np.array_split(sample[order], min(COLOURS, len(sample)))])
    for _ in range(6):
        nearest = ((sample[:, None] - means) ** 2).sum(2).argmin(1)
        used = np.unique(nearest)
        means = np.stack([sample[nearest == k].mean(0) for k in used])
    nearest = ((sample[:, None] - means) ** 2).sum(2).argmin(1)
    used, counts = np.unique(nearest, return_counts=True)
    spread = [_covariance(sample[nearest == k]) for k in used]
    return np.log(counts / counts.sum()), means[used], np.stack(spread)


def _covariance(sample: np.ndarray) -> np.ndarray:
    """Return the covariance of colours (N, 3), kept away from zero: lightness by 3, colour by 2 units."""
    centred = sample - sample.mean(0)
    return centred.T @ centred / len(sample) + np.diag([9.0, 4.0, 4.0])


def _log_density(pixels: np.ndarray, log_weights: np.ndarray, means: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Return the log density of colours (N, 3) under the mixture, up to a constant. -> (N,) float32."""
    parts = []
    for log_weight, mean, covariance in zip(log_weights, means, spread, strict=True):
        whitened = (pixels - mean) @ np.linalg.cholesky(np.linalg.inv(covariance))
        parts.append(log_weight - 0.5 * (whitened**2).sum(1) - 0.5 * np.linalg.slogdet(covariance)[1])
    return np.logaddexp.reduce(parts).astype(np.float32)


_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1))


def _affinity(pixels: np.ndarray) -> list[np.ndarray]:
    """Return for each of four directions how alike neighbours are: 1 for equal, near 0 across an edge."""
    squared = [((pixels - _shift(pixels, dy, dx)) ** 2).sum(2) for dy, dx in _STEPS]
    typical = 2 * np.mean(squared) + 1e-3
    return [np.exp(-part / typical).astype(np.float32) for part in squared]


def _shift(array: np.ndarray, dy: int, dx: int) -> np.ndarray:
    """Return array with the pixel at (y + dy, x + dx) at each place, the border repeated; dy, dx in -1, 0, 1."""
    padded = np.pad(array, ((1, 1), (1, 1)) + ((0, 0),) * (array.ndim - 2), mode="edge")
    return padded[1 + dy : 1 + dy + array.shape[0], 1 + dx : 1 + dx + array.shape[1]]


def _smooth(odds: np.ndarray, affinity: list[np.ndarray]) -> np.ndarray:
    """Return the mean-field probability of being inside, from log odds (h, w) and the pull of alike neighbours."""
    sign = np.tanh(odds / 2)
    for _ in range(12):
        pull = np.zeros_like(odds)
        for (dy, dx), alike in zip(_STEPS, affinity, strict=True):
            pull += alike * _shift(sign, dy, dx) + _shift(alike, -dy, -dx) * _shift(sign, -dy, -dx)
        sign = np.tanh((odds + SMOOTHING * pull) / 2)
    return (1 + sign) / 2


def _one_thing(inside: np.ndarray) -> np.ndarray:
    """Keep the part that is large and near the middle, with what is nearly as large; fill its small holes."""
    labels, count = morphology.components(inside)
    if not count:
        raise ValueError("no garment found: nothing stands out from the ground; show one garment on a plain ground")
    weight = np.exp(_centre_prior(*inside.shape) / 2)
    scores = np.bincount(labels.ravel(), weights=weight.ravel(), minlength=count + 1)[1:]
    kept = np.isin(labels, 1 + np.flatnonzero(scores >= 0.3 * scores.max()))
    holes, count = morphology.components(morphology.fill_holes(kept) & ~kept)
    sizes = np.bincount(holes.ravel(), minlength=count + 1)
    small = sizes <= SMALL_HOLE * kept.sum()
    small[0] = False
    return kept | small[holes]
