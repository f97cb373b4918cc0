"""Draw what is neither a digit nor a garment: letters, signs, scribbles, two digits in one picture, noise, textures, blanks."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from zoo.synthetic import digits
from zoo.synthetic.digit_strokes import Way
from zoo.synthetic.letter_strokes import TAUGHT

SIDE = digits.SIDE
SCRIBBLE_KEYS = (4, 6, 9, 14)  # how many key points a scribble has


def letters(count: int, generator: torch.Generator, ways: Sequence[Way] = TAUGHT) -> Tensor:
    """Draw letters and signs with the pens and the wobble that digits are drawn with. -> uint8 (count, 28, 28)"""
    return digits.draw_ways(torch.randint(len(ways), (count,), generator=generator), ways, generator)


def scribbles(count: int, generator: torch.Generator) -> Tensor:
    """Draw curves through random points. -> uint8 (count, 28, 28)"""
    ways = [
        Way(1, (tuple((10 * float(x), 14 * float(y)) for x, y in torch.rand(keys, 2, generator=generator)),))
        for keys in SCRIBBLE_KEYS
        for _ in range(24)
    ]
    return digits.draw_ways(torch.randint(len(ways), (count,), generator=generator), ways, generator)


def several(count: int, generator: torch.Generator) -> Tensor:
    """Draw two digits beside each other, fitted to the frame as preparing would. -> uint8 (count, 28, 28)"""
    labels = torch.randint(10, (2, count), generator=generator)
    left, right = (digits.draw(each, generator).float() for each in labels)
    both = torch.cat([left[:, :, 3:25], right[:, :, 3:25]], 2)[:, None]  # (count, 1, 28, 44)
    squeezed = F.interpolate(F.pad(both, (0, 0, 8, 8)), size=(SIDE, SIDE), mode="bilinear", antialias=True)
    return squeezed[:, 0].round().to(torch.uint8)


def noise(count: int, generator: torch.Generator) -> Tensor:
    """Return noise, fine to coarse, and textures, dark to light: a quarter of it on a black ground. -> uint8 (count, 28, 28)"""
    pictures = torch.empty(count, SIDE, SIDE)
    for start, grain in enumerate((28, 14, 7, 4, 2)):
        part = torch.rand(len(pictures[start::5]), 1, grain, grain, generator=generator)
        pictures[start::5] = F.interpolate(part, size=(SIDE, SIDE), mode="bilinear")[:, 0]
    low, high = torch.rand(2, count, 1, 1, generator=generator)
    pictures = low + (high - low) * pictures
    contrast = torch.rand(count, 1, 1, generator=generator) < 0.3
    pictures = torch.where(contrast, (pictures > pictures.mean((1, 2), keepdim=True)).float(), pictures)
    pictures[::4, :4], pictures[::4, -4:], pictures[::4, :, :4], pictures[::4, :, -4:] = 0, 0, 0, 0
    return (255 * pictures).to(torch.uint8)


def patterns(count: int, generator: torch.Generator) -> Tensor:
    """Return stripes, grids and checks of any pitch, a half of them within a frame. -> uint8 (count, 28, 28)"""
    pitch, gap, start = torch.rand(3, 2, count, 1, generator=generator)
    marked = (torch.arange(SIDE) / (3 + 9 * pitch) + start) % 1 < 0.15 + 0.5 * gap  # (2, count, 28)
    rows, columns = marked[0, :, :, None], marked[1, :, None, :]
    kind = torch.randint(4, (count, 1, 1), generator=generator)
    stripes = torch.where(kind == 2, rows, columns)
    inked = torch.where(kind == 0, rows | columns, torch.where(kind == 1, rows ^ columns, stripes))
    inked[::2, :4], inked[::2, -4:], inked[::2, :, :4], inked[::2, :, -4:] = False, False, False, False
    return (255 * inked * (0.4 + 0.6 * torch.rand(count, 1, 1, generator=generator))).to(torch.uint8)


def blanks(count: int, generator: torch.Generator) -> Tensor:
    """Return pictures of one grey, a third of them black, with at most a few specks. -> uint8 (count, 28, 28)"""
    pictures = 255 * torch.rand(count, 1, 1, generator=generator).expand(count, SIDE, SIDE).clone()
    pictures[::3] = 0
    specks = torch.rand(count, SIDE, SIDE, generator=generator) < 0.004 * torch.rand(count, 1, 1, generator=generator)
    specks[::2] = False
    return torch.where(specks, 255.0, pictures).to(torch.uint8)


def turned(images: Tensor, generator: torch.Generator) -> Tensor:
    """Turn pictures by a quarter, to the left or to the right. images and result uint8 (N, 28, 28)"""
    left = torch.rand(len(images), 1, 1, generator=generator) < 0.5
    return torch.where(left, images.rot90(1, (1, 2)), images.rot90(-1, (1, 2)))
