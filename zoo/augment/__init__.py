"""Augmentation of whole batches: the random numbers of all pictures are sampled first, then applied to a batch at a time.

Sampling apart from applying lets several workers sample the same numbers and change only their own rows, so that an epoch does
not depend on how many workers share it, and lets a teacher see just what its student will see.
"""

from typing import Any, ClassVar, Protocol

import torch
from torch import Tensor

SIDE = 28


class Augmentation(Protocol):
    """A way to change pictures; a frozen dataclass, whose defaults change nothing."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def sample(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        """Return the random numbers of n pictures: tensors of n rows on the generator's device."""
        ...

    def __call__(self, images: Tensor, numbers: dict[str, Tensor]) -> Tensor:
        """Return the pictures changed, (N, 28, 28) in [0, 255]. images uint8 (N, 28, 28), ground 0; numbers: as sampled."""
        ...
