"""Photos of garments on floors, beds, walls and hangers, composed from drawings: the proxy that no training has seen.

`render(label, generator)` composes one. Run this file to see a sheet of them: `python tests/proxies/garments.py SHEET.png`.
"""

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.proxies import textures
from tests.proxies.person import worn
from tests.proxies.sheet import contact_sheet
from tests.proxies.tailor import Garment
from tests.proxies.wardrobe import PATTERNS

HANGING = {0, 2, 3, 4, 6}  # labels that may hang on a hanger, or be worn
SHOES = {5, 7, 9}


@dataclass(frozen=True)
class Photo:
    """A composed photo and what is true of it."""

    picture: Image.Image  # "RGB"
    where: Image.Image  # "L", of the same size: where the garment really is
    ways: frozenset[str]  # what is hard about it: "hanger", "worn", "flash", "perspective", "low contrast"


def render(label: int, generator: np.random.Generator) -> Image.Image:
    """Compose a photo of one garment. label 0..9 of Fashion-MNIST -> "RGB", longer side 480."""
    return compose(label, generator).picture


def compose(label: int, generator: np.random.Generator) -> Photo:
    """Compose a photo of one garment as people take them. label 0..9 of Fashion-MNIST."""
    ways = _ways(label, generator)
    width, height = ((480, 480), (360, 480), (480, 360))[generator.integers(3)]
    scene = _room(width, height, bool(ways & {"hanger", "worn"}), generator)
    cut_out, own = _garment(label, ways, np.asarray(scene).mean((0, 1)), generator)
    turn = generator.normal(0, 2 if ways & {"hanger", "worn"} else 9)
    cut_out, own = (each.rotate(turn, Image.Resampling.BICUBIC, expand=True) for each in (cut_out, own))
    if "perspective" in ways:
        cut_out, own = seen_askew([cut_out, own], generator)
    scene, where = _put(scene, cut_out, own, "hanger" in ways, generator)
    photo = textures.lit(np.asarray(scene, float), generator, flash="flash" in ways).astype(np.uint8)
    blurred = Image.fromarray(photo).filter(ImageFilter.GaussianBlur(generator.uniform(0, 1.2)))
    return Photo(_as_jpeg(blurred, generator), where, ways)


def _ways(label: int, generator: np.random.Generator) -> frozenset[str]:
    """Return what is hard about the next photo."""
    chance = {"flash": 0.15, "perspective": 0.35, "low contrast": 0.12}
    ways = {name for name, share in chance.items() if generator.random() < share}
    place = generator.random()
    if label in HANGING and place < 0.37:
        ways.add("hanger" if place < 0.25 else "worn")
    return frozenset(ways)


def _garment(
    label: int, ways: frozenset[str], ground: np.ndarray, generator: np.random.Generator
) -> tuple[Image.Image, Image.Image]:
    """Make the garment -> it and who wears it, "RGBA"; and the garment alone, "L"."""
    garment = Garment(generator)
    if "low contrast" in ways:  # of nearly the ground's colour, a little lighter or darker
        step = generator.choice([-1, 1]) * generator.uniform(25, 45) + generator.normal(0, 6, 3)
        garment.fabric = np.clip(garment.fabric - garment.fabric.mean((0, 1)) + ground + step, 0, 255)
    if "worn" in ways:
        worn(garment, label, PATTERNS[label])
    else:
        PATTERNS[label](garment)
    cut_out, own = garment.finished()
    if label in SHOES and generator.random() < 0.5:
        cut_out, own = (each.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for each in (cut_out, own))
    return cut_out, own


def seen_askew(layers: list[Image.Image], generator: np.random.Generator) -> list[Image.Image]:
    """Look at layers of one size from a place that is not right above them."""
    width, height = layers[0].size
    near, side = generator.uniform(0, 0.16, 2) * (generator.random(2) < 0.7)
    corners = np.array([[near, side], [1 - near, -0.0], [1, 1], [0, 1 - side]]) * (width, height)
    if generator.random() < 0.5:
        corners = np.array([[0, 0], [1, side], [1 - near, 1 - side], [near, 1]]) * (width, height)
    frame = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (width, height)
    rows, right = [], []
    for (x, y), (u, v) in zip(corners, frame, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    terms = tuple(np.linalg.solve(np.array(rows), np.array(right)).tolist())
    return [each.transform(each.size, Image.Transform.PERSPECTIVE, terms, Image.Resampling.BICUBIC) for each in layers]


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
    scene: Image.Image, cut_out: Image.Image, own: Image.Image, hangs: bool, generator: np.random.Generator
) -> tuple[Image.Image, Image.Image]:
    """Lay the garment on the scene, with its shadow, and a hanger where it hangs -> the scene, and where it lies."""
    room = np.array(scene.size) / cut_out.size
    scale = generator.triangular(0.5, 0.9, 1.08) * room.min()  # above 1 the frame cuts a little off
    size = tuple(max(1, int(side * scale)) for side in cut_out.size)
    cut_out, own = (each.resize(size, Image.Resampling.LANCZOS) for each in (cut_out, own))
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
    where.paste(own, tuple(corner.tolist()))
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
