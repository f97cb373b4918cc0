"""Is a picture like anything that a network was trained on? A distance from held-out images, and its threshold.

A picture is described by what the network answers (its logits) and by what it looks like (a thumbnail of 7 x 7 grey
levels). Where familiar pictures lie is described by a mean for each class and one covariance for all, and strangeness is the
squared Mahalanobis distance from the nearest class (Lee et al. 2018, arXiv:1807.03888, on these features).
"""

from typing import Any

import torch
from torch import Tensor

SIDE = 7
SCALE = 10.0  # grey levels run from 0 to 10, so that they spread about as much as logits do
RIDGE = 1e-3  # of the mean variance, added to each: corners that are always dark have none of their own


def features(images: Tensor, logits: Tensor) -> Tensor:
    """Return the description (N, C + 49) float64. images uint8 (N, 28, 28), logits (N, C)."""
    greys = torch.nn.functional.avg_pool2d(images[:, None].double() / 255, 28 // SIDE)
    return torch.cat([logits.double(), SCALE * greys.flatten(1)], dim=1)


def fit(described: Tensor, labels: Tensor, share: float) -> dict[str, Any]:
    """Return the means, the precision matrix and the threshold that `share` of these pictures stay below, as plain numbers.

    described (N, D): from `features`, of held-out images; labels (N,) int64.
    """
    means = torch.stack([described[labels == label].mean(0) for label in range(int(labels.max()) + 1)])
    spread = described - means[labels]
    covariance = spread.T @ spread / len(spread)
    covariance += RIDGE * covariance.diagonal().mean() * torch.eye(len(covariance))
    found = {"means": _rounded(means), "precision": _rounded(torch.linalg.inv(covariance))}
    return {**found, "threshold": strangeness(described, found).quantile(share).item()}


def strangeness(described: Tensor, familiar: dict[str, Any]) -> Tensor:
    """Return the squared distance (N,) of pictures (N, D) from the nearest class. familiar: from `fit`."""
    away = described[:, None] - torch.tensor(familiar["means"], dtype=torch.float64)
    precision = torch.tensor(familiar["precision"], dtype=torch.float64)
    return ((away @ precision) * away).sum(2).amin(1)


def _rounded(matrix: Tensor) -> list[list[float]]:
    return [[float(f"{value:.6g}") for value in row] for row in matrix.tolist()]
