"""Loss functions as the explorers show them: values with their gradients, and where the textbook formulas break.

Numbers come in as anything NumPy takes and go out as float64 arrays, unless float32 is the point.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from zoo import functional as F

Array = NDArray[np.float64]

REGRESSION: dict[str, Callable[[Tensor, Tensor, float], Tensor]] = {
    "l1": lambda x, y, _: F.l1_loss(x, y, reduction="none"),
    "mse": lambda x, y, _: F.mse_loss(x, y, reduction="none"),
    "huber": lambda x, y, delta: F.huber_loss(x, y, delta=delta, reduction="none"),
}
"""The losses of a residual by name."""


class CrossEntropy(NamedTuple):
    """Cross entropy, step by step."""

    log_probabilities: Array
    """(N, C)"""
    probabilities: Array
    """(N, C)"""
    value: Array
    """The loss: a scalar, or (N,) where reduction is "none"."""
    gradient: Array
    """(N, C): d sum(value) / d logits; for one row without weights or smoothing p - y."""


class BinaryCrossEntropy(NamedTuple):
    """One loss, three ways, elementwise and in float32."""

    probabilities: NDArray[np.float32]
    """sigmoid(logits)"""
    naive: NDArray[np.float32]
    """-(y log p + (1 - y) log(1 - p)) as printed: inf, or nan, once p rounds to 0 or 1."""
    clamped: NDArray[np.float32]
    """The same with logs cut off at -100, as BCELoss: finite, but wrong and flat."""
    with_logits: NDArray[np.float32]
    """From the logits, as BCEWithLogitsLoss: right everywhere."""


class LastLayer(NamedTuple):
    """What goes with a kind of problem, as PyTorch code: the last layer's activation, the loss, the targets it takes."""

    problem: str
    activation: str
    loss: str
    targets: str


LAST_LAYERS: tuple[LastLayer, ...] = (
    LastLayer("regression", "nn.Identity()", "nn.MSELoss()", "torch.rand(N, 1)"),
    LastLayer("regression", "nn.Identity()", "nn.HuberLoss()", "torch.rand(N, 1)"),
    LastLayer("binary", "nn.Identity()", "nn.BCEWithLogitsLoss()", "torch.randint(2, (N, 1)).float()"),
    LastLayer("binary", "nn.Sigmoid()", "nn.BCELoss()", "torch.randint(2, (N, 1)).float()"),
    LastLayer("binary", "nn.Identity()", "nn.SoftMarginLoss()", "2 * torch.randint(2, (N, 1)).float() - 1"),
    LastLayer("multi-class", "nn.Identity()", "nn.CrossEntropyLoss()", "torch.randint(C, (N,))"),
    LastLayer("multi-class", "nn.LogSoftmax(dim=1)", "nn.NLLLoss()", "torch.randint(C, (N,))"),
    LastLayer("multi-label", "nn.Identity()", "nn.MultiLabelSoftMarginLoss()", "torch.randint(2, (N, C)).float()"),
    LastLayer("multi-label", "nn.Identity()", "nn.BCEWithLogitsLoss()", "torch.randint(2, (N, C)).float()"),
)
"""Which last layer goes with which loss; of each problem's, the better one first."""


def _tensor(values: ArrayLike) -> Tensor:
    return torch.as_tensor(np.asarray(values, dtype=np.float64))


def _with_gradient(loss: Callable[[Tensor], Tensor], x: ArrayLike) -> tuple[Array, Array]:
    """Return (loss(x), d sum(loss(x)) / d x)."""
    point = _tensor(x).clone().requires_grad_()
    value = loss(point)
    (gradient,) = torch.autograd.grad(value.sum(), point)
    return value.detach().numpy(), gradient.numpy()


def regression(name: str, residual: ArrayLike, *, delta: float = 1.0) -> tuple[Array, Array]:
    """Return (loss, gradient) of each residual, prediction - target, any shape. name: "l1", "mse" or "huber"."""
    if name not in REGRESSION:
        raise ValueError(f"unknown loss {name!r}; expected one of {', '.join(REGRESSION)}")
    return _with_gradient(lambda r: REGRESSION[name](r, torch.zeros_like(r), delta), residual)


def cross_entropy(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> CrossEntropy:
    """Return the cross entropy of softmax(logits) with its gradient.

    logits (N, C); labels (N,) integers in [0, C) or `ignore_index`, or (N, C) floats, a distribution a row;
    weight (C,); reduction "none", "mean" or "sum"; the arguments are those of `torch.nn.functional.cross_entropy`.
    NLL of `log_probabilities` is the same number.
    """
    targets = np.asarray(labels)
    rows = torch.as_tensor(targets) if targets.dtype.kind in "iu" else _tensor(targets)
    value, gradient = _with_gradient(
        lambda x: F.cross_entropy(
            x,
            rows,
            weight=None if weight is None else _tensor(weight),
            ignore_index=ignore_index,
            reduction=reduction,
            label_smoothing=label_smoothing,
        ),
        logits,
    )
    log_probabilities = F.log_softmax(_tensor(logits), dim=1).numpy()
    return CrossEntropy(log_probabilities, np.exp(log_probabilities), value, gradient)


def smoothed(labels: ArrayLike, classes: int, label_smoothing: float) -> Array:
    """Return the distributions (N, C) that label smoothing makes of labels (N,): their entropy is the least loss possible."""
    return np.eye(classes)[np.asarray(labels)] * (1 - label_smoothing) + label_smoothing / classes


def double_softmax(logits: ArrayLike, labels: ArrayLike) -> tuple[CrossEntropy, CrossEntropy]:
    """Return the cross entropy of logits as it should be, and of softmax(logits) given as if they were logits.

    logits (N, C), labels (N,) integers; `value` (N,); both gradients are by the logits.
    """
    once = cross_entropy(logits, labels, reduction="none")
    rows = torch.as_tensor(np.asarray(labels))
    value, gradient = _with_gradient(lambda x: F.cross_entropy(F.softmax(x, dim=1), rows, reduction="none"), logits)
    log_probabilities = F.log_softmax(_tensor(once.probabilities), dim=1).numpy()
    return once, CrossEntropy(log_probabilities, np.exp(log_probabilities), value, gradient)


def double_softmax_floor(classes: int = 10) -> float:
    """Return log(e + C - 1) - 1, the loss below which a softmax before the cross entropy can't get: 1.4612 for 10 classes."""
    return float(np.log(np.e + classes - 1) - 1)


def naive_softmax(logits: ArrayLike) -> NDArray[np.float32]:
    """Return exp(x) / sum(exp(x)) along the last axis in float32, as printed: nan once a logit passes 88.7."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        e = np.exp(np.asarray(logits, dtype=np.float32))
        return e / e.sum(axis=-1, keepdims=True)


def binary_cross_entropy(logits: ArrayLike, targets: ArrayLike) -> BinaryCrossEntropy:
    """Return the binary cross entropy in float32 three ways. logits: any shape; targets: the same, in [0, 1]."""
    z, y = (torch.from_numpy(np.asarray(a, dtype=np.float32)) for a in (logits, targets))
    # torch's own functions: NumPy's round otherwise in the last digit, which decides where p becomes 0 or 1
    p = 1 / (1 + torch.exp(-z))
    naive = -(y * torch.log(p) + (1 - y) * torch.log(1 - p))
    sigmoid = torch.sigmoid(z)
    return BinaryCrossEntropy(
        sigmoid.numpy(),
        naive.numpy(),
        F.binary_cross_entropy(sigmoid, y, reduction="none").numpy(),
        F.binary_cross_entropy_with_logits(z, y, reduction="none").numpy(),
    )


def soft_margin(logits: ArrayLike, targets: ArrayLike, *, reduction: str = "mean") -> tuple[Array, Array]:
    """Return (log(1 + exp(-y x)), its gradient by x), as `torch.nn.SoftMarginLoss`. targets -1 or 1, shaped as logits."""
    y = _tensor(targets)
    return _with_gradient(
        lambda x: F.binary_cross_entropy_with_logits(x * y, torch.ones_like(x), reduction=reduction), logits
    )


def multilabel_soft_margin(
    logits: ArrayLike, targets: ArrayLike, *, weight: ArrayLike | None = None, reduction: str = "mean"
) -> tuple[Array, Array]:
    """Return the binary cross entropy averaged over each row's classes, and its gradient.

    As `torch.nn.MultiLabelSoftMarginLoss`. logits (N, C), targets (N, C) 0 or 1, weight (C,).
    """
    y = _tensor(targets)
    scale = None if weight is None else _tensor(weight)

    def loss(x: Tensor) -> Tensor:
        value = F.binary_cross_entropy_with_logits(x, y, weight=scale, reduction=reduction)
        if reduction == "mean":
            return value
        return value.mean(dim=1) if reduction == "none" else value / y.shape[1]

    return _with_gradient(loss, logits)


MARGINS: dict[str, Callable[[Tensor, float], Tensor]] = {
    "hinge": lambda m, _: torch.clamp(1 - m, min=0),
    "squared_hinge": lambda m, _: torch.clamp(1 - m, min=0) ** 2,
    "soft_margin": lambda m, _: F.binary_cross_entropy_with_logits(m, torch.ones_like(m), reduction="none"),
    "focal": lambda m, gamma: (
        (1 - F.sigmoid(m)) ** gamma * F.binary_cross_entropy_with_logits(m, torch.ones_like(m), reduction="none")
    ),
}
"""Losses of a margin m = y x, y = -1 or 1, by name; focal takes gamma (Lin et al. 2017)."""


def margin(name: str, margins: ArrayLike, *, gamma: float = 2.0) -> tuple[Array, Array]:
    """Return (loss, its derivative) of each margin, any shape. name: a key of MARGINS."""
    if name not in MARGINS:
        raise ValueError(f"unknown loss {name!r}; expected one of {', '.join(MARGINS)}")
    return _with_gradient(lambda m: MARGINS[name](m, gamma), margins)
