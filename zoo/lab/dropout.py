"""Dropout: its masks, the mean that they keep, and what it does for a net with too many units."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from zoo import functional as F
from zoo import init

Array = NDArray[np.float64]


class Layer(NamedTuple):
    """A fully connected layer."""

    weight: Tensor
    """(outputs, inputs)"""
    bias: Tensor
    """(outputs,)"""


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

    In float64, so that a run of the same draws elsewhere comes to the same numbers; with the gradients by hand, which takes
    a third of autograd's time on a net so small.
    """
    sets = problem(rows, seed=seed), problem(test_rows, seed=seed + 10_000)
    train_set, test_set = ((x.double(), y.double()[:, None]) for x, y in sets)
    generator = torch.Generator().manual_seed(seed)
    net = []
    for fan_in, fan_out in ((20, hidden), (hidden, hidden), (hidden, 1)):
        layer = Layer(*(torch.empty(shape, dtype=torch.float64) for shape in ((fan_out, fan_in), (fan_out,))))
        init.initialize(zip(("weight", "bias"), layer), "he-normal", generator)
        net.append(layer)
    velocities = [torch.zeros_like(parameter) for layer in net for parameter in layer]
    frames = []
    for step in range(steps + 1):
        if step % every == 0 or step == steps:
            frames.append((step, *_measure(net, *train_set), *_measure(net, *test_set)))
        gradients = _gradients(net, *train_set, p, generator)
        for parameter, velocity, gradient in zip([each for layer in net for each in layer], velocities, gradients):
            velocity.mul_(momentum).add_(gradient)
            parameter.sub_(velocity, alpha=lr)
    at, train_loss, train_accuracy, test_loss, test_accuracy = (np.array(column) for column in zip(*frames))
    return Training(at, train_loss, test_loss, train_accuracy, test_accuracy)


def _gradients(net: list[Layer], x: Tensor, y: Tensor, p: float, generator: torch.Generator) -> list[Tensor]:
    """Return the gradients of the mean loss with dropout by each weight and bias. x (N, 20), y (N, 1)."""
    inputs, masks = [x], []
    for layer in net[:-1]:
        output = F.linear(inputs[-1], *layer).clamp(min=0)
        # dropout of ones is its mask, and what is dropped or negative passes no gradient back
        masks.append(F.dropout(torch.ones_like(output), p, generator=generator).mul_(output > 0))
        inputs.append(output * masks[-1])
    back = (torch.sigmoid(F.linear(inputs[-1], *net[-1])) - y) / len(x)
    gradients: list[Tensor] = []
    for layer, entering, mask in zip(reversed(net), reversed(inputs), [*reversed(masks), None]):
        gradients[:0] = [back.T @ entering, back.sum(0)]
        if mask is not None:
            back = (back @ layer.weight) * mask
    return gradients


def _measure(net: list[Layer], x: Tensor, y: Tensor) -> tuple[float, float]:
    """Return (loss, accuracy) with dropout off."""
    for layer in net[:-1]:
        x = F.linear(x, *layer).clamp(min=0)
    logits = F.linear(x, *net[-1])
    return F.binary_cross_entropy_with_logits(logits, y).item(), ((logits > 0) == (y > 0)).float().mean().item()
