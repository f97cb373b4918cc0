"""How long pictures take to become 28 x 28: what a pad sends at each movement of the pen, and what a camera sends."""

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from zoo.bench.products import timed
from zoo.pictures.digit import digit
from zoo.pictures.garment import garment

PAPER, INK = (228, 224, 214), (40, 40, 70)


def pictures(repeats: int = 20) -> list[dict[str, Any]]:
    """Return the milliseconds of each kind of picture, {"name", "ms", "slowest"}: the best of some repeats, and the worst."""
    kinds: dict[str, Callable[[], object]] = {
        "a digit on a pad, 280 x 280": _work(digit, _seven(280, 280, "RGBA", (0, 0, 0, 0))),
        "a digit in a file, 400 x 400": _work(digit, _seven(400, 400, "RGB", PAPER)),
        "a digit on paper, 4000 x 3000": _work(digit, _seven(4000, 3000, "RGB", PAPER)),
        "a garment, 1000 x 1000": _work(garment, _shirt(1000)),
    }
    rows = []
    for name, work in kinds.items():
        seconds = [timed(work) for _ in range(repeats)]
        rows.append({"name": name, "ms": 1e3 * min(seconds), "slowest": 1e3 * max(seconds)})
    return rows


def _work(prepare: Callable[[Image.Image], np.ndarray], picture: Image.Image) -> Callable[[], object]:
    return lambda: prepare(picture)


def _seven(width: int, height: int, mode: str, ground: tuple[int, ...]) -> Image.Image:
    """Draw a seven with a pen as wide as the pad's."""
    picture = Image.new(mode, (width, height), ground)
    corners = [(x * width, y * height) for x, y in ((0.3, 0.25), (0.7, 0.25), (0.45, 0.8))]
    ImageDraw.Draw(picture).line(corners, fill=INK, width=width // 16, joint="curve")
    return picture


def _shirt(side: int) -> Image.Image:
    """Draw a shirt on a noisy ground: body and two sleeves."""
    outline = ((0.3, 0.2), (0.7, 0.2), (0.9, 0.4), (0.8, 0.5), (0.7, 0.4), (0.7, 0.9), (0.3, 0.9), (0.3, 0.4))
    picture = Image.new("RGB", (side, side), PAPER)
    ImageDraw.Draw(picture).polygon([(x * side, y * side) for x, y in (*outline, (0.2, 0.5), (0.1, 0.4))], fill=INK)
    noise = np.random.default_rng(0).normal(0, 8, (side, side, 3))
    return Image.fromarray((np.asarray(picture) + noise).clip(0, 255).astype(np.uint8))
