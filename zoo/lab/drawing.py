"""One drawn digit under the microscope: how far it may be changed, and which of its pixels speak for which digit."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from zoo.models import SoftmaxRegression

Pixels = NDArray[np.uint8]

SIDE = 28
CHANGES = {
    "turn": tuple(7.5 * step for step in range(-8, 9)),
    "shift": tuple(float(step) for step in range(-8, 9)),
    "thicken": tuple(0.25 * step for step in range(-8, 9)),
}
"""Amounts worth trying, 0 in their middle: degrees counterclockwise, pixels to the right, pixels added on every side."""


def changed(image: Pixels, change: str, amounts: Sequence[float]) -> Pixels:
    """Return an image changed by each amount. image uint8 (28, 28), light on dark -> uint8 (N, 28, 28); 0 changes nothing.

    change: a key of CHANGES, with its unit; else a ValueError.
    """
    if change not in CHANGES:
        raise ValueError(f"unknown change {change!r}; expected one of {', '.join(CHANGES)}")
    x = torch.tensor(image, dtype=torch.float32).expand(len(amounts), 1, SIDE, SIDE)
    if change == "thicken":
        x = torch.stack([_thickened(picture, amount) for picture, amount in zip(x, amounts)])
    else:
        moves = torch.stack([_turn(amount) if change == "turn" else _shift(amount) for amount in amounts])
        grid = F.affine_grid(moves, list(x.shape), align_corners=False)
        x = F.grid_sample(x, grid, align_corners=False)
    return x[:, 0].round().clamp(0, 255).to(torch.uint8).numpy()


def _turn(degrees: float) -> Tensor:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return torch.tensor([[cos, -sin, 0.0], [sin, cos, 0.0]])


def _shift(pixels: float) -> Tensor:
    return torch.tensor([[1.0, 0.0, -2 * pixels / SIDE], [0.0, 1.0, 0.0]])


def _thickened(x: Tensor, pixels: float) -> Tensor:
    """Grow (or, below 0, thin) what is light by that many pixels on every side. x (1, H, W)."""
    sign = 1.0 if pixels >= 0 else -1.0
    x, left = sign * x, abs(pixels)
    while left > 0:
        x = torch.lerp(x, F.max_pool2d(x, 3, stride=1, padding=1), min(left, 1.0))
        left -= 1
    return sign * x


@torch.inference_mode()
def evidence(
    model: SoftmaxRegression, image: Pixels, *, mean: float, std: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what each pixel's light adds to each class's logit, and what each class has before any light falls in.

    image uint8 (28, 28) -> float32 (10, 28, 28) and (10,), which together sum to the logits: w · (p − mean) / std + b is
    w · p / std for pixels p in [0, 1], and b − mean / std · Σw, which no drawing changes.
    """
    weight, bias = model.linear.weight, model.linear.bias
    light = torch.tensor(image, dtype=torch.float32).flatten() / 255
    pixels = (weight * light / std).reshape(-1, SIDE, SIDE)
    return pixels.numpy(), (bias - weight.sum(1) * mean / std).numpy()
