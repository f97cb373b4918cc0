"""Cut and paint a garment from parts: polygons of cloth with shaded edges, seams, buttons. Units: about 1 a garment."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.proxies import textures

Generator = np.random.Generator
Points = list[tuple[float, float]]

SIDE = 336  # pixels of the square that a garment is painted on
LEFT, TOP, SPAN = -1.2, -0.7, 2.4  # its corner and its width in units
FINE = 2  # times finer that outlines are drawn before antialiasing


class Garment:
    """A picture with an alpha channel that parts are added to. Local units: x in [-1.2, 1.2], y in [-0.7, 1.7]."""

    def __init__(self, generator: Generator) -> None:
        self.generator = generator
        self.picture = np.zeros((SIDE, SIDE, 3))
        self.alpha = np.zeros((SIDE, SIDE))  # of all that is painted
        self.own = np.zeros((SIDE, SIDE))  # of the garment alone
        self.is_garment = True
        self.fabric = fabric(generator)
        self.relief = generator.uniform(0.05, 0.3)  # how much darker cloth turns at its edges

    def part(
        self, points: Points, cloth: np.ndarray | None = None, *, round_corners: bool = False, tone: float = 1.0
    ) -> None:
        """Lay a piece of cloth over what is there. cloth: a colour (3,), a picture (SIDE, SIDE, 3) or the fabric."""
        outline = smooth(points) if round_corners else points
        mask = self._mask(lambda pen: pen.polygon([_pixel(p) for p in outline], fill=255))
        inner = np.asarray(Image.fromarray((255 * mask).astype(np.uint8)).filter(ImageFilter.GaussianBlur(7))) / 255
        shade = tone * (1 - self.relief * np.clip(2 * (1 - inner), 0, 1))
        self._lay((self.fabric if cloth is None else cloth) * shade[:, :, None], mask)

    def line(self, points: Points, colour: np.ndarray, width: float = 0.008, *, curved: bool = False) -> None:
        """Draw a seam, a strap or a lace along points, width units wide."""
        path = [_pixel(p) for p in (smooth(points, closed=False) if curved else points)]
        thick = max(1, round(width * SIDE * FINE / SPAN))

        def stroke(pen: ImageDraw.ImageDraw) -> None:
            pen.line(path, fill=255, width=thick, joint="curve")
            for x, y in (path[0], path[-1]):
                pen.ellipse([x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2], fill=255)

        self._lay(np.ones((SIDE, SIDE, 1)) * colour, self._mask(stroke))

    def dot(self, x: float, y: float, radius: float, colour: np.ndarray) -> None:
        """Draw a button or an eyelet."""
        (left, top), (right, bottom) = _pixel((x - radius, y - radius)), _pixel((x + radius, y + radius))
        mask = self._mask(lambda pen: pen.ellipse([left, top, right, bottom], fill=255))
        self._lay(np.ones((SIDE, SIDE, 1)) * colour, mask)

    @contextmanager
    def someone(self) -> Iterator[None]:
        """Paint who wears the garment, which is none of it."""
        self.is_garment = False
        yield
        self.is_garment = True

    def finished(self) -> tuple[Image.Image, Image.Image]:
        """Fold and crumple it a little. -> "RGBA", cut to what is there; and, of the same size, "L", the garment."""
        shading = textures.folds(SIDE, SIDE, self.generator, depth=self.generator.uniform(0.02, 0.14))
        worn = self.picture * (1 + shading)[:, :, None]
        layers = np.dstack([np.clip(worn, 0, 255), 255 * self.alpha, 255 * self.own])
        y, x = np.mgrid[0:SIDE, 0:SIDE].astype(float)
        sway, pull = (textures.noise(SIDE, SIDE, (4, 4), self.generator) for _ in range(2))
        crinkle = textures.noise(SIDE, SIDE, (24, 24), self.generator)
        strength = self.generator.uniform(0.5, 4)
        rows = np.clip(y + strength * sway + 0.6 * crinkle, 0, SIDE - 1).astype(int)
        columns = np.clip(x + strength * pull + 0.6 * crinkle, 0, SIDE - 1).astype(int)
        bent = layers[rows, columns].astype(np.uint8)
        image, own = Image.fromarray(bent[:, :, :4], "RGBA"), Image.fromarray(bent[:, :, 4])
        box = image.getchannel("A").getbbox()
        return image.crop(box), own.crop(box)

    def _mask(self, paint) -> np.ndarray:
        canvas = Image.new("L", (SIDE * FINE, SIDE * FINE))
        paint(ImageDraw.Draw(canvas))
        return np.asarray(canvas.resize((SIDE, SIDE), Image.Resampling.BOX)) / 255

    def _lay(self, cloth: np.ndarray, mask: np.ndarray) -> None:
        self.picture += mask[:, :, None] * (cloth - self.picture)
        self.alpha = np.maximum(self.alpha, mask)
        self.own = np.maximum(self.own, mask) if self.is_garment else self.own * (1 - mask)


def _pixel(point: tuple[float, float]) -> tuple[float, float]:
    return (point[0] - LEFT) / SPAN * SIDE * FINE, (point[1] - TOP) / SPAN * SIDE * FINE


def smooth(points: Points, *, closed: bool = True) -> Points:
    """Return a curve through points (Chaikin's corner cutting, four times)."""
    curve = np.array(points, float)
    for _ in range(4):
        following = np.roll(curve, -1, axis=0) if closed else curve[1:]
        before = curve if closed else curve[:-1]
        cut = np.stack([0.75 * before + 0.25 * following, 0.25 * before + 0.75 * following], axis=1).reshape(-1, 2)
        curve = cut if closed else np.concatenate([curve[:1], cut, curve[-1:]])
    return [tuple(point) for point in curve]


def mirrored(points: Points) -> Points:
    """Close an outline given from top to bottom on the right with its left half."""
    return points + [(-x, y) for x, y in reversed(points)]


def fabric(generator: Generator) -> np.ndarray:
    """Return cloth of any colour: plain, heather, striped, checked, printed, knitted or denim. -> (SIDE, SIDE, 3)."""
    dark_or_light = [(0.05, 0.3), (0.3, 0.75), (0.75, 1.0)][generator.choice(3, p=[0.4, 0.4, 0.2])]
    base = textures.colour(generator, value=dark_or_light, saturation=(0.0, 0.8))
    other = textures.colour(generator, value=(0.05, 1.0), saturation=(0.0, 0.8))
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    pitch = generator.uniform(0.03, 0.12)
    kind = generator.choice(
        ["plain", "heather", "stripes", "checks", "print", "knit"], p=[0.5, 0.14, 0.1, 0.08, 0.1, 0.08]
    )
    if kind == "plain":
        mix = np.zeros_like(x)
    elif kind == "heather":
        mix = 0.15 * textures.noise(SIDE, SIDE, (SIDE / 2, SIDE / 2), generator)
    elif kind == "stripes":
        mix = ((y / pitch) % 1 < generator.uniform(0.2, 0.6)) * 1.0
    elif kind == "checks":
        mix = 0.35 * ((x / pitch) % 1 < 0.4) + 0.35 * ((y / pitch) % 1 < 0.4)
    elif kind == "print":
        mix = (textures.noise(SIDE, SIDE, (1 / pitch, 1 / pitch), generator) > 0.7) * 0.9
    else:
        mix = 0.12 * np.sin(2 * np.pi * x * 60) * np.sin(2 * np.pi * y * 45)
    weave = 1 + generator.uniform(0.01, 0.05) * textures.noise(SIDE, SIDE, (SIDE, SIDE), generator)
    return (base + mix[:, :, None] * (other - base)) * weave[:, :, None]
