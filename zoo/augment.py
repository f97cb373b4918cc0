"""Whole-batch augmentation: the random numbers of a batch are drawn first, then one warp moves all its images.

Drawing apart from applying lets several workers draw the same numbers and warp only their own rows, so that a
batch does not depend on how many workers share it.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class Augment:
    """How far a picture may be moved; each number is the half-width of a uniform distribution around no change."""

    degrees: float = 0.0  # rotation
    scale: float = 0.0  # relative, each axis on its own
    shear: float = 0.0  # of x along y
    shift: float = 0.0  # pixels, each axis
    elastic: float = 0.0  # standard deviation of a smooth random displacement, in pixels (Simard et al. 2003)
    thickness: float = 0.0  # 0 leaves strokes alone; 1 lets them grow or shrink by up to one pixel on each side
    flip: bool = False  # left-right, half of the pictures

    def draw(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        """Return the random numbers of n pictures: tensors of n rows on the generator's device."""
        device = generator.device
        u = torch.rand((n, 7), generator=generator, device=device) * 2 - 1
        angle = u[:, 0] * math.radians(self.degrees)
        stretch_x, stretch_y = 1 + u[:, 1] * self.scale, 1 + u[:, 2] * self.scale
        if self.flip:
            stretch_x = stretch_x * torch.where(u[:, 6] < 0, -1.0, 1.0)
        cos, sin = torch.cos(angle), torch.sin(angle)
        shear = u[:, 3] * self.shear
        moves = u[:, 4:6] * self.shift / 14  # grid_sample's unit is half the width of 28 pixels
        theta = torch.stack(
            [
                torch.stack([cos * stretch_x, (shear * cos - sin) * stretch_y, moves[:, 0]], 1),
                torch.stack([sin * stretch_x, (shear * sin + cos) * stretch_y, moves[:, 1]], 1),
            ],
            1,
        )
        numbers = {"theta": theta}
        if self.elastic:
            noise = torch.randn((n, 2, 6, 6), generator=generator, device=device)
            numbers["noise"] = noise * (self.elastic / 14)
        if self.thickness:
            numbers["thickness"] = (torch.rand((n,), generator=generator, device=device) * 2 - 1) * self.thickness
        return numbers

    def __call__(self, x: Tensor, numbers: dict[str, Tensor]) -> Tensor:
        """Return the pictures moved. x (N, 1, 28, 28) float with ground 0; numbers: N rows from `draw`."""
        grid = F.affine_grid(numbers["theta"], [len(x), 1, 28, 28], align_corners=False)
        if "noise" in numbers:
            smooth = _spread(28, 6, x.device)
            grid = grid + (smooth @ numbers["noise"] @ smooth.T).permute(0, 2, 3, 1)
        x = F.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
        if "thickness" in numbers:
            x = _thicken(x, numbers["thickness"])
        return x


def _spread(size: int, knots: int, device: torch.device) -> Tensor:
    """Return (size, knots): the weights that interpolate `knots` values smoothly over `size` pixels (cubic B-spline)."""
    positions = torch.linspace(0, knots - 1, size, device=device)
    t = (positions[:, None] - torch.arange(knots, device=device)[None, :]).abs()
    return torch.where(t < 1, 2 / 3 - t**2 + t**3 / 2, torch.where(t < 2, (2 - t) ** 3 / 6, 0.0))


def _thicken(x: Tensor, amount: Tensor) -> Tensor:
    """Mix each picture with its 3 x 3 dilation (amount > 0) or erosion (amount < 0). x (N, 1, H, W), amount (N,) in [-1, 1].

    An erosion is the dilation of the negative, so one pass of shifted maxima serves both.
    """
    amount = amount[:, None, None, None]
    sign = torch.where(amount < 0, -1.0, 1.0)
    rows = x * sign
    grown = rows.clone()
    torch.maximum(grown[..., 1:, :], rows[..., :-1, :], out=grown[..., 1:, :])
    torch.maximum(grown[..., :-1, :], rows[..., 1:, :], out=grown[..., :-1, :])
    columns = grown.clone()
    torch.maximum(grown[..., 1:], columns[..., :-1], out=grown[..., 1:])
    torch.maximum(grown[..., :-1], columns[..., 1:], out=grown[..., :-1])
    return torch.lerp(x, grown.mul_(sign), amount.abs())
