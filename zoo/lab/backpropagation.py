"""Gradients by hand and by autograd: y = w x + b, a two-layer ReLU net, and a small net that fits a curve."""

import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from zoo import functional as F

Array = NDArray[np.float64]
Gradients = Callable[[Tensor, Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]


class TwoLayerNet(NamedTuple):
    """The problem: random inputs x (N, D), targets y (N, O) and weights W1 (D, H), W2 (H, O), all float64."""

    x: Tensor
    y: Tensor
    weight1: Tensor
    weight2: Tensor


class Curve(NamedTuple):
    """A curve that is being fitted."""

    x: Array
    """(points,)"""
    y: Array
    """(points,)"""
    steps: NDArray[np.int64]
    """(frames,): after how many steps each frame was taken, 0 first."""
    fits: Array
    """(frames, points): what the net made of x then."""
    losses: Array
    """(frames,): the mean squared error then."""


def affine(x: float, w: float, b: float) -> tuple[float, float, float, float]:
    """Return (y, dy/dx, dy/dw, dy/db) of y = w x + b by autograd; the gradients are w, x and 1."""
    leaves = [torch.tensor(float(v), dtype=torch.float64, requires_grad=True) for v in (x, w, b)]
    y = leaves[1] * leaves[0] + leaves[2]
    by_x, by_w, by_b = torch.autograd.grad(y, leaves)
    return y.item(), by_x.item(), by_w.item(), by_b.item()


def two_layer_net(
    rows: int = 64, inputs: int = 1000, hidden: int = 100, outputs: int = 10, seed: int = 0
) -> TwoLayerNet:
    """Return a net relu(x W1) W2 and what it is to learn, every number normal."""
    generator = torch.Generator().manual_seed(seed)
    shapes = ((rows, inputs), (rows, outputs), (inputs, hidden), (hidden, outputs))
    return TwoLayerNet(*(torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes))


def gradients_by_hand(x: Tensor, y: Tensor, weight1: Tensor, weight2: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return (loss, d loss / d W1, d loss / d W2) of the summed squared error, by the chain rule."""
    hidden = x @ weight1
    active = F.relu(hidden)
    error = active @ weight2 - y
    by_hidden = 2 * error @ weight2.T * (hidden > 0)
    return error.square().sum(), x.T @ by_hidden, active.T @ (2 * error)


def gradients_by_autograd(x: Tensor, y: Tensor, weight1: Tensor, weight2: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the same, written forward only."""
    w1, w2 = weight1.detach().requires_grad_(), weight2.detach().requires_grad_()
    loss = F.mse_loss(F.relu(x @ w1) @ w2, y, reduction="sum")
    by_weight1, by_weight2 = torch.autograd.grad(loss, (w1, w2))
    return loss.detach(), by_weight1, by_weight2


def descend(net: TwoLayerNet, gradients: Gradients, *, lr: float = 1e-6) -> Iterator[tuple[float, TwoLayerNet]]:
    """Yield (loss, net) before each step of gradient descent by `gradients`, without end."""
    x, y, weight1, weight2 = net
    while True:
        loss, by_weight1, by_weight2 = gradients(x, y, weight1, weight2)
        yield loss.item(), TwoLayerNet(x, y, weight1, weight2)
        weight1, weight2 = weight1 - lr * by_weight1, weight2 - lr * by_weight2


def train(net: TwoLayerNet, gradients: Gradients, *, lr: float = 1e-6, steps: int = 500) -> Array:
    """Return the loss before each step and after the last, (steps + 1,), of gradient descent by `gradients`."""
    return np.array([loss for loss, _ in itertools.islice(descend(net, gradients, lr=lr), steps + 1)])


def fit_curve(
    *, hidden: int = 10, lr: float = 0.2, steps: int = 100, every: int = 10, points: int = 100, seed: int = 0
) -> Curve:
    """Fit a 1-hidden-1 ReLU net to y = x² + 0.2 U(0, 1) on [-1, 1] by gradient descent on the MSE, a frame every few steps.

    The gradients are by hand: on a net so small autograd takes ten times as long.
    """
    generator = torch.Generator().manual_seed(seed)
    x = torch.linspace(-1, 1, points, dtype=torch.float64)[:, None]
    y = (x**2 + 0.2 * torch.rand(x.shape, generator=generator, dtype=torch.float64)).numpy()
    shapes = ((1, hidden), (1, hidden), (hidden, 1), (1, 1))
    net = [_uniform(shape, fan_in, generator) for shape, fan_in in zip(shapes, (1, 1, hidden, hidden))]
    inputs, frames = x.numpy(), []
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps + 1):
            weight1, bias1, weight2, bias2 = net
            active = np.maximum(inputs * weight1 + bias1, 0)
            error = active @ weight2 + bias2 - y
            if step % every == 0 or step == steps:
                frames.append((step, (error + y)[:, 0], float(np.mean(error**2))))
            back = 2 * error / points
            by_hidden = back @ weight2.T * (active > 0)
            gradients = (
                inputs.T @ by_hidden,
                by_hidden.sum(0, keepdims=True),
                active.T @ back,
                back.sum(0, keepdims=True),
            )
            net = [parameter - lr * gradient for parameter, gradient in zip(net, gradients)]
    at, fits, losses = zip(*frames)
    return Curve(inputs[:, 0], y[:, 0], np.array(at), np.stack(fits), np.array(losses))


def _uniform(shape: tuple[int, int], fan_in: int, generator: torch.Generator) -> Array:
    """Return numbers as `nn.Linear` starts with, float64."""
    bound = fan_in**-0.5
    return torch.empty(shape, dtype=torch.float64).uniform_(-bound, bound, generator=generator).numpy()
