"""Initialisation: what a scheme does to activations and gradients by layer (in float32), and to training (in float64)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from zoo import functional as F
from zoo import init
from zoo.lab import activations

Array = NDArray[np.float64]
Array32 = NDArray[np.float32]

SCHEMES = ("zeros", "constant", "normal", "xavier-uniform", "xavier-normal", "he-uniform", "he-normal", "pytorch")
"""What weights can be filled with; "constant" and "normal" take a scale."""
ENDS = {"tanh": (-0.95, 0.95), "sigmoid": (0.025, 0.975)}
"""Outputs beyond which a function saturates, for those that have a ceiling; the sigmoid's are those of tanh, rescaled."""


class Training(NamedTuple):
    """Nets that differ in their initialisation only, trained side by side."""

    losses: Array
    """(schemes, steps + 1): binary cross entropy over all rows."""
    unit_spread: Array
    """(schemes, steps + 1): how far the first layer's units differ, 0 while every unit is a copy of the others."""


class Signals(NamedTuple):
    """What flows through a deep net of equal layers, forward and back."""

    values: Array32
    """(depth + 1, rows, width): the inputs, then each layer's output."""
    gradients: Array32
    """(depth + 1, rows, width): the gradient at each of them, normal with spread 1 at the last."""

    def spread(self) -> Array:
        """Return the standard deviation of each layer's outputs, (depth + 1,); infinite where float32 overflowed."""
        return _spread(self.values)

    def gradient_spread(self) -> Array:
        """Return the standard deviation of the gradients at each layer's outputs, (depth + 1,); infinite as above."""
        return _spread(self.gradients)

    def saturated(self, low: float = -0.95, high: float = 0.95) -> Array:
        """Return the share of each layer's outputs below `low` or above `high`, (depth + 1,); ENDS has a function's."""
        return ((self.values < low) | (self.values > high)).mean(axis=(1, 2))


def _spread(numbers: Array32) -> Array:
    """Return the standard deviation of each layer's numbers (L, rows, width), (L,); infinite where one isn't finite."""
    finite = np.isfinite(numbers).all(axis=(1, 2))
    spread = np.full(len(numbers), np.inf)
    spread[finite] = numbers[finite].std(axis=(1, 2), dtype=np.float64)
    return spread


def fill(weight: Tensor, scheme: str, generator: torch.Generator, *, scale: float = 0.01) -> Tensor:
    """Fill a weight (O, I) in place and return it; scale: the value of "constant", the spread of "normal"."""
    if scheme == "constant":
        return weight.fill_(scale)
    if scheme == "normal":
        return weight.normal_(0.0, scale, generator=generator)
    if scheme not in SCHEMES:
        raise ValueError(f"unknown initialisation {scheme!r}; expected one of {', '.join(SCHEMES)}")
    init.SCHEMES[scheme](weight, *init.fans(weight), generator)
    return weight


def signals(
    scheme: str,
    activation: str,
    *,
    depth: int = 10,
    width: int = 500,
    rows: int = 100,
    scale: float = 0.01,
    parameter: float | None = None,
    seed: int = 0,
) -> Signals:
    """Send normal inputs through `depth` layers f(x Wᵀ), each with weights of its own, and a normal gradient back.

    scheme: one of SCHEMES; activation: a key of zoo.lab.activations.ACTIVATIONS, parameter: its coefficient.
    """
    function = activations.find(activation)
    coefficient = function.default if parameter is None else parameter
    generator = torch.Generator().manual_seed(seed)
    values, slopes, weights = [torch.randn(rows, width, generator=generator)], [], []
    for _ in range(depth):
        weights.append(fill(torch.empty(width, width), scheme, generator, scale=scale))
        z = F.linear(values[-1], weights[-1])
        values.append(function.value(z, coefficient))
        slopes.append(function.derivative(z, coefficient))
    gradients = [torch.randn(rows, width, generator=generator)]
    for weight, slope in zip(reversed(weights), reversed(slopes)):
        gradients.append((gradients[-1] * slope) @ weight)
    return Signals(torch.stack(values).numpy(), torch.stack(gradients[::-1]).numpy())


def histogram(values: ArrayLike, low: float, high: float, bins: int = 40) -> tuple[Array, Array]:
    """Return (shares (bins,), edges (bins + 1,)): how much of `values`, any shape, falls into equal bins of [low, high].

    What lies outside counts in the outermost bins, so that the shares sum to 1; what is not finite doesn't count.
    """
    flat = np.ravel(values)
    flat = flat[np.isfinite(flat)]
    which = np.clip((flat - low) * (bins / (high - low)), 0, bins - 1).astype(np.int64)
    return np.bincount(which, minlength=bins) / max(flat.size, 1), np.linspace(low, high, bins + 1)


def moons(rows: int = 100, noise: float = 0.15, seed: int = 0) -> tuple[Array, Array]:
    """Return two interleaved half circles: points (rows, 2), centred, and their classes (rows,), 0.0 or 1.0."""
    rng = np.random.default_rng(seed)
    labels = np.arange(rows) % 2
    angle = rng.uniform(0, np.pi, rows)
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
    points = np.where(labels[:, None] == 0, upper, -upper) + noise * rng.normal(size=(rows, 2))
    return points, labels.astype(np.float64)


def train(
    schemes: Sequence[str],
    activation: str,
    *,
    depth: int = 4,
    width: int = 32,
    steps: int = 200,
    lr: float = 0.3,
    scale: float = 0.01,
    parameter: float | None = None,
    seed: int = 0,
) -> Training:
    """Train a net 2-width-...-width-1 with `depth` hidden layers on `moons`, from each scheme's weights, biases 0.

    Whole-batch gradient descent; all nets go through one batched product, with the gradients by hand, which takes a third of
    autograd's time on nets so small. A net that diverges ends in nan alone.
    """
    points, classes = moons(seed=seed)
    x, y = torch.from_numpy(points), torch.from_numpy(classes)
    function = activations.find(activation)
    coefficient = function.default if parameter is None else parameter
    weights, biases = _stacked_layers(schemes, [2, *[width] * depth, 1], scale, seed)
    losses, spreads = [], []
    for step in range(steps + 1):
        inputs, slopes = [x.expand(len(schemes), -1, -1)], []
        for weight, bias in zip(weights[:-1], biases[:-1]):
            z = torch.baddbmm(bias, inputs[-1], weight)
            inputs.append(function.value(z, coefficient))
            slopes.append(function.derivative(z, coefficient))
        logits = torch.baddbmm(biases[-1], inputs[-1], weights[-1])
        losses.append(
            F.binary_cross_entropy_with_logits(logits[..., 0], y.expand(len(schemes), -1), reduction="none").mean(1)
        )
        spreads.append(weights[0].std(dim=2).mean(dim=1))
        if step < steps:
            back = (torch.sigmoid(logits) - y[:, None]) / len(y)
            _descend(weights, biases, inputs, slopes, back, lr)
    return Training(torch.stack(losses, 1).numpy(), torch.stack(spreads, 1).numpy())


def _descend(
    weights: list[Tensor], biases: list[Tensor], inputs: list[Tensor], slopes: list[Tensor], back: Tensor, lr: float
) -> None:
    """Take a step of gradient descent; inputs: what enters each layer, slopes: of the hidden ones, back: dL / d logits."""
    for layer in reversed(range(len(weights))):
        by_weight, by_bias = inputs[layer].transpose(1, 2) @ back, back.sum(dim=1, keepdim=True)
        if layer:
            back = (back @ weights[layer].transpose(1, 2)) * slopes[layer - 1]
        weights[layer].sub_(by_weight, alpha=lr)
        biases[layer].sub_(by_bias, alpha=lr)


def _stacked_layers(
    schemes: Sequence[str], sizes: Sequence[int], scale: float, seed: int
) -> tuple[list[Tensor], list[Tensor]]:
    """Return weights (S, I, O) and zero biases (S, 1, O) of each layer; every scheme draws from the same seed."""
    generators = [torch.Generator().manual_seed(seed) for _ in schemes]
    weights, biases = [], []
    for fan_in, fan_out in pairwise(sizes):
        drawn = [
            fill(torch.empty(fan_out, fan_in), scheme, generator, scale=scale).T
            for scheme, generator in zip(schemes, generators)
        ]
        weights.append(torch.stack(drawn).double())
        biases.append(torch.zeros(len(schemes), 1, fan_out, dtype=torch.float64))
    return weights, biases
