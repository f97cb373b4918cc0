"""Photos of garments on floors, beds, walls and hangers, composed from drawings: the proxy that no training has seen.

`render(label, generator)` composes one. Run this file to see a sheet of them: `python tests/proxies/garments.py SHEET.png`.
"""

import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.proxies import textures
from tests.proxies.sheet import contact_sheet
from tests.proxies.tailor import Garment
from tests.proxies.wardrobe import PATTERNS

HANGING = {0, 2, 3, 4, 6}  # labels that may hang on a hanger
SHOES = {5, 7, 9}


def render(label: int, generator: np.random.Generator) -> Image.Image:
    """Compose a photo of one garment. label 0..9 of Fashion-MNIST -> "RGB", longer side 480."""
    return compose(label, generator)[0]


def compose(label: int, generator: np.random.Generator) -> tuple[Image.Image, Image.Image]:
    """Compose a photo -> it and, of the same size, "L", where the garment really is."""
    garment = Garment(generator)
    PATTERNS[label](garment)
    cut_out = garment.finished()
    if label in SHOES and generator.random() < 0.5:
        cut_out = cut_out.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    width, height = ((480, 480), (360, 480), (480, 360))[generator.integers(3)]
    hangs = label in HANGING and generator.random() < 0.25
    scene = _room(width, height, hangs, generator)
    turn = generator.normal(0, 2 if hangs else 9)
    scene, where = _put(scene, cut_out.rotate(turn, Image.Resampling.BICUBIC, expand=True), hangs, generator)
    photo = Image.fromarray(textures.lit(np.asarray(scene, float), generator).astype(np.uint8))
    return _as_jpeg(photo.filter(ImageFilter.GaussianBlur(generator.uniform(0, 1.2))), generator), where


def _room(width: int, height: int, hangs: bool, generator: np.random.Generator) -> Image.Image:
    """Return the ground: one surface, or two that meet near an edge, and now and then a thing lying at the border."""

    def surface() -> np.ndarray:
        kind = textures.wall if hangs else textures.GROUNDS[generator.integers(len(textures.GROUNDS))]
        return kind(height, width, generator)

    room = surface()
    if generator.random() < 0.2:  # a wall's foot, the edge of a bed or of a rug
        y, x = np.mgrid[0:height, 0:width] / max(height, width)
        angle = generator.choice([0, 0.5, 1, 1.5]) * np.pi + generator.normal(0, 0.08)
        beyond = (x - 0.5 * width / max(width, height)) * np.cos(angle) + (
            y - 0.5 * height / max(width, height)
        ) * np.sin(angle)
        room = np.where((beyond > generator.uniform(0.25, 0.42))[:, :, None], surface(), room)
    scene = Image.fromarray(np.clip(room, 0, 255).astype(np.uint8))
    if generator.random() < 0.2:
        pen, paint = ImageDraw.Draw(scene), textures.colour(generator, value=(0.1, 0.95), saturation=(0.0, 0.7))
        x, y = generator.choice([0, width]), generator.uniform(0, height)
        reach = generator.uniform(20, 60, 2)
        shape = pen.ellipse if generator.random() < 0.5 else pen.rectangle
        shape([x - reach[0], y - reach[1], x + reach[0], y + reach[1]], fill=tuple(paint.astype(int).tolist()))
    return scene


def _put(
    scene: Image.Image, cut_out: Image.Image, hangs: bool, generator: np.random.Generator
) -> tuple[Image.Image, Image.Image]:
    """Lay the garment on the scene, with its shadow, and a hanger where it hangs -> the scene, and where it lies."""
    room = np.array(scene.size) / cut_out.size
    scale = generator.triangular(0.5, 0.9, 1.08) * room.min()  # above 1 the frame cuts a little off
    size = tuple(max(1, int(side * scale)) for side in cut_out.size)
    cut_out = cut_out.resize(size, Image.Resampling.LANCZOS)
    free = np.array(scene.size) - size
    corner = (free * np.clip(generator.normal(0.5, 0.17, 2), 0.02, 0.98) + generator.normal(0, 4, 2)).astype(int)
    if hangs:
        _hanger(scene, corner, size)
    shadow = Image.new("L", scene.size)
    offset = generator.integers(-8, 9, 2)
    shadow.paste(cut_out.getchannel("A"), tuple((corner + offset).tolist()))
    strength = generator.uniform(0.1, 0.5)
    shadow = shadow.filter(ImageFilter.GaussianBlur(generator.uniform(3, 12))).point(
        lambda value: int(value * strength)
    )
    scene.paste(Image.new("RGB", scene.size), (0, 0), shadow)
    scene.paste(cut_out, tuple(corner.tolist()), cut_out)
    where = Image.new("L", scene.size)
    where.paste(cut_out.getchannel("A"), tuple(corner.tolist()))
    return scene, where


def _hanger(scene: Image.Image, corner: np.ndarray, size: tuple[int, int]) -> None:
    pen = ImageDraw.Draw(scene)
    x, y = corner[0] + size[0] / 2, corner[1] + 0.05 * size[1]
    pen.line(
        [(x - 0.2 * size[0], y + 0.06 * size[1]), (x, y - 6), (x + 0.2 * size[0], y + 0.06 * size[1])], (90, 70, 50), 6
    )
    pen.line([(x, y - 6), (x, y - 24)], (120, 120, 120), 3)
    pen.arc([x - 9, y - 42, x + 9, y - 24], 180, 90, (120, 120, 120), 3)


def _as_jpeg(photo: Image.Image, generator: np.random.Generator) -> Image.Image:
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=int(generator.integers(60, 96)))
    return Image.open(buffer).convert("RGB")


def sheet(seed: int = 0, columns: int = 12) -> Image.Image:
    """Return a contact sheet: a row of photos for each kind of garment."""
    generator = np.random.default_rng(seed)
    return contact_sheet([[render(label, generator) for _ in range(columns)] for label in range(10)], size=120)


if __name__ == "__main__":
    sheet().save(sys.argv[1])
