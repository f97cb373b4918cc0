"""Linear regression: by a hand-derived gradient, by torch.nn and in closed form."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import nn

Array = NDArray[np.float64]

TRUE_WEIGHT, TRUE_BIAS = (1.1, -4.5, 1.4), 1.191981


class LinearFit(NamedTuple):
    """A fitted y = X w + b."""

    weight: Array
    """(features,)"""
    bias: float
    losses: Array
    """(epochs + 1,): half the mean squared error over all rows, at the start and after each epoch."""
    last: tuple[Array, float] | None = None
    """Weight and bias before the last epoch."""


def synthetic(rows: int = 2000, noise: float = 0.01, seed: int = 0) -> tuple[Array, Array]:
    """Return normal features (rows, 3) and labels (rows,) = X w + b + normal noise, for TRUE_WEIGHT and TRUE_BIAS."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(rows, 3))
    return features, features @ TRUE_WEIGHT + TRUE_BIAS + noise * rng.normal(size=rows)


def half_mse(features: Array, labels: Array, weight: ArrayLike, bias: float) -> float:
    """Return half the mean squared error of X w + b."""
    return float(np.mean((features @ np.asarray(weight) + bias - labels) ** 2) / 2)


def closed_form(features: Array, labels: Array) -> LinearFit:
    """Return the least-squares solution (XᵀX)⁻¹Xᵀy, with a column of ones for the bias, by a stable factorisation."""
    solution = np.linalg.lstsq(np.column_stack([features, np.ones(len(features))]), labels, rcond=None)[0]
    weight, bias = solution[:-1].astype(np.float64), float(solution[-1])
    return LinearFit(weight, bias, np.array([half_mse(features, labels, weight, bias)]))


def _start(features: int, seed: int) -> tuple[Array, np.random.Generator]:
    """Return initial weights from N(0, 0.01) and the generator that shuffles, both of one seed."""
    rng = np.random.default_rng(seed)
    return 0.01 * rng.normal(size=features), rng


def _batches(rng: np.random.Generator, rows: int, batch_size: int) -> Iterator[NDArray[np.int64]]:
    """Yield the row numbers of shuffled batches; the last may be shorter."""
    order = rng.permutation(rows)
    for at in range(0, rows, batch_size):
        yield order[at : at + batch_size]


def from_scratch(
    features: Array, labels: Array, *, batch_size: int = 30, lr: float = 0.008, epochs: int = 20, seed: int = 0
) -> LinearFit:
    """Fit by minibatch SGD with the gradient of (X w + b - y)² / 2 by hand. features (N, d), labels (N,)."""
    weight, rng = _start(features.shape[1], seed)
    bias, losses = 0.0, [half_mse(features, labels, weight, 0.0)]
    last = weight, bias
    for _ in range(epochs):
        last = weight, float(bias)
        for rows in _batches(rng, len(features), batch_size):
            x = features[rows]
            error = x @ weight + bias - labels[rows]
            weight = weight - lr * (error @ x) / len(x)
            bias = bias - lr * error.sum() / len(x)
        losses.append(half_mse(features, labels, weight, bias))
    return LinearFit(weight, float(bias), np.array(losses), last)


def concise(
    features: Array,
    labels: Array,
    *,
    batch_size: int = 30,
    lr: float = 0.008,
    epochs: int = 20,
    seed: int = 0,
    last: tuple[Array, float] | None = None,
) -> LinearFit:
    """Fit by `nn.Linear` and `torch.optim.SGD`, from the same start and over the same batches as `from_scratch`.

    last: the weight and bias before the last epoch, to run that one alone, which takes as many times less as there are epochs.
    """
    weight, rng = _start(features.shape[1], seed)
    bias, first = 0.0, 0
    if last is not None:
        (weight, bias), first = last, epochs - 1
        for _ in range(first):
            rng.permutation(len(features))
    x, y = torch.from_numpy(features), torch.from_numpy(labels)
    net = nn.Linear(features.shape[1], 1, dtype=torch.float64)
    net.load_state_dict({"weight": torch.from_numpy(weight[None]), "bias": torch.tensor([bias], dtype=torch.float64)})
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = [half_mse(features, labels, weight, bias)]
    for _ in range(first, epochs):
        for batch in _batches(rng, len(features), batch_size):
            rows = torch.from_numpy(batch)
            optimizer.zero_grad()
            (nn.functional.mse_loss(net(x[rows])[:, 0], y[rows]) / 2).backward()
            optimizer.step()
        weight, bias = net.weight.detach().numpy()[0], net.bias.item()
        losses.append(half_mse(features, labels, weight, bias))
    return LinearFit(weight.copy(), bias, np.array(losses))


def one_weight(
    x: ArrayLike = (1, 2, 3), y: ArrayLike = (2, 4, 6), *, lr: float = 0.1, epochs: int = 10, mean: bool = True
) -> tuple[Array, Array]:
    """Fit y = w x from w = 0 by the hand-derived gradient 2 x (w x - y), averaged or summed over the points.

    x, y (N,) -> (weights (epochs + 1,), costs (epochs + 1,)), the start first.
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    reduce: Callable[[Array], np.float64] = np.mean if mean else np.sum
    weights = [0.0]
    for _ in range(epochs):
        weights.append(float(weights[-1] - lr * reduce(2 * a * (weights[-1] * a - b))))
    return np.array(weights), np.array([reduce((w * a - b) ** 2) for w in weights])


def one_weight_concise(
    x: ArrayLike = (1, 2, 3), y: ArrayLike = (2, 4, 6), *, lr: float = 0.01, epochs: int = 20
) -> tuple[Array, Array]:
    """Fit the same by `nn.Linear(1, 1, bias=False)`, summed MSE and SGD, from w = 0; returns as `one_weight`."""
    a, b = (torch.tensor(np.asarray(v, dtype=np.float64)[:, None]) for v in (x, y))
    net = nn.Linear(1, 1, bias=False, dtype=torch.float64)
    nn.init.zeros_(net.weight)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    weights, costs = [], []
    for step in range(epochs + 1):
        loss = nn.functional.mse_loss(net(a), b, reduction="sum")
        weights.append(net.weight.item())
        costs.append(loss.item())
        if step < epochs:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return np.array(weights), np.array(costs)
