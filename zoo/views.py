"""Views: the training images as one epoch changes them, the same ones for a teacher who answers on them and for its student."""

from dataclasses import dataclass

import torch
from torch import Tensor

from zoo.augment import Move, Warp
from zoo.grounds import Grounds
from zoo.recipes import Recipe

CHUNK = 2_000
"""Images that are compared or blended at once."""
COMPONENTS = 64
"""Principal components in which images are compared; on clothes they hold nine tenths of the variance."""


@dataclass(frozen=True)
class View:
    """Training images and the random numbers that change them."""

    images: Tensor  # uint8 (N, 28, 28)
    augmentation: Move | Warp | Grounds | None
    numbers: dict[str, Tensor]  # of N rows each

    def __call__(self, rows: Tensor) -> Tensor:
        """Return some of the images as changed, (n, 28, 28) in [0, 255]. rows int64 (n,)."""
        picked = self.images.index_select(0, rows)  # 9 times faster than images[rows] on bytes
        if self.augmentation is None:
            return picked
        return self.augmentation(picked, {key: each.index_select(0, rows) for key, each in self.numbers.items()})


def draw(recipe: Recipe, images: Tensor, generator: torch.Generator, neighbours: Tensor | None = None) -> View:
    """Return a view of images uint8 (N, 28, 28), blended where they have neighbours (N, k), augmented as the recipe says."""
    augmentation = recipe.augmentation
    numbers = augmentation.draw(len(images), generator) if augmentation else {}
    numbers = {key: each.to(images.device) for key, each in numbers.items()}
    if neighbours is not None:
        images = blended(images, neighbours.to(images.device), generator)
    return View(images, augmentation, numbers)


def nearest(images: Tensor, k: int) -> Tensor:
    """Return the k nearest to each of images uint8 (N, 28, 28), int32 (N, k), by the distance of their principal components."""
    x = images.flatten(1).float() / 255
    x -= x.mean(0)
    _, directions = torch.linalg.eigh(x.T @ x)
    places = x @ directions[:, -COMPONENTS:]
    squares = places.square().sum(1)
    found = []
    for rows in torch.arange(len(places), device=images.device).split(CHUNK):
        distances = squares - 2 * places[rows] @ places.T  # less what is the same along a row
        distances[torch.arange(len(rows)), rows] = torch.inf
        found.append(distances.topk(k, largest=False).indices.int())
    return torch.cat(found)


def blended(images: Tensor, neighbours: Tensor, generator: torch.Generator) -> Tensor:
    """Return images part of the way, at most half, to one of their neighbours (after Chawla et al. 2002, arXiv:1106.1813).

    images uint8 (N, 28, 28), neighbours int (N, k); the same form comes back.
    """
    n, k = neighbours.shape
    choice = torch.randint(k, (n, 1), generator=generator, device=generator.device).to(images.device)
    share = (0.5 * torch.rand((n, 1, 1), generator=generator, device=generator.device)).to(images.device)
    partner = neighbours.long().gather(1, choice).squeeze(1)
    parts = []
    for rows in torch.arange(n, device=images.device).split(CHUNK):
        other = images.index_select(0, partner[rows]).float()
        parts.append(torch.lerp(images.index_select(0, rows).float(), other, share[rows]).round_().byte())
    return torch.cat(parts)
