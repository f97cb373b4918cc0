"""Pictures moved by whole pixels, mirrored and covered: augmentation for clothes that already fill their frame."""

import functools
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from zoo.augment import SIDE


@dataclass(frozen=True)
class Move:
    """How pictures may be moved without being blurred, and covered: what suits clothes that already fill their frame."""

    shift: int = 0  # whole pixels, each axis, up to this many either way
    flip: bool = False  # left-right, half of the pictures
    cover: int = 0  # side in pixels of a black square at a random place (DeVries and Taylor 2017, arXiv:1708.04552)

    def sample(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        """Return the random numbers of n pictures: tensors of n rows on the generator's device."""
        u = torch.rand((n, 5), generator=generator, device=generator.device)
        return {
            "mirrored": ((u[:, 0] < 0.5) & self.flip).long(),
            "moves": (u[:, 1:3] * (2 * self.shift + 1)).long(),
            "corner": (u[:, 3:5] * (SIDE + self.cover)).long() - self.cover,
        }

    def __call__(self, images: Tensor, numbers: dict[str, Tensor]) -> Tensor:
        """Return the pictures changed, uint8 (N, 28, 28). images uint8 (N, 28, 28), ground 0; numbers: as sampled."""
        side = SIDE + 2 * self.shift
        padded = F.pad(images, (self.shift,) * 4).flatten(1)
        offset = numbers["moves"][:, 0] * side + numbers["moves"][:, 1]
        places = _places(side, images.device).index_select(0, numbers["mirrored"]).add_(offset[:, None])
        moved = padded.gather(1, places).view(-1, SIDE, SIDE)
        if self.cover:
            inside = _within(numbers["corner"], self.cover)
            moved = moved.masked_fill_(inside[:, 0, :, None] & inside[:, 1, None, :], 0)
        return moved


@functools.lru_cache(maxsize=8)
def _places(side: int, device: torch.device) -> Tensor:
    """Return (2, 784): where in a padded picture of `side` the pixels of its first corner lie, and mirrored."""
    column = torch.arange(SIDE, device=device)
    rows = torch.arange(SIDE, device=device)[:, None] * side
    return torch.stack([(rows + column).flatten(), (rows + column.flip(0)).flatten()])


def _within(corner: Tensor, size: int) -> Tensor:
    """Return (N, 2, 28) bool: the rows and the columns that a square covers. corner (N, 2) int64."""
    pixel = torch.arange(SIDE, device=corner.device)
    return (pixel >= corner[:, :, None]) & (pixel < corner[:, :, None] + size)
