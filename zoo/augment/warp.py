"""Strokes moved, turned, bent and thickened: augmentation for digits."""

import functools
import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from zoo.augment import SIDE

KNOTS = 6
"""Knots a side of the elastic displacement."""


@dataclass(frozen=True)
class Warp:
    """How far strokes may be moved and thickened; each number is the half-width of a uniform distribution around no change."""

    degrees: float = 0.0  # rotation
    scale: float = 0.0  # relative, each axis on its own
    shear: float = 0.0  # of x along y
    shift: float = 0.0  # pixels, each axis
    elastic: float = 0.0  # standard deviation of a smooth random displacement, in pixels (Simard et al. 2003)
    thickness: float = 0.0  # 0 leaves strokes alone; 1 lets them grow or shrink by up to one pixel on each side

    def sample(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        """Return the random numbers of n pictures: tensors of n rows on the generator's device."""
        u = torch.rand((n, 7), generator=generator, device=generator.device) * 2 - 1
        angle = u[:, 0] * math.radians(self.degrees)
        stretch_x, stretch_y = 1 + u[:, 1] * self.scale, 1 + u[:, 2] * self.scale
        cos, sin = torch.cos(angle), torch.sin(angle)
        shear = u[:, 3] * self.shear
        moves = u[:, 4:6] * (2 * self.shift / SIDE)  # grid_sample's unit is half the width
        x_row = [cos * stretch_x, (shear * cos - sin) * stretch_y, moves[:, 0]]
        y_row = [sin * stretch_x, (shear * sin + cos) * stretch_y, moves[:, 1]]
        field = torch.stack([torch.stack(x_row, 1), torch.stack(y_row, 1)], 1)
        if self.elastic:
            noise = torch.randn((n, 2, KNOTS**2), generator=generator, device=generator.device)
            field = torch.cat([field, noise * (2 * self.elastic / SIDE)], 2)
        return {"field": field, "thickness": u[:, 6] * self.thickness}

    def __call__(self, images: Tensor, numbers: dict[str, Tensor]) -> Tensor:
        """Return the pictures changed, float32 (N, 28, 28) in [0, 255]. images uint8 (N, 28, 28), ground 0."""
        thick = _thicken(images, numbers["thickness"]) if self.thickness else images.float()
        field = numbers["field"]
        grid = field.flatten(0, 1) @ _terms(field.shape[2], images.device)
        places = grid.view(-1, 2, SIDE, SIDE).permute(0, 2, 3, 1)
        moved = F.grid_sample(thick.unsqueeze(1), places, mode="bilinear", padding_mode="zeros", align_corners=False)
        return moved.squeeze(1)


@functools.lru_cache(maxsize=8)
def _terms(terms: int, device: torch.device) -> Tensor:
    """Return (terms, 784): what each number of a field adds to a place. x, y and 1, then the knots' cubic B-splines."""
    place = (torch.arange(SIDE, device=device) * 2 + 1) / SIDE - 1
    y, x = torch.meshgrid(place, place, indexing="ij")
    affine = torch.stack([x, y, torch.ones_like(x)])
    if terms == 3:
        return affine.flatten(1)
    spline = splines(KNOTS, device).T
    return torch.cat([affine.flatten(1), torch.kron(spline, spline)])


@functools.lru_cache(maxsize=16)
def splines(knots: int, device: torch.device) -> Tensor:
    """Return (28, knots): the weights that interpolate `knots` values smoothly over a side (cubic B-splines)."""
    t = (torch.linspace(0, knots - 1, SIDE, device=device)[:, None] - torch.arange(knots, device=device)).abs()
    return torch.where(t < 1, 2 / 3 - t**2 + t**3 / 2, torch.where(t < 2, (2 - t) ** 3 / 6, 0.0))


def _thicken(images: Tensor, amount: Tensor) -> Tensor:
    """Mix each picture with its 3 x 3 dilation (amount > 0) or erosion (< 0). uint8 (N, 28, 28), (N,) in [-1, 1] -> float32.

    An erosion is the dilation of the negative, and bytes go four times faster than floats, so one pass over bytes serves both.
    """
    negative = torch.where(amount < 0, 255, 0).to(torch.uint8)[:, None, None]
    original = images ^ negative
    rows = original.clone()
    torch.maximum(rows[:, 1:], original[:, :-1], out=rows[:, 1:])
    torch.maximum(rows[:, :-1], original[:, 1:], out=rows[:, :-1])
    grown = rows.clone()
    torch.maximum(grown[:, :, 1:], rows[:, :, :-1], out=grown[:, :, 1:])
    torch.maximum(grown[:, :, :-1], rows[:, :, 1:], out=grown[:, :, :-1])
    return torch.lerp(images.float(), (grown ^ negative).float(), amount.abs()[:, None, None])
