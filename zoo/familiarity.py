"""Is a picture like anything that a network was trained on? A small network beside it that learned to tell, and its threshold.

A picture is described by what the network answers (its logits) and by what it looks like (a thumbnail of 14 x 14 grey levels).
One hidden layer was fitted on such descriptions of training images and of drawn pictures that are none (outlier exposure,
Hendrycks et al. 2019, arXiv:1812.04606); its output, before a sigmoid, is the strangeness. Compared on letters of handwriting
fonts with 1 % of digits flagged: 12 % of the letters are flagged by the squared Mahalanobis distance of logits and a
thumbnail of 7 x 7 from the nearest class (Lee et al. 2018, arXiv:1807.03888), which folders of version 0.1 hold, 84 to 90 %
by this, and as many where the layer before the last is added.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

GREYS = 14  # a side of the thumbnail
HIDDEN = 32
SCALE = 0.1  # of logits, so that they spread about as much as grey levels in [0, 1] do


@dataclass(frozen=True)
class Familiar:
    """A network of one hidden layer on descriptions (N, D), in float32 in its file and in float64 at work."""

    hidden: Tensor  # (HIDDEN, D)
    hidden_bias: Tensor  # (HIDDEN,)
    output: Tensor  # (HIDDEN,)
    output_bias: Tensor  # (1,)
    threshold: float

    dtype: ClassVar = torch.float32

    @property
    def tensors(self) -> dict[str, Tensor]:
        """What a file of it holds."""
        return {
            "hidden": self.hidden,
            "hidden_bias": self.hidden_bias,
            "output": self.output,
            "output_bias": self.output_bias,
        }

    @staticmethod
    def shapes(classes: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of those tensors."""
        width = classes + GREYS**2
        return {"hidden": (HIDDEN, width), "hidden_bias": (HIDDEN,), "output": (HIDDEN,), "output_bias": (1,)}

    def strangeness(self, images: Tensor, logits: Tensor) -> Tensor:
        """Return how strange pictures are, float64 (N,). images uint8 (N, 28, 28), logits (N, C)"""
        active = F.relu(features(images, logits) @ self.hidden.double().T + self.hidden_bias.double())
        return active @ self.output.double() + self.output_bias.double()


def features(images: Tensor, logits: Tensor) -> Tensor:
    """Return the description (N, C + 196) float64. images uint8 (N, 28, 28), logits (N, C)."""
    greys = F.avg_pool2d(images[:, None].double() / 255, 28 // GREYS)
    return torch.cat([SCALE * logits.double(), greys.flatten(1)], dim=1)


def fit(known: Tensor, strange: Tensor, generator: torch.Generator, *, epochs: int = 15, lr: float = 1e-2) -> Familiar:
    """Return the network that tells two sets of descriptions apart, (N, D) and (M, D), with no threshold yet."""
    x = torch.cat([known, strange]).float()
    truth = torch.cat([torch.zeros(len(known)), torch.ones(len(strange))])
    mean, std = x.mean(0), x.std(0).clamp(min=1e-2)
    x = (x - mean) / std
    width = x.shape[1]
    first = torch.randn(HIDDEN, width, generator=generator) * (2 / width) ** 0.5
    last = torch.randn(HIDDEN, generator=generator) * (2 / HIDDEN) ** 0.5
    weights = [each.requires_grad_() for each in (first, torch.zeros(HIDDEN), last, torch.zeros(1))]
    optimizer = torch.optim.AdamW(weights, weight_decay=1e-2, fused=True)
    batches = len(x) // 256 or 1
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, total_steps=epochs * batches)
    for _ in range(epochs):
        for rows in torch.randperm(len(x), generator=generator).chunk(batches):
            optimizer.zero_grad()
            score = F.relu(x[rows] @ weights[0].T + weights[1]) @ weights[2] + weights[3]
            F.binary_cross_entropy_with_logits(score, truth[rows]).backward()
            optimizer.step()
            rates.step()
    hidden, bias, output, output_bias = (each.detach() for each in weights)
    return Familiar(hidden / std, bias - hidden @ (mean / std), output, output_bias, float("inf"))


@dataclass(frozen=True)
class Distances:
    """What a folder of version 0.1 holds: a mean for each class and one covariance of logits and a thumbnail of 7 x 7."""

    means: Tensor  # float64 (classes, D)
    precision: Tensor  # float64 (D, D), the inverse of the covariance
    threshold: float

    dtype: ClassVar = torch.float64

    @staticmethod
    def shapes(classes: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the tensors in its file."""
        width = classes + 49
        return {"means": (classes, width), "precision": (width, width)}

    @property
    def tensors(self) -> dict[str, Tensor]:
        """What a file of it holds."""
        return {"means": self.means, "precision": self.precision}

    def strangeness(self, images: Tensor, logits: Tensor) -> Tensor:
        """Return the squared Mahalanobis distance (N,) from the nearest class. images uint8 (N, 28, 28), logits (N, C)"""
        greys = F.avg_pool2d(images[:, None].double() / 255, 4).flatten(1)
        distance = torch.cat([logits.double(), 10 * greys], 1)[:, None] - self.means
        return ((distance @ self.precision) * distance).sum(2).amin(1)
