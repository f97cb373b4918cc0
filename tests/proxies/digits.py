"""Digits as people draw them on the pad, from hand-made stroke shapes: the proxy that no training has seen.

`render(label, generator)` draws one on a pad's canvas. Run this file to see a sheet of them:
`python tests/proxies/digits.py SHEET.png`.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.proxies.digit_shapes import WAYS, Stroke
from tests.proxies.sheet import contact_sheet

SIDE = 280  # the pad's canvas
FINE = 3  # times finer that strokes are drawn before antialiasing
STEP = 2.0  # between points of a written stroke, in hundredths of the digit's height


def render(label: int, generator: np.random.Generator) -> Image.Image:
    """Draw one digit as a person might. label 0..9 -> "RGBA" 280 x 280, ink black, ground transparent."""
    ways = WAYS[label]
    chance = np.array([weight for weight, _ in ways])
    return render_strokes(ways[generator.choice(len(ways), p=chance / chance.sum())][1], generator)


def render_strokes(strokes: list[Stroke], generator: np.random.Generator) -> Image.Image:
    """Draw any strokes as a person might: those of a digit, or of what is none. -> "RGBA" 280 x 280, as `render` does."""
    return _draw(_placed(_written(strokes, generator), generator), generator)


def _written(strokes: list[Stroke], generator: np.random.Generator) -> list[np.ndarray]:
    """Write the strokes once in a hand's own way: handles moved, ends short or long, a trembling line."""
    care = np.exp(generator.normal(0.2, 0.5))  # a careless hand moves everything more
    shift = generator.normal(0, 1.2 * care, (len(strokes), 2))
    return [_stroke(stroke, care, generator) + offset for stroke, offset in zip(strokes, shift, strict=True)]


def _stroke(stroke: Stroke, care: float, generator: np.random.Generator) -> np.ndarray:
    """Return the points of one stroke (N, 2), about STEP apart."""
    start, pieces = stroke
    joints, handles = [np.array(start) + generator.normal(0, 2.2 * care, 2)], []
    for piece in pieces:
        moved = np.array(piece).reshape(-1, 2) + generator.normal(0, 2.2 * care, (len(piece) // 2, 2))
        if len(moved) == 1:  # a straight line, bent a little
            third = (moved[0] - joints[-1]) / 3
            bend = generator.normal(0, 0.06 * care) * np.array([-third[1], third[0]]) * 3
            moved = np.stack([joints[-1] + third + bend, joints[-1] + 2 * third + bend, moved[0]])
        handles.append(moved)
        joints.append(moved[-1])
    time = np.linspace(0, 1, 40)[:, None]
    curve = np.concatenate([
        (1 - time) ** 3 * joint + 3 * (1 - time) ** 2 * time * a + 3 * (1 - time) * time**2 * b + time**3 * c
        for joint, (a, b, c) in zip(joints, handles, strict=False)
    ])  # fmt: skip
    return _tremble(_trimmed(curve, care, generator), care, generator)


def _trimmed(curve: np.ndarray, care: float, generator: np.random.Generator) -> np.ndarray:
    """Resample evenly, cutting off or drawing on at both ends by a few hundredths of the height."""
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
    first, last = generator.normal(0, 2.0 * care, 2)
    wanted = np.linspace(
        min(first, length[-1] / 3), max(length[-1] + last, length[-1] * 2 / 3), 2 + int(length[-1] / STEP)
    )
    points = np.stack([np.interp(wanted, length, curve[:, k]) for k in range(2)], axis=1)
    for end, inner, beyond in ((0, 2, -wanted[0]), (-1, -3, wanted[-1] - length[-1])):
        heading = points[end] - points[inner]
        if beyond > 0:
            points[end] += beyond * heading / (np.hypot(*heading) + 1e-9)
    return points


def _tremble(points: np.ndarray, care: float, generator: np.random.Generator) -> np.ndarray:
    """Add the slow drift of a hand and the fast shake of a mouse; then drop points, as a quick pen does."""
    count = len(points)
    drift = np.stack([_slow_noise(count, 14, generator) for _ in range(2)], axis=1) * 0.9 * care
    shake = np.stack([_slow_noise(count, 2, generator) for _ in range(2)], axis=1) * generator.choice([0.0, 0.3, 0.7])
    moved = points + drift + shake
    stride = int(generator.choice([1, 1, 2, 4]))
    return np.concatenate([moved[:-1:stride], moved[-1:]])


def _slow_noise(count: int, width: int, generator: np.random.Generator) -> np.ndarray:
    """Return noise of unit spread that changes over width points. -> (count,)"""
    window = np.hanning(2 * width + 3)
    noise = np.convolve(generator.normal(size=count + len(window) - 1), window, "valid")
    return noise / np.sqrt((window**2).sum())


def _placed(strokes: list[np.ndarray], generator: np.random.Generator) -> list[np.ndarray]:
    """Slant, turn, stretch and scale the digit, and put it somewhere on the canvas."""
    slant, turn = generator.normal(0.12, 0.2), np.deg2rad(generator.normal(0, 6))
    wide = np.exp(generator.normal(0, 0.2))
    shape = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array([[wide, -slant], [0, 1]])
    turned = [points @ shape.T for points in strokes]
    everything = np.concatenate(turned)
    low, high = everything.min(0), everything.max(0)
    height = SIDE * generator.triangular(0.2, 0.65, 0.88)
    scale = height / max(high - low)
    room = SIDE - (high - low) * scale
    corner = room * np.clip(generator.normal(0.5, 0.2, 2), 0.06, 0.94)
    return [(points - low) * scale + corner for points in turned]


def _draw(strokes: list[np.ndarray], generator: np.random.Generator, brush: float | None = None) -> Image.Image:
    """Draw with a round brush, a random one if none is given. Points lie on whole pixels, as a browser reports them."""
    brush = brush or float(np.clip(np.exp(generator.normal(np.log(14), 0.45)), 3, 36))
    extent = np.ptp(np.concatenate(strokes), axis=0).max()
    width = FINE * min(brush, 0.22 * extent)  # nobody writes a digit that is all brush
    alpha = Image.new("L", (FINE * SIDE, FINE * SIDE))
    pen = ImageDraw.Draw(alpha)
    for points in strokes:
        corners = [tuple(FINE * point) for point in np.round(points).tolist() for point in [np.array(point)]]
        pen.line(corners, fill=255, width=max(1, round(width)), joint="curve")
        for x, y in (corners[0], corners[-1]):
            pen.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=255)
    image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    image.putalpha(alpha.resize((SIDE, SIDE), Image.Resampling.BOX))
    return image


def sheet(seed: int = 0, columns: int = 20) -> Image.Image:
    """Return a contact sheet: a row of drawings for each digit."""
    generator = np.random.default_rng(seed)
    return contact_sheet([[render(label, generator) for _ in range(columns)] for label in range(10)], size=70)


if __name__ == "__main__":
    sheet().save(sys.argv[1])
