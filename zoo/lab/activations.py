"""Activation functions: values, derivatives, where they saturate, and what depth makes of their derivatives.

Numbers come in as anything NumPy takes and go out as float64 arrays.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from zoo import functional as F

Array = NDArray[np.float64]
Curve = Callable[[Tensor, float], Tensor]

FAR = 30
"""Further out than where any tail begins, and near enough for float64 to tell a tiny derivative from none."""


@dataclass(frozen=True)
class Activation:
    """An activation function f(x; parameter) with its derivative, both elementwise on float64 tensors.

    formula, slope: f(x) and f'(x) in LaTeX, the parameter as a; torch: the expression in PyTorch, with {parameter} where
    the parameter goes; parameter: the name of its coefficient ("" if it has none); default: that coefficient's usual value.
    """

    value: Curve
    derivative: Curve
    formula: str
    slope: str
    torch: str
    parameter: str = ""
    default: float = 0.0


def _rectifier_slope(x: Tensor, left: float) -> Tensor:
    """Return the derivative of max(0, x) + left min(0, x); PyTorch takes the left slope at 0."""
    return torch.where(x > 0, torch.ones_like(x), left)


def _sigmoid_slope(x: Tensor) -> Tensor:
    """Return σ(x)(1 - σ(x)) in a form that doesn't round to 0 in the tails; 1 - tanh(x)² is four times that of 2x."""
    z = torch.exp(-x.abs())
    return z / (1 + z) ** 2


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(
        lambda x, _: F.sigmoid(x),
        lambda x, _: _sigmoid_slope(x),
        r"\frac{1}{1 + e^{-x}}",
        r"\sigma(x)\,(1 - \sigma(x))",
        "torch.sigmoid(x)",
    ),
    "tanh": Activation(
        lambda x, _: F.tanh(x),
        lambda x, _: 4 * _sigmoid_slope(2 * x),
        r"\frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
        r"1 - \tanh^2(x)",
        "torch.tanh(x)",
    ),
    "relu": Activation(
        lambda x, _: F.relu(x),
        lambda x, _: _rectifier_slope(x, 0.0),
        r"\max(0, x)",
        r"[x > 0]",
        "torch.relu(x)",
    ),
    "leaky_relu": Activation(
        F.leaky_relu,
        _rectifier_slope,
        r"\max(0, x) + a \cdot \min(0, x)",
        r"[x > 0] + a\,[x \le 0]",
        "F.leaky_relu(x, negative_slope={parameter})",
        "negative_slope",
        0.01,
    ),
    "prelu": Activation(
        lambda x, a: F.prelu(x, x.new_tensor([a])),
        _rectifier_slope,
        r"\max(0, x) + a \cdot \min(0, x)",
        r"[x > 0] + a\,[x \le 0]",
        "F.prelu(x, weight=x.new_tensor([{parameter}]))",
        "weight",
        0.25,
    ),
    "elu": Activation(
        lambda x, a: torch.where(x > 0, x, a * torch.expm1(x.clamp(max=0))),
        lambda x, a: torch.where(x > 0, 1.0, a * torch.exp(x.clamp(max=0))),
        r"\max(0, x) + \min(0, a \cdot (e^{x} - 1))",
        r"[x > 0] + a e^{x}\,[x \le 0]",
        "F.elu(x, alpha={parameter})",
        "alpha",
        1.0,
    ),
    "gelu": Activation(
        lambda x, _: x * torch.special.ndtr(x),
        lambda x, _: torch.special.ndtr(x) + x * torch.exp(-(x**2) / 2) / np.sqrt(2 * np.pi),
        r"x \cdot \Phi(x)",
        r"\Phi(x) + \frac{x}{\sqrt{2 \pi}} e^{-x^2 / 2}",
        "F.gelu(x)",
    ),
    "silu": Activation(
        lambda x, _: x * F.sigmoid(x),
        lambda x, _: F.sigmoid(x) * (1 + x * F.sigmoid(-x)),
        r"x \cdot \sigma(x)",
        r"\sigma(x)\,(1 + x\,\sigma(-x))",
        "F.silu(x)",
    ),
}
"""The activation functions of hidden layers by name; softmax, a function of a whole vector, is `softmax` below."""


class Zone(NamedTuple):
    """A stretch of inputs through which (almost) no gradient passes: kind is "dead" (none) or "saturated"."""

    kind: str
    start: float
    end: float


class Chain(NamedTuple):
    """One unit after another: what each layer puts out, and how much of the gradient is left back at the input."""

    values: Array
    """(depth + 1, ...), the input first."""
    derivatives: Array
    """(depth + 1, ...): d values[k] / d values[0], 1 first."""


def find(name: str) -> Activation:
    """Return an activation by name. Raises ValueError on an unknown one."""
    if name not in ACTIVATIONS:
        raise ValueError(f"unknown activation {name!r}; expected one of {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]


def curve(name: str, x: ArrayLike, parameter: float | None = None) -> tuple[Array, Array]:
    """Return (value, derivative), each of the shape of x.

    name: a key of ACTIVATIONS; x: any shape, a plain number for a probe; parameter: the activation's coefficient
    (its default where None, ignored where it has none). At a kink the derivative is PyTorch's: ReLU'(0) = 0.
    """
    activation = find(name)
    points = torch.as_tensor(np.asarray(x, dtype=np.float64))
    coefficient = activation.default if parameter is None else parameter
    return activation.value(points, coefficient).numpy(), activation.derivative(points, coefficient).numpy()


@lru_cache(maxsize=64)
def _slopes(name: str, parameter: float | None) -> tuple[Array, Array]:
    """Return (x, |derivative|) from one tail to the other, x in steps of 0.01 and exactly 0 in the middle."""
    x = np.arange(-100 * FAR, 100 * FAR + 1) / 100
    return x, np.abs(curve(name, x, parameter)[1])


def _end_of_tail(x: Array, flat: NDArray[np.bool_]) -> float:
    """Return the last point of the flat run that x begins with: -inf if there is none, inf if all is flat."""
    if flat.all():
        return np.inf
    return float(x[np.argmin(flat) - 1]) if flat[0] else -np.inf


def zones(name: str, low: float, high: float, parameter: float | None = None, *, threshold: float = 0.05) -> list[Zone]:
    """Return the parts of [low, high] that lie in a tail where |derivative| stays below `threshold`.

    A tail reaches to infinity, so the lowest point of GELU, where the slope passes through 0, is none.
    """
    x, slopes = _slopes(name, parameter)
    left = _end_of_tail(x, slopes < threshold)
    right = -_end_of_tail(-x[::-1], slopes[::-1] < threshold)
    tails = [(low, min(high, left), slopes[0]), (max(low, left, right), high, slopes[-1])]
    return [Zone("dead" if slope == 0 else "saturated", start, end) for start, end, slope in tails if start < end]


def largest_derivative(name: str, parameter: float | None = None) -> float:
    """Return the largest |derivative|: 0.25 for sigmoid, 1 for tanh and ReLU. Depth n can pass on at most its n-th power."""
    return float(_slopes(name, parameter)[1].max())


def chain(name: str, x: ArrayLike, depth: int, parameter: float | None = None, *, weight: float = 1.0) -> Chain:
    """Pass x through `depth` units f(weight * x), one after another, and multiply their derivatives.

    x: any shape; depth >= 0. Gradients vanish where the product goes to 0 and explode where it grows.
    """
    values = [np.asarray(x, dtype=np.float64)]
    derivatives = [np.ones_like(values[0])]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(depth):
            value, slope = curve(name, weight * values[-1], parameter)
            values.append(value)
            derivatives.append(derivatives[-1] * weight * slope)
    return Chain(np.stack(values), np.stack(derivatives))


def softmax(logits: ArrayLike, temperature: ArrayLike = 1.0) -> Array:
    """Return softmax(logits / temperature) along the last axis.

    logits (..., C); temperature: a positive number, or (T, 1), several at once for logits (C,) -> (T, C).
    Low temperatures approach the one-hot maximum, high ones the uniform distribution. Raises ValueError if not positive.
    """
    heat = np.asarray(temperature, dtype=np.float64)
    if not np.all(heat > 0):
        raise ValueError(f"softmax temperature {temperature!r} is not positive")
    return F.softmax(torch.as_tensor(np.asarray(logits, dtype=np.float64) / heat)).numpy()


def softmax_jacobian(logits: ArrayLike, temperature: float = 1.0) -> Array:
    """Return d softmax_i / d logit_j = p_i ([i = j] - p_j) / temperature. logits (C,) -> (C, C), rows and columns sum to 0."""
    p = softmax(logits, temperature)
    return (np.diag(p) - np.outer(p, p)) / temperature


def random_layers(hidden: int, seed: int = 0) -> tuple[Array, Array, Array, Array]:
    """Return two layers 1 -> hidden -> 1 to play with: W1 (1, H), b1 (H,), W2 (H, 1), b2 (1,)."""
    rng = np.random.default_rng(seed)
    scale = 1.5 / np.sqrt(hidden)
    return (
        rng.normal(size=(1, hidden)),
        rng.normal(size=hidden),
        scale * rng.normal(size=(hidden, 1)),
        rng.normal(size=1),
    )


def collapse(weight1: ArrayLike, bias1: ArrayLike, weight2: ArrayLike, bias2: ArrayLike) -> tuple[Array, Array]:
    """Return the one affine layer that two without an activation between them amount to.

    (x W1 + b1) W2 + b2 = x (W1 W2) + (b1 W2 + b2). W1 (I, H), b1 (H,), W2 (H, O), b2 (O,) -> (I, O), (O,).
    """
    weight2 = np.asarray(weight2, dtype=np.float64)
    return np.asarray(weight1) @ weight2, np.asarray(bias1) @ weight2 + np.asarray(bias2)


def two_layers(
    x: ArrayLike,
    weight1: ArrayLike,
    bias1: ArrayLike,
    weight2: ArrayLike,
    bias2: ArrayLike,
    activation: str | None = None,
    parameter: float | None = None,
) -> Array:
    """Return f(x W1 + b1) W2 + b2, f the identity where `activation` is None. x (N, I), the rest as in `collapse` -> (N, O)."""
    hidden = np.asarray(x, dtype=np.float64) @ np.asarray(weight1) + np.asarray(bias1)
    if activation is not None:
        hidden = curve(activation, hidden, parameter)[0]
    return hidden @ np.asarray(weight2) + np.asarray(bias2)
