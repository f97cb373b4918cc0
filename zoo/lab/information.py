"""Likelihood and information: a coin's likelihood, entropy, KL divergence, cross entropy of distributions.

Probabilities come in as anything NumPy takes; 0 log 0 counts as 0, and what is impossible carries infinite information.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def _log(p: ArrayLike) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(np.asarray(p, dtype=np.float64))


def _times_log(p: ArrayLike, q: ArrayLike) -> Array:
    """Return p log q, 0 where p is 0."""
    p = np.asarray(p, dtype=np.float64)
    return np.where(p == 0, 0.0, np.where(p == 0, 1.0, p) * _log(q))


def distribution(weights: ArrayLike) -> Array:
    """Return weights (..., C), not negative, divided by their sum. Raises ValueError where they are no such thing."""
    w = np.asarray(weights, dtype=np.float64)
    total = w.sum(axis=-1, keepdims=True)
    if not (np.all(w >= 0) and np.all(total > 0) and np.all(np.isfinite(total))):
        raise ValueError(f"weights {weights!r} make no distribution; expected finite numbers >= 0 that are not all 0")
    return w / total


def information(p: ArrayLike) -> Array:
    """Return -log p in nats: what an event of probability p tells. p in [0, 1], any shape."""
    return 0.0 - _log(p)


def entropy(p: ArrayLike) -> Array:
    """Return -Σ p log p in nats, along the last axis: the information expected of one draw. p (..., C) -> (...)."""
    return 0.0 - _times_log(p, p).sum(axis=-1)


def cross_entropy(p: ArrayLike, q: ArrayLike) -> Array:
    """Return -Σ p log q in nats: the information of draws from p to one who believes q. p, q (..., C) -> (...)."""
    return -_times_log(p, q).sum(axis=-1)


def kl_divergence(p: ArrayLike, q: ArrayLike) -> Array:
    """Return Σ p log(p / q) >= 0 in nats: cross entropy less entropy, 0 only where q is p. p, q (..., C) -> (...)."""
    return np.maximum(np.sum(_times_log(p, p) - _times_log(p, q), axis=-1), 0.0)


def log_likelihood(theta: ArrayLike, heads: int, tosses: int) -> Array:
    """Return heads log θ + (tosses - heads) log(1 - θ), the log-likelihood of a coin; highest at θ = heads / tosses.

    theta: any shape, in [0, 1]; 0 <= heads <= tosses, otherwise a ValueError.
    """
    if not 0 <= heads <= tosses:
        raise ValueError(f"{heads} heads in {tosses} tosses: expected 0 <= heads <= tosses")
    theta = np.asarray(theta, dtype=np.float64)
    return _times_log(heads, theta) + _times_log(tosses - heads, 1 - theta)


def likelihood(theta: ArrayLike, heads: int, tosses: int) -> Array:
    """Return θ^heads (1 - θ)^(tosses - heads), of one order of tosses; a product so small that many tosses end in 0."""
    return np.exp(log_likelihood(theta, heads, tosses))
