"""Batch, stochastic and minibatch gradient descent on a linear regression: what the batch size does to the path."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

TRUE_WEIGHTS = (2.0, -3.4)


class Descent(NamedTuple):
    """A path of minibatch SGD."""

    weights: Array
    """(steps + 1, 2), the start first."""
    losses: Array
    """(steps + 1,): half the mean squared error over all rows, at each of these weights."""
    seen: NDArray[np.int64]
    """(steps + 1,): how many rows' gradients it has cost so far."""


def problem(rows: int = 200, noise: float = 1.0, seed: int = 0) -> tuple[Array, Array]:
    """Return a regression without bias: features (N, 2), normal, the second of half the spread; labels (N,) with noise."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(rows, 2)) * (1.0, 0.5)
    return features, features @ TRUE_WEIGHTS + noise * rng.normal(size=rows)


def loss(features: ArrayLike, labels: ArrayLike, weights: ArrayLike) -> Array:
    """Return half the mean squared error. features (N, 2), labels (N,), weights (..., 2) -> (...)."""
    x, y, w = (np.asarray(a, dtype=np.float64) for a in (features, labels, weights))
    gap = w - best_weights(x, y)
    least = np.mean((x @ best_weights(x, y) - y) ** 2) / 2
    return least + np.einsum("...i,ij,...j->...", gap, x.T @ x / len(x), gap) / 2


def best_weights(features: ArrayLike, labels: ArrayLike) -> Array:
    """Return the least-squares solution (2,), where every descent is bound."""
    return np.linalg.lstsq(np.asarray(features), np.asarray(labels), rcond=None)[0]


def descend(
    features: ArrayLike,
    labels: ArrayLike,
    *,
    batch_size: int,
    lr: float,
    epochs: int = 5,
    start: ArrayLike = (0.0, 0.0),
    seed: int = 0,
) -> Descent:
    """Run SGD over shuffled minibatches; the last, shorter one counts as it is.

    batch_size from 1 (stochastic) to N or more (batch). features (N, 2), labels (N,). Raises ValueError below 1.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size {batch_size} is not a positive number of rows")
    x, y = np.asarray(features, dtype=np.float64), np.asarray(labels, dtype=np.float64)
    rng = np.random.default_rng(seed)
    weights, seen = [np.asarray(start, dtype=np.float64)], [0]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(epochs):
            order = rng.permutation(len(x))
            for at in range(0, len(x), batch_size):
                rows = order[at : at + batch_size]
                weights.append(weights[-1] - lr * _gradient(x[rows], y[rows], weights[-1]))
                seen.append(seen[-1] + len(rows))
        path = np.stack(weights)
        return Descent(path, loss(x, y, path), np.array(seen))


def _gradient(x: Array, y: Array, weights: Array) -> Array:
    """Return the gradient of half the mean squared error over these rows, (2,)."""
    return (x @ weights - y) @ x / len(x)


def gradients(
    features: ArrayLike, labels: ArrayLike, weights: ArrayLike, *, batch_size: int, draws: int = 200, seed: int = 0
) -> Array:
    """Return the gradients (draws, 2) that random minibatches see at one point: around the true one, closer as they grow."""
    x, y, w = (np.asarray(a, dtype=np.float64) for a in (features, labels, weights))
    rng = np.random.default_rng(seed)
    rows = rng.permuted(np.tile(np.arange(len(x)), (draws, 1)), axis=1)[:, :batch_size]
    errors = x @ w - y
    return np.einsum("db,dbi->di", errors[rows], x[rows]) / rows.shape[1]
