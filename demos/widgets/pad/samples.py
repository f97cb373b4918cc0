"""Sample drawings for a pad: digits as they are usually written, to click and to be written before the visitor's eyes."""

import json
from functools import cache
from html import escape

from demos.frame.language import T
from zoo.synthetic import digits

SIDE = 280  # of the pad (pad.js)
_HEIGHT = 170
_SHOWN = (3, 7, 2, 8, 5)

Stroke = list[tuple[float, float]]


@cache
def strokes(label: int) -> list[Stroke]:
    """Return a digit in the middle of the pad, each stroke a list of points in its units."""
    paths = digits.outline(label)
    points = [point for path in paths for point in path.tolist()]
    (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    scale = _HEIGHT / (bottom - top)
    across, down = (SIDE - scale * (right + left)) / 2, (SIDE - scale * (bottom + top)) / 2
    return [[(round(scale * x + across, 1), round(scale * y + down, 1)) for x, y in path.tolist()] for path in paths]


def html() -> str:
    """Return a row of sample drawings as HTML; the pad beside it (pad.js) draws the one that is clicked."""
    buttons = "".join(_button(label) for label in _SHOWN)
    return f'<div class="samples" role="group" aria-label="{T("Sample drawings", "示例")}">{buttons}</div>'


def _button(label: int) -> str:
    name = T(f"Sample: {label}", f"示例：{label}")
    drawn = strokes(label)
    lines = "".join(f'<polyline points="{" ".join(f"{x},{y}" for x, y in stroke)}"/>' for stroke in drawn)
    data = escape(json.dumps(drawn))
    return (
        f'<button type="button" aria-label="{name}" data-strokes="{data}">'
        f'<svg viewBox="0 0 {SIDE} {SIDE}" aria-hidden="true">{lines}</svg></button>'
    )
