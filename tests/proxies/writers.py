"""Made-up visitors: each writes in one way of his own, so that a network can be taught his hand on some of his drawings.

`render(writer, label, generator)` draws a digit as that visitor does. What digits.py varies from one drawing to the next, a
writer mostly keeps: which way he writes each digit, his slant, his pen, his care. Odd hands are more frequent than among people.
"""

from typing import NamedTuple

import numpy as np
from PIL import Image

from tests.proxies import digits
from tests.proxies.digit_shapes import WAYS, Stroke


class Writer(NamedTuple):
    """One hand's habits. slant and turn in shares and radians, wide: width over height, brush in pixels of the pad."""

    ways: list[list[Stroke]]
    care: float
    slant: float
    turn: float
    wide: float
    brush: float


def sample(generator: np.random.Generator) -> Writer:
    """Make up a writer; a rare way to write a digit is as likely as a usual one."""
    return Writer(
        ways=[WAYS[label][generator.integers(len(WAYS[label]))][1] for label in range(10)],
        care=float(np.exp(generator.normal(0.5, 0.3))),
        slant=generator.normal(0.1, 0.35),
        turn=np.deg2rad(generator.normal(0, 12)),
        wide=float(np.exp(generator.normal(0, 0.3))),
        brush=float(np.clip(np.exp(generator.normal(np.log(14), 0.35)), 5, 30)),
    )


def render(writer: Writer, label: int, generator: np.random.Generator) -> Image.Image:
    """Draw one digit. label 0..9 -> "RGBA" 280 x 280, ink black, ground transparent."""
    shift = generator.normal(0, 1.2 * writer.care, (len(writer.ways[label]), 2))
    written = [
        digits._stroke(stroke, writer.care, generator) + offset
        for stroke, offset in zip(writer.ways[label], shift, strict=True)
    ]
    return digits._draw(_placed(written, writer, generator), generator, writer.brush)


def _placed(strokes: list[np.ndarray], writer: Writer, generator: np.random.Generator) -> list[np.ndarray]:
    """Slant, turn and stretch the digit as this hand does, and put it somewhere on the canvas."""
    slant, turn = writer.slant + generator.normal(0, 0.06), writer.turn + generator.normal(0, 0.05)
    wide = writer.wide * np.exp(generator.normal(0, 0.07))
    shape = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array([[wide, -slant], [0, 1]])
    turned = [points @ shape.T for points in strokes]
    low, high = np.concatenate(turned).min(0), np.concatenate(turned).max(0)
    scale = digits.SIDE * generator.triangular(0.35, 0.65, 0.88) / max(high - low)
    room = digits.SIDE - (high - low) * scale
    corner = room * np.clip(generator.normal(0.5, 0.15, 2), 0.06, 0.94)
    return [(points - low) * scale + corner for points in turned]
