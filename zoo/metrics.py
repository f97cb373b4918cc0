"""How good a classifier is: accuracy, confusion, calibration. All from logits (N, C) and labels (N,) int64."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from zoo.data import normalize

CHUNK = 2_000
"""Images that go through a network at once when it is only read."""


@torch.inference_mode()
def predict(model: Callable[[Tensor], Tensor], images: Tensor, mean: float, std: float) -> Tensor:
    """Return logits (N, C) float32. model in eval mode; images uint8 (N, 28, 28); mean, std as in a recipe's preprocessing."""
    return torch.cat([model(normalize(chunk, mean, std)) for chunk in images.split(CHUNK)])


def accuracy(logits: Tensor, labels: Tensor) -> float:
    """Return the share of rows whose largest logit is at the label, in [0, 1]."""
    return (logits.argmax(1) == labels).double().mean().item()


def confusion(logits: Tensor, labels: Tensor) -> list[list[int]]:
    """Return counts (C, C): row = label, column = prediction."""
    num_classes = logits.shape[1]
    counts = torch.bincount(labels * num_classes + logits.argmax(1), minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes).tolist()


def expected_calibration_error(probabilities: Tensor, labels: Tensor, bins: int = 15) -> float:
    """Return the mean gap between confidence and accuracy over equal-width bins, weighted by their rows (Guo et al. 2017).

    probabilities (N, C), rows sum to 1. -> in [0, 1]
    """
    confidence, prediction = probabilities.max(1)
    hit = (prediction == labels).float()
    which = (confidence * bins).long().clamp(max=bins - 1)
    gaps = torch.zeros(bins, device=which.device).scatter_add_(0, which, confidence - hit)
    return (gaps.abs().sum() / len(labels)).item()


def reliability(probabilities: Tensor, labels: Tensor, bins: int = 10) -> tuple[tuple[int, float, float], ...]:
    """Return (answers, mean confidence, accuracy) of each bin of equal width in confidence; zeros where it is empty.

    probabilities (N, C), rows sum to 1; labels (N,) int64.
    """
    confidence, prediction = probabilities.double().max(1)
    which = (confidence * bins).long().clamp(max=bins - 1)
    count, sure, right = (
        torch.zeros(bins, dtype=torch.float64).scatter_add_(0, which, each).tolist()
        for each in (torch.ones_like(confidence), confidence, (prediction == labels).double())
    )
    return tuple((int(n), round(s / max(n, 1), 4), round(r / max(n, 1), 4)) for n, s, r in zip(count, sure, right))


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """Return the T > 0 for which softmax(logits / T) has the least cross entropy (Guo et al. 2017), within 1 %.

    Golden-section search over log T in [log 0.05, log 20], where the cross entropy has one minimum.
    """

    def loss(log_t: float) -> float:
        return torch.nn.functional.cross_entropy(logits / math.exp(log_t), labels).item()

    low, high = math.log(0.05), math.log(20)
    ratio = (math.sqrt(5) - 1) / 2
    while high - low > 0.01:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return math.exp((low + high) / 2)


def mean_and_std(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean and the sample standard deviation (n - 1; 0 for a single value)."""
    mean = sum(values) / len(values)
    if len(values) == 1:
        return mean, 0.0
    return mean, math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))
