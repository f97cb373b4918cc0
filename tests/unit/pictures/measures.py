"""How far two pictures are apart, and how well two outlines agree."""

import numpy as np
from PIL import Image


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Return the mean absolute difference in grey levels."""
    return float(np.abs(one.astype(int) - other).mean())


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Return intersection over union of two outlines (H, W) bool, the second brought to the size of the first."""
    same = np.asarray(Image.fromarray(other).resize(one.shape[::-1], Image.Resampling.NEAREST))
    return float((one & same).sum() / (one | same).sum())
