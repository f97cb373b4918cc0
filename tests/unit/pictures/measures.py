"""How far two pictures are apart."""

import numpy as np


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Return the mean absolute difference in grey levels."""
    return float(np.abs(one.astype(int) - other).mean())
