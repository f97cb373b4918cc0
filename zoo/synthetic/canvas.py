"""A sheet to sketch garments on: tapered bones and symmetric outlines of cloth, a batch of pictures at once."""

import torch
from torch import Tensor
from torch.nn import functional as F

SIDE = 28
FINE = 2 * SIDE  # pixels a side that are painted, before averaging
PIXEL = 4.0 / FINE  # the sheet is 4 units wide and high


class Sheet:
    """n pictures painted at once. Parameters of parts are tensors (n,) or numbers; y points down, (0, 0) in the middle."""

    def __init__(self, n: int, generator: torch.Generator) -> None:
        self.n, self.generator = n, generator
        place = (torch.arange(FINE, device=generator.device) + 0.5) * PIXEL - 2
        self.x, self.y = place.view(1, 1, -1), place.view(1, -1, 1)
        self.alpha = torch.zeros(n, FINE, FINE, device=generator.device)
        self.picture = torch.zeros_like(self.alpha)
        self.rim = self.uniform(0.0, 0.5)
        self.cloth = self._pattern()

    def uniform(self, low: float, high: float) -> Tensor:
        """Draw a number between low and high for each picture. -> (n,)"""
        return low + (high - low) * torch.rand(self.n, generator=self.generator, device=self.generator.device)

    def normal(self, spread: float) -> Tensor:
        """Draw a normal number for each picture. -> (n,)"""
        return spread * torch.randn(self.n, generator=self.generator, device=self.generator.device)

    def chance(self, probability: float) -> Tensor:
        """Draw yes or no for each picture. -> (n,) bool"""
        return self.uniform(0, 1) < probability

    def outline(
        self, heights: list[Tensor | float], widths: list[Tensor | float], *, tone: Tensor | float = 1.0
    ) -> None:
        """Paint a shape symmetric about x = 0, of half width widths[k] at heights[k], straight in between."""
        tops, halves = ([self._column(value) for value in values] for values in (heights, widths))
        half = torch.full((self.n, FINE, 1), -1.0, device=self.alpha.device)
        for k in range(len(tops) - 1):
            share = (self.y - tops[k]) / (tops[k + 1] - tops[k]).clamp(min=1e-3)
            within = (share >= 0) & (share <= 1)
            half = torch.where(within, halves[k] + share * (halves[k + 1] - halves[k]), half)
        self._lay(half - self.x.abs(), tone, self.cloth)

    def bone(
        self, start: tuple, end: tuple, *, side: int = 1, tone: Tensor | float = 1.0, grey: Tensor | float | None = None
    ) -> None:
        """Paint a bone with round ends. start, end: (x, y, radius); side -1 mirrors it; grey: other than the cloth's."""
        x1, y1, r1, x2, y2, r2 = (self._column(value) for value in (*start, *end))
        x1, x2 = side * x1, side * x2
        along = ((self.x - x1) * (x2 - x1) + (self.y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2).clamp(
            min=1e-4
        )
        along = along.clamp(0, 1)
        away = torch.hypot(self.x - x1 - along * (x2 - x1), self.y - y1 - along * (y2 - y1))
        self._lay(r1 + along * (r2 - r1) - away, tone, self.cloth if grey is None else self._column(grey))

    def finished(self) -> Tensor:
        """Crop each picture to what is painted and fit it to the frame. -> uint8 (n, 28, 28)."""
        solid = self.alpha > 0.5
        low, high = zip(*(_ends(solid.any(axis)) for axis in (1, 2)), strict=True)
        centre = torch.stack([(a + b) / 2 for a, b in zip(low, high, strict=True)], 1)
        half = torch.stack([(b - a) / 2 for a, b in zip(low, high, strict=True)], 1).amax(1).clamp(min=0.05)
        eye = torch.eye(2, device=half.device).expand(self.n, 2, 2)
        theta = torch.cat([eye * half.view(-1, 1, 1), centre.unsqueeze(2)], 2)
        grid = F.affine_grid(theta, [self.n, 1, FINE, FINE], align_corners=False)
        fitted = F.grid_sample((self.picture * self.alpha).unsqueeze(1), grid, align_corners=False)
        return (255 * F.avg_pool2d(fitted, 2)).round_().clamp_(0, 255).to(torch.uint8).squeeze(1)

    def _column(self, value: Tensor | float) -> Tensor:
        return torch.as_tensor(value, device=self.alpha.device, dtype=torch.float32).expand(self.n).view(-1, 1, 1)

    def _lay(self, depth: Tensor, tone: Tensor | float, cloth: Tensor) -> None:
        """Paint where depth (n, FINE, FINE), the distance to the part's edge from within, is above 0."""
        cover = (depth / PIXEL + 0.5).clamp(0, 1)
        shade = 1 - self._column(self.rim) * (-depth.clamp(min=0) / 0.08).exp()
        self.picture = torch.lerp(self.picture, (cloth * self._column(tone) * shade).clamp(0.05, 1), cover)
        self.alpha = torch.maximum(self.alpha, cover)

    def _pattern(self) -> Tensor:
        """Return cloth: plain, striped, checked or blotched, of any grey. -> (n, FINE, FINE)."""
        grey, other = self.uniform(0.25, 1.0), self.uniform(0.15, 1.0)
        pitch = self._column(self.uniform(8, 22))
        stripes = (pitch * self.y).sin() > 0
        checks = stripes ^ ((pitch * self.x).sin() > 0)
        knots = torch.randn(self.n, 1, 9, 9, generator=self.generator, device=self.generator.device)
        smooth = F.interpolate(knots, size=(FINE, FINE), mode="bicubic", align_corners=True).squeeze(1)
        kind = self._column(self.uniform(0, 1))
        mix = torch.where(
            kind < 0.1, stripes.float(), torch.where(kind < 0.18, 0.6 * checks, (kind < 0.26) * (smooth > 0.5))
        )
        grey, other = self._column(grey), self._column(other)
        return (grey + mix * (other - grey)) * (1 + 0.06 * smooth)


def _ends(filled: Tensor) -> tuple[Tensor, Tensor]:
    """Return where the first and the last of the filled (n, FINE) begin and end, in [-1, 1]; the whole where none is."""
    edges = torch.linspace(-1, 1, FINE + 1, device=filled.device)
    return edges[filled.byte().argmax(1)], edges[FINE - filled.flip(1).byte().argmax(1)]
