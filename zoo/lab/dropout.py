"""Dropout: its masks, the mean that they keep, and what it does for a net with too many units."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from zoo import functional as F
from zoo import init

Array = NDArray[np.float64]


class Training(NamedTuple):
    """A net trained with dropout, looked at without."""

    steps: NDArray[np.int64]
    """(frames,): after how many steps."""
    train_losses: Array
    """(frames,): binary cross entropy over the training rows, dropout off."""
    test_losses: Array
    """(frames,): over rows that it has not seen."""
    train_accuracies: Array
    """(frames,)"""
    test_accuracies: Array
    """(frames,)"""


def draws(x: ArrayLike, p: float, *, count: int = 1, seed: int = 0) -> Array:
    """Return independent draws of inverted dropout, (count, *x.shape): kept numbers are scaled by 1 / (1 - p).

    x: any shape, p in [0, 1]; otherwise a ValueError. Their mean over many draws is x again, unless p is 1.
    """
    values = torch.as_tensor(np.asarray(x, dtype=np.float64))
    generator = torch.Generator().manual_seed(seed)
    return F.dropout(values.expand(count, *values.shape), p, generator=generator).numpy()


def problem(rows: int, inputs: int = 20, flipped: float = 0.15, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Return x (rows, inputs), normal, and y (rows,), 1.0 where the first five sum to more than 0, but some are flipped."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(rows, inputs, generator=generator)
    y = x[:, :5].sum(1) > 0
    return x, (y ^ (torch.rand(rows, generator=generator) < flipped)).float()


def train(
    p: float,
    *,
    hidden: int = 64,
    rows: int = 200,
    test_rows: int = 1000,
    steps: int = 200,
    lr: float = 0.1,
    momentum: float = 0.9,
    every: int = 10,
    seed: int = 0,
) -> Training:
    """Train a ReLU net 20-hidden-hidden-1 on `problem` by whole-batch SGD, with dropout p after each activation.

    In float64, so that a run of the same draws elsewhere comes to the same numbers.
    """
    sets = problem(rows, seed=seed), problem(test_rows, seed=seed + 10_000)
    train_set, test_set = ((x.double(), y.double()) for x, y in sets)
    generator = torch.Generator().manual_seed(seed)
    shapes = {"1.weight": (hidden, 20), "1.bias": (hidden,), "2.weight": (hidden, hidden), "2.bias": (hidden,)}
    shapes |= {"3.weight": (1, hidden), "3.bias": (1,)}
    net = {name: torch.empty(shape, dtype=torch.float64, requires_grad=True) for name, shape in shapes.items()}
    init.initialize(net.items(), "he-normal", generator)
    optimizer = torch.optim.SGD(net.values(), lr=lr, momentum=momentum)
    frames = []
    for step in range(steps + 1):
        if step % every == 0 or step == steps:
            frames.append((step, *_look(net, *train_set), *_look(net, *test_set)))
        optimizer.zero_grad()
        logits = _forward(net, train_set[0], p, generator)
        F.binary_cross_entropy_with_logits(logits, train_set[1]).backward()
        optimizer.step()
    at, train_loss, train_accuracy, test_loss, test_accuracy = (np.array(column) for column in zip(*frames))
    return Training(at, train_loss, test_loss, train_accuracy, test_accuracy)


def _forward(net: dict[str, Tensor], x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
    """Return logits (N,); without a generator dropout is off."""
    for layer in ("1", "2"):
        x = F.relu(F.linear(x, net[f"{layer}.weight"], net[f"{layer}.bias"]))
        x = F.dropout(x, p, generator=generator, training=generator is not None)
    return F.linear(x, net["3.weight"], net["3.bias"])[:, 0]


@torch.no_grad()
def _look(net: dict[str, Tensor], x: Tensor, y: Tensor) -> tuple[float, float]:
    """Return (loss, accuracy) with dropout off."""
    logits = _forward(net, x, 0.0, None)
    return F.binary_cross_entropy_with_logits(logits, y).item(), ((logits > 0) == (y > 0)).float().mean().item()
