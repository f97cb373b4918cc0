"""Models of colours: a few Gaussians fitted to the pixels of one thing, and how likely other pixels are under them."""

import numpy as np

COLOURS = 5  # Gaussians in each model

Colours = list[
    tuple[float, np.ndarray, np.ndarray]
]  # of each Gaussian: log weight and scale, mean (3,), whitening (3, 3)


def fit_colours(pixels: np.ndarray) -> Colours:
    """Fit Gaussians to colours (N, 3) by k-means."""
    sample = pixels[:: max(1, len(pixels) // 1000)].astype(np.float64)
    # Starts spread along the first principal axis: no random number is needed.
    axis = np.linalg.svd(np.cov(sample.T) + np.eye(3))[2][0]
    parts = np.array_split(sample[np.argsort(sample @ axis)], min(COLOURS, len(sample)))
    for _ in range(6):
        means = np.stack([part.mean(0) for part in parts])
        nearest = ((means**2).sum(1) - 2 * sample @ means.T).argmin(1)
        parts = [part for part in (sample[nearest == k] for k in range(len(means))) if len(part)]
    return [_gaussian(part, len(part) / len(sample)) for part in parts]


def _gaussian(part: np.ndarray, weight: float) -> tuple[float, np.ndarray, np.ndarray]:
    mean = part.mean(0)
    centred = part - mean
    # Kept away from zero: no colour is known better than to 3 units of lightness and 2 of colour.
    covariance = centred.T @ centred / len(part) + np.diag([9.0, 4.0, 4.0])
    whitening = np.linalg.cholesky(np.linalg.inv(covariance))
    return float(np.log(weight) + np.log(np.diag(whitening)).sum()), mean, whitening


def log_density(pixels: np.ndarray, colours: Colours) -> np.ndarray:
    """Return the log density of colours (h, w, 3) under the mixture, up to a constant. -> (h, w) float32."""
    flat = pixels.reshape(-1, 3)
    parts = [scale - 0.5 * (((flat - mean) @ whitening) ** 2).sum(1) for scale, mean, whitening in colours]
    return np.logaddexp.reduce(parts).reshape(pixels.shape[:2]).astype(np.float32)
