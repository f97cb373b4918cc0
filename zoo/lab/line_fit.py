"""A line fitted to points under L1, squared or Huber loss, exactly: what one outlier does to each."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

MOST_POINTS = 100


class Line(NamedTuple):
    """y = slope x + intercept."""

    slope: float
    intercept: float


def points(
    count: int = 20, *, slope: float = 0.8, intercept: float = 0.5, noise: float = 0.3, seed: int = 0
) -> tuple[Array, Array]:
    """Return x (count,), evenly from -3 to 3, and y (count,), on a line but for normal noise."""
    x = np.linspace(-3, 3, count)
    return x, slope * x + intercept + noise * np.random.default_rng(seed).normal(size=count)


def fit(loss: str, x: ArrayLike, y: ArrayLike, *, delta: float = 1.0) -> Line:
    """Return the line with the least mean loss; loss is "l1", "mse" or "huber" (which alone uses delta > 0).

    x, y (N,), 2 to 100 points, not all above one another, finite; otherwise a ValueError.
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if not 2 <= len(a) <= MOST_POINTS:
        raise ValueError(f"{len(a)} points; expected 2 to {MOST_POINTS}")
    if not (np.isfinite(a).all() and np.isfinite(b).all() and np.ptp(a) > 0):
        raise ValueError("a line needs finite points with at least two different x")
    if delta <= 0:
        raise ValueError(f"Huber's delta is {delta}; expected a positive number")
    if loss == "mse":
        return _weighted_least_squares(a, b, np.ones_like(a))
    if loss == "l1":
        return _least_absolute(a, b)
    if loss == "huber":
        return _huber(a, b, delta)
    raise ValueError(f"unknown loss {loss!r}; expected 'l1', 'mse' or 'huber'")


def _weighted_least_squares(x: Array, y: Array, weight: Array) -> Line:
    share = weight / weight.sum()
    x0, y0 = share @ x, share @ y
    slope = share @ ((x - x0) * (y - y0)) / (share @ (x - x0) ** 2)
    return Line(float(slope), float(y0 - slope * x0))


def _least_absolute(x: Array, y: Array) -> Line:
    """Try the line through every pair of points: one of them is the best (a corner of the linear programme)."""
    i, j = np.triu_indices(len(x), k=1)
    apart = x[i] != x[j]
    i, j = i[apart], j[apart]
    slopes = (y[j] - y[i]) / (x[j] - x[i])
    intercepts = y[i] - slopes * x[i]
    best = np.abs(slopes[:, None] * x + intercepts[:, None] - y).sum(axis=1).argmin()
    return Line(float(slopes[best]), float(intercepts[best]))


def _huber(x: Array, y: Array, delta: float) -> Line:
    """Reweight least squares by min(1, delta / |residual|) until the line rests (Huber and Ronchetti 2009, 7.8)."""
    line = _least_absolute(x, y)
    for _ in range(1000):
        residual = np.abs(line.slope * x + line.intercept - y)
        last, line = line, _weighted_least_squares(x, y, delta / np.maximum(residual, delta))
        if abs(line.slope - last.slope) + abs(line.intercept - last.intercept) < 1e-12:
            break
    return line
