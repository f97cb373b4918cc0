"""Draw handwritten digits for training, straight at 28 x 28 as preparing would give them.

A way to write a digit is a few key points a stroke, joined by a uniform Catmull-Rom spline. The spline is linear in its
key points, so that one matrix product turns a whole batch of moved key points into points along the pen's path; a pixel
is inked by its distance to the nearest of them.
"""

from collections.abc import Sequence
from functools import cache

import torch

from zoo.synthetic.digit_strokes import WAYS, Way

SIDE, BOX = 28, 20  # as MNIST: the picture, and the longer side of the digit in it
POINTS = 88  # along the path of the pen: under a pixel apart
WIDTH = (1.5, 3.8)  # of the pen, in pixels of 28
CARE = 0.35  # spread of the logarithm of how far hands stray: some are neat, some hasty
CHUNK = 128  # digits drawn at once: their distances fit a core's cache


def draw(
    labels: torch.Tensor,
    generator: torch.Generator,
    *,
    jitter: float = 1.0,
    width: tuple[float, float] = WIDTH,
) -> torch.Tensor:
    """Draw one digit for each label. labels (N,) int64 in 0..9 -> uint8 (N, 28, 28), light on dark, on their device.

    jitter scales how far a hand strays from the template: 0 draws the template itself. width is the range of the
    stroke's width in pixels of 28. The generator lives on the device of labels.
    """
    ways = [way for each in WAYS.values() for way in each]
    chance = torch.zeros(len(WAYS), len(ways), device=labels.device)
    start = 0
    for label, each in WAYS.items():
        chance[label, start : start + len(each)] = torch.tensor([float(way.weight) for way in each])
        start += len(each)
    picks = torch.multinomial(chance[labels], 1, generator=generator)[:, 0] if len(labels) else labels
    return draw_ways(picks, ways, generator, jitter=jitter, width=width)


def draw_ways(
    picks: torch.Tensor,
    ways: Sequence[Way],
    generator: torch.Generator,
    *,
    jitter: float = 1.0,
    width: tuple[float, float] = WIDTH,
) -> torch.Tensor:
    """Draw what is written in the picked ways. picks (N,) int64, places in ways -> uint8 (N, 28, 28), as `draw` does."""
    paths = picks.new_zeros((len(picks), POINTS, 2), dtype=torch.float32)
    for index, way in enumerate(ways):
        rows = (picks == index).nonzero().squeeze(1)
        if len(rows):
            paths[rows] = _paths(way, len(rows), jitter, generator)
    radius = torch.empty(len(picks), 1, device=picks.device).uniform_(*width, generator=generator) / 2
    placed = _place(_bend(paths, jitter, generator), radius, jitter, generator)
    chunks = zip(placed.split(CHUNK), radius.split(CHUNK), strict=True)
    pictures = [_ink(points, r) for points, r in chunks]
    return torch.cat(pictures) if pictures else picks.new_zeros((0, SIDE, SIDE), dtype=torch.uint8)


def outline(label: int, points: int = 24) -> list[torch.Tensor]:
    """Return a digit as it is usually written: its strokes, each (points, 2) along the pen's path, in template units."""
    way = max(WAYS[label], key=lambda each: each.weight)
    strokes = [torch.tensor(stroke, dtype=torch.float32) for stroke in way.strokes]
    return [_even_basis(keys, points) @ keys for keys in strokes]


def _paths(way: Way, count: int, jitter: float, generator: torch.Generator) -> torch.Tensor:
    """Return the points of count writings of one way, (count, POINTS, 2), in template units: about 10 x 14."""
    spline, keys, loose = (part.to(generator.device) for part in _template(way))
    care = (CARE * torch.randn(count, 1, 1, generator=generator, device=generator.device)).exp()
    strayed = loose * care * torch.randn(count, *keys.shape, generator=generator, device=generator.device)
    return spline @ (keys + jitter * strayed)


@cache
def _template(way: Way) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the spline (POINTS, K), its key points (K, 2) and how far each strays (K, 1)."""
    strokes = [torch.tensor(stroke, dtype=torch.float32) for stroke in way.strokes]
    lengths = torch.stack([(_basis(len(keys), 33) @ keys).diff(dim=0).norm(dim=1).sum() for keys in strokes])
    counts = (POINTS * lengths / lengths.sum()).round().long().clamp(min=4)
    counts[counts.argmax()] += POINTS - counts.sum()
    blocks = [_even_basis(keys, int(count)) for keys, count in zip(strokes, counts, strict=True)]
    # A stroke's ends stray farther than its middle: too short, too long, not closed.
    loose = [torch.tensor([0.75] + [0.45] * (len(keys) - 2) + [0.75])[:, None] for keys in strokes]
    return torch.block_diag(*blocks), torch.cat(strokes), torch.cat(loose)


def _even_basis(keys: torch.Tensor, count: int) -> torch.Tensor:
    """Return the spline through keys (K, 2) at count points evenly apart along it, (count, K)."""
    fine = _basis(len(keys), 401)
    travelled = torch.cat([torch.zeros(1), (fine @ keys).diff(dim=0).norm(dim=1).cumsum(0)])
    places = torch.searchsorted(travelled, torch.linspace(0, float(travelled[-1]), count)).clamp(max=400)
    return fine[places]


def _basis(keys: int, count: int) -> torch.Tensor:
    """Return the uniform Catmull-Rom matrix (count, keys), its ends mirrored. keys at least 2."""
    place = torch.linspace(0, keys - 1, count)
    span = place.floor().clamp(max=keys - 2).long()
    t = (place - span)[:, None]
    weights = torch.cat([
        -t**3 + 2 * t**2 - t,
        3 * t**3 - 5 * t**2 + 2,
        -3 * t**3 + 4 * t**2 + t,
        t**3 - t**2,
    ], dim=1) / 2  # fmt: skip
    padded = torch.zeros(count, keys + 2)
    padded.scatter_(1, span[:, None] + torch.arange(4), weights)
    inner = padded[:, 1:-1].clone()
    # The key before the first is 2 first - second, and so at the end.
    inner[:, 0] += 2 * padded[:, 0]
    inner[:, 1] -= padded[:, 0]
    inner[:, -1] += 2 * padded[:, -1]
    inner[:, -2] -= padded[:, -1]
    return inner


def _bend(paths: torch.Tensor, jitter: float, generator: torch.Generator) -> torch.Tensor:
    """Slant, turn, stretch and bow each digit, and make its line tremble. paths (N, POINTS, 2) -> the same shape."""
    count = len(paths)

    def normal(*shape: int) -> torch.Tensor:
        return jitter * torch.randn(count, *shape, generator=generator, device=paths.device)

    along = torch.arange(POINTS, device=paths.device) / POINTS
    waves = torch.stack([(torch.pi * k * along).cos() for k in (3, 5, 8, 12)], dim=1)  # (POINTS, 4)
    points = paths + waves @ (normal(4, 2) * torch.tensor([0.22, 0.16, 0.1, 0.06], device=paths.device)[:, None])
    points = (points - points.mean(dim=1, keepdim=True)) / 7
    x, y = points.unbind(2)
    x = x + 0.10 * normal(1) * y**2 + 0.06 * normal(1) * x * y
    y = y + 0.05 * normal(1) * x**2 + 0.08 * normal(1) * x * y
    x = x * (0.16 * normal(1)).exp()
    x = x - (0.1 * min(jitter, 1.0) + 0.2 * normal(1)) * y
    turn = 0.11 * normal(1)
    return torch.stack([x * turn.cos() - y * turn.sin(), x * turn.sin() + y * turn.cos()], dim=2)


def _place(points: torch.Tensor, radius: torch.Tensor, jitter: float, generator: torch.Generator) -> torch.Tensor:
    """Fit the longer side to BOX pixels, strokes included, and put the centre of mass in the middle, nearly."""
    extent = (points.amax(dim=1) - points.amin(dim=1)).amax(dim=1, keepdim=True)
    scaled = points * ((BOX - 2 * radius) / extent.clamp(min=1e-3))[:, :, None]
    off = 0.3 * jitter * torch.randn(len(points), 1, 2, generator=generator, device=points.device)
    return scaled - scaled.mean(dim=1, keepdim=True) + SIDE / 2 + off


def _ink(points: torch.Tensor, radius: torch.Tensor) -> torch.Tensor:
    """Ink each pixel by its distance to the path. points (N, POINTS, 2), radius (N, 1) -> uint8 (N, 28, 28)."""
    centres = torch.arange(SIDE, device=points.device) + 0.5
    across, down = ((points[:, :, k, None] - centres) ** 2 for k in range(2))  # (N, POINTS, 28) each
    nearest = torch.full((len(points), SIDE, SIDE), torch.inf, device=points.device)
    for k in range(POINTS):
        torch.minimum(nearest, down[:, k, :, None] + across[:, k, None, :], out=nearest)
    coverage = (radius[:, :, None] + 0.5 - nearest.sqrt_()).clamp_(0, 1)
    return (255 * coverage).round_().to(torch.uint8)
