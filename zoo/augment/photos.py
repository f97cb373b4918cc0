"""Whole-batch augmentation for clothes: what preparing would have made of a photo of the same garment.

A photographed garment lies turned and pulled about, its outline is found a little wrong, scraps of the ground stay with
it, and light and colour give it other greys.
"""

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional as F

from zoo.augment import SIDE
from zoo.augment.move import Move
from zoo.augment.warp import splines

CLOTH = 0.04  # pixels above this belong to the garment; Fashion-MNIST's ground is 0


@dataclass(frozen=True)
class Photos:
    """How far a photo's garment may be from the data set's; every number 0 changes nothing but the fit to the frame."""

    share: float = 0.0  # of the pictures that are made to look photographed
    degrees: float = 0.0  # rotation, half-width
    stretch: float = 0.0  # of each axis, relative, half-width
    shear: float = 0.0  # of x along y, half-width
    elastic: float = 0.0  # standard deviation of a smooth displacement, in pixels
    tone: float = 0.0  # how far gamma, contrast and the darkest grey of the cloth change
    invert: float = 0.0  # chance that light cloth and dark change places
    texture: float = 0.0  # standard deviation of what light and weave add to the greys
    ragged: float = 0.0  # how far the outline strays: 0.3 is up to about a pixel
    scraps: float = 0.0  # chance that a piece of ground stays on, or that a piece of the garment is lost
    flip: bool = False  # left-right, half of the photographed ones: in the data set every shoe points one way
    move: Move = field(default_factory=Move)  # what every picture goes through first

    def sample(self, n: int, generator: torch.Generator) -> dict[str, Tensor]:
        """Return the random numbers of n pictures: tensors of n rows on the generator's device."""
        device = generator.device

        def normal(*shape: int) -> Tensor:
            return torch.randn((n, *shape), generator=generator, device=device)

        u = torch.rand((n, 11), generator=generator, device=device)
        away = 2 * u[:, :8] - 1
        changed = u[:, 8] < self.share
        numbers = self.move.sample(n, generator) | {
            "changed": changed.float(),
            "turn": away[:, 0] * math.radians(self.degrees),
            "stretch": (away[:, 1:3] * self.stretch).exp(),
            "shear": away[:, 3] * self.shear,
            "gamma": (away[:, 4] * 1.2 * self.tone).exp(),
            "contrast": 1 - self.tone * u[:, 5],
            "lift": self.tone * u[:, 6],
            "inverted": (u[:, 9] < self.invert).float(),
            "ground": u[:, 7],
            "scrapped": (u[:, 10] < self.scraps).float(),
            "bend": normal(2, 5, 5) * (self.elastic / (SIDE / 2)),
            "weave": normal(1, 9, 9) * self.texture,
            "edge": normal(1, 11, 11) * self.ragged,
            "pieces": normal(1, 5, 5),
        }
        if self.flip:
            turned = changed & (torch.rand((n,), generator=generator, device=device) < 0.5)
            numbers["mirrored"] ^= turned
        return numbers

    def __call__(self, images: Tensor, numbers: dict[str, Tensor]) -> Tensor:
        """Return the pictures as photographed, float32 (N, 28, 28) in [0, 255]. images uint8 (N, 28, 28); numbers: as sampled."""
        x = self.move(images, numbers).unsqueeze(1) / 255
        changed = numbers["changed"].nonzero().squeeze(1)
        if len(changed):
            x[changed] = _photograph(x[changed], {key: value[changed] for key, value in numbers.items()})
        return x.squeeze(1).mul_(255)


def _photograph(x: Tensor, numbers: dict[str, Tensor]) -> Tensor:
    column = {key: value.view(-1, 1, 1, 1) for key, value in numbers.items() if value.dim() == 1}
    moved = _warp(x, numbers)
    inside = (moved > CLOTH).float()
    weave = _smooth(numbers["weave"])
    greys = (_tone(moved, inside, column) + weave).clamp_(CLOTH, 1)
    ground = (column["ground"] + weave).clamp_(CLOTH, 1)
    return _outline(inside, numbers, column) * torch.lerp(ground, greys, inside)


def _warp(x: Tensor, numbers: dict[str, Tensor]) -> Tensor:
    """Turn, stretch and bend, and fit the garment to the frame again, as cropping does. -> (N, 1, 28, 28)."""
    cos, sin = numbers["turn"].cos(), numbers["turn"].sin()
    wide, high = numbers["stretch"].unbind(1)
    # Where a garment's pixel goes: out = shape @ place.
    shape = torch.stack([wide * cos, -high * sin + numbers["shear"], wide * sin, high * cos], 1).view(-1, 2, 2)
    low_end, high_end = _extent(x[:, 0] > CLOTH, shape)
    scale = ((high_end - low_end).amax(1) / 2).clamp(0.1, 4)
    inverse = torch.linalg.inv(shape)
    centre = (high_end + low_end)[:, :, None] / 2
    theta = torch.cat([inverse * scale[:, None, None], inverse @ centre], 2)
    grid = F.affine_grid(theta, [len(x), 1, SIDE, SIDE], align_corners=False)
    grid = grid + _smooth(numbers["bend"]).permute(0, 2, 3, 1)
    return F.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _extent(cloth: Tensor, shape: Tensor) -> tuple[Tensor, Tensor]:
    """Return the box that cloth (N, 28, 28) bool fills once shape (N, 2, 2) has moved it: its two corners (N, 2)."""
    edges = torch.linspace(-1, 1, SIDE + 1, device=cloth.device)
    filled = cloth.any(2)
    left, right = edges[cloth.byte().argmax(2)], edges[SIDE - cloth.flip(2).byte().argmax(2)]  # of each row
    middle = (edges[:-1] + edges[1:]) / 2
    slope, rise = shape[:, :, 0, None], shape[:, :, 1, None] * middle  # (N, 2, 1) and (N, 2, 28)
    ends = torch.stack([slope * left[:, None] + rise, slope * right[:, None] + rise])
    low = ends.amin(0).masked_fill(~filled[:, None], 4).amin(2)
    return low, ends.amax(0).masked_fill(~filled[:, None], -4).amax(2)


def _tone(x: Tensor, inside: Tensor, column: dict[str, Tensor]) -> Tensor:
    """Change the greys of the garment: inversion, gamma, contrast about the mean, a lighter darkest grey."""
    core = _blur(inside) > 0.99  # the rim holds grey of cloth and ground mixed, which must stay darker than the cloth
    greys = torch.where((column["inverted"] > 0) & core, 1 - x, x).clamp(1e-3, 1) ** column["gamma"]
    mean = (greys * inside).sum((2, 3), keepdim=True) / inside.sum((2, 3), keepdim=True).clamp(min=1)
    greys = mean + column["contrast"] * (greys - mean)
    return column["lift"] + (1 - column["lift"]) * greys


def _outline(inside: Tensor, numbers: dict[str, Tensor], column: dict[str, Tensor]) -> Tensor:
    """Return a mask that is a little wrong at its edge, with a scrap of ground now and then or without a piece."""
    soft = _blur(inside)
    pieces = _smooth(numbers["pieces"])
    near = (_blur(soft) > 0).float()  # a scrap of ground lies by the garment
    wrong = column["scrapped"] * ((pieces > 0.9) * near - (pieces < -1.0).float())
    stray = _smooth(numbers["edge"]) * (1 - (2 * soft - 1).abs())
    # A strap one pixel wide stays: what is inside counts for more than its neighbours.
    return (8 * (0.75 * soft + 0.25 * inside - 0.45 + stray + wrong) + 0.5).clamp(0, 1)


def _blur(x: Tensor) -> Tensor:
    """Average over 3 x 3 pixels, nothing beyond the frame. (N, 1, 28, 28) -> the same."""
    rows = x.clone()
    rows[..., 1:, :] += x[..., :-1, :]
    rows[..., :-1, :] += x[..., 1:, :]
    total = rows.clone()
    total[..., 1:] += rows[..., :-1]
    total[..., :-1] += rows[..., 1:]
    return total.div_(9)


def _smooth(knots: Tensor) -> Tensor:
    """Interpolate knots (N, C, k, k) smoothly over the picture. -> (N, C, 28, 28)."""
    weights = splines(knots.shape[-1], knots.device)
    return weights @ knots @ weights.T


PHOTOS = Photos(
    share=0.5,
    degrees=15.0,
    stretch=0.2,
    shear=0.15,
    elastic=0.8,
    tone=0.4,
    invert=0.2,
    texture=0.08,
    ragged=0.3,
    scraps=0.15,
    flip=True,
)
