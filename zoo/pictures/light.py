"""Even out the light of a photo: what brightens and darkens smoothly, by a flash or into the corners, is no thing's colour.

From one pixel to the next lightness changes slowly with the light and at once with the material (Land & McCann, Lightness and
Retinex Theory, 1971). So the light is a sum of a few low cosines whose slopes fit the changes robustly: edges are outliers, and
ground and garment both tell of it.
"""

import numpy as np
from PIL import Image

from zoo.pictures.form import fitted

LONGEST = 56  # pixels on the longer side of the picture that the light is fitted on
HIGHEST = 5  # half waves along the longer side, down and across together: as fine as a flash's spot
STEP = 3  # pixels from each one to the next: over fewer, grain outweighs the light
LEAST = 0.01  # changes of log lightness by less than this are grain
ROUNDS = 6  # times that the fit weighs its outliers anew
DIMMEST, BRIGHTEST = 0.04, 0.985  # lightness between which a pixel tells of the light: black is grain, white is cut off
UNEVEN = 0.4  # log light varies by less than this (a factor of 1.5) in most photos; the garment is found better in it as it is
STRONGEST = 1.2  # log light is taken out up to this: a factor of 3.3


def even(image: Image.Image) -> Image.Image:
    """Return the photo as if it were lit evenly, its median light unchanged. image "RGB" -> "RGB" of its size.

    One whose light varies little comes back as it is.
    """
    log_light = _log_light(np.asarray(fitted(image, LONGEST), np.float32) / 255)
    if np.ptp(log_light) < UNEVEN:
        return image
    log_light = np.clip(log_light - np.median(log_light), -STRONGEST, STRONGEST).astype(np.float32)
    wide = np.asarray(Image.fromarray(log_light).resize(image.size, Image.Resampling.BICUBIC))
    return Image.fromarray(np.clip(np.asarray(image) * np.exp(-wide)[:, :, None] + 0.5, 0, 255).astype(np.uint8))


def _log_light(rgb: np.ndarray) -> np.ndarray:
    """Fit the light. rgb (h, w, 3) in [0, 1] -> its logarithm, up to a constant, (h, w)."""
    luma = rgb @ np.array([0.3, 0.59, 0.11], np.float32)
    tells = np.clip(luma, 0, 0.5) * (luma > DIMMEST) * (rgb.max(axis=2) < BRIGHTEST)
    waves, frequencies = _cosines(*luma.shape)
    slopes = _changes(waves)
    changes = _changes(np.log(luma + 0.03)[:, :, None])[:, 0]
    trust = np.concatenate([np.minimum(*pair).ravel() for pair in _pairs(tells)])
    if not trust.any():
        return np.zeros(luma.shape)
    stiffness = np.diag(1e-5 * len(slopes) * frequencies**4)  # light would rather vary slowly
    light = np.zeros(len(frequencies))
    for _ in range(ROUNDS):
        misfit = changes - slopes @ light
        usual = 1.5 * np.median(np.abs(misfit[trust > 0])) + LEAST
        weighted = slopes * (trust / (1 + (misfit / usual) ** 2) ** 2)[:, None]
        light = np.linalg.solve(weighted.T @ slopes + stiffness, weighted.T @ changes)
    return waves @ light


def _cosines(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the waves that light is made of, (h, w, K), and how many half waves each has along the longer side, (K,)."""
    y, x = ((np.arange(side) + 0.5) / max(height, width) for side in (height, width))
    orders = [(i, j) for i in range(HIGHEST + 1) for j in range(HIGHEST + 1 - i) if i + j]
    waves = [np.outer(np.cos(np.pi * i * y), np.cos(np.pi * j * x)) for i, j in orders]
    return np.stack(waves, axis=2), np.array([np.hypot(i, j) for i, j in orders])


def _pairs(field: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return each pixel's value beside that of the one STEP below it, then of the one STEP to its right."""
    return [(field[STEP:], field[:-STEP]), (field[:, STEP:], field[:, :-STEP])]


def _changes(field: np.ndarray) -> np.ndarray:
    """Return by how much values (h, w, C) change from pixel to pixel, down and to the right. -> (pairs, C)"""
    return np.concatenate([(one - other).reshape(-1, field.shape[2]) for one, other in _pairs(field)])
