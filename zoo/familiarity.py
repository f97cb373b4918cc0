"""Is a picture like anything that a network was trained on? A distance from held-out images, and its threshold.

A picture is described by what the network answers (its logits) and by what it looks like (a thumbnail of 7 x 7 grey
levels). Where familiar pictures lie is described by a mean for each class and one covariance for all, and strangeness is the
squared Mahalanobis distance from the nearest class (Lee et al. 2018, arXiv:1807.03888, on these features).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

GREYS = 7  # a side of the thumbnail
SCALE = 10.0  # grey levels run from 0 to 10, so that they spread about as much as logits do
RIDGE = 1e-3  # of the mean variance, added to each: corners that are always dark have none of their own
DIGITS = 6  # significant ones that are kept of a matrix


@dataclass(frozen=True)
class Familiar:
    """Where the features (D,) of familiar pictures lie, and how far from it they may be."""

    means: Tensor  # float64 (classes, D)
    precision: Tensor  # float64 (D, D), the inverse of the covariance
    threshold: float

    def strangeness(self, features: Tensor) -> Tensor:
        """Return the squared distance (N,) of features (N, D) from the nearest class."""
        distance = features[:, None] - self.means
        return ((distance @ self.precision) * distance).sum(2).amin(1)

    def includes(self, features: Tensor) -> Tensor:
        """Tell of each row of features (N, D) whether it is familiar. -> bool (N,)"""
        return self.strangeness(features) <= self.threshold


def features(images: Tensor, logits: Tensor) -> Tensor:
    """Return the description (N, C + 49) float64. images uint8 (N, 28, 28), logits (N, C)."""
    greys = torch.nn.functional.avg_pool2d(images[:, None].double() / 255, 28 // GREYS)
    return torch.cat([logits.double(), SCALE * greys.flatten(1)], dim=1)


def fit(features: Tensor, labels: Tensor, share: float) -> Familiar:
    """Return where these pictures lie, with the threshold that `share` of them stay below.

    features (N, D): of held-out images; labels (N,) int64.
    """
    means = torch.stack([features[labels == label].mean(0) for label in range(int(labels.max()) + 1)])
    deviations = features - means[labels]
    covariance = deviations.T @ deviations / len(deviations)
    covariance += RIDGE * covariance.diagonal().mean() * torch.eye(len(covariance))
    unlimited = Familiar(_rounded(means), _rounded(torch.linalg.inv(covariance)), torch.inf)
    return Familiar(unlimited.means, unlimited.precision, unlimited.strangeness(features).quantile(share).item())


def _rounded(matrix: Tensor) -> Tensor:
    """Return a matrix with the significant digits that are kept, so that versions of PyTorch agree on the file."""
    return torch.tensor(
        [[float(f"{value:.{DIGITS}g}") for value in row] for row in matrix.tolist()], dtype=torch.float64
    )
