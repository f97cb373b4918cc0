"""Figures as the pages show them: SVG that follows the page's width, font, language and dark mode.

`panel()` gives a pair of axes in our style, `svg()` turns it into an HTML figure, `row()` sets several side by side,
`legend()` and `table()` are the words and numbers that go with them. `handle()` lets the reader drag in a figure what
sliders set; `paths()` and `player()` animate trails.

Colours are `COLOURS[0]` to `COLOURS[7]`, `INK`, `MUTED`, `GRID` and `PAPER`: in the page each becomes a CSS variable
(page.css) with a light and a dark value. Other colours are kept as they are.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Any

from demos.frame.html import escape
from demos.frame.language import T
from demos.frame.panel import COLOURS, GRID, INK, MUTED, PAPER, VARIABLES, Panel, bars, panel

__all__ = [
    "COLOURS",
    "GRID",
    "INK",
    "MUTED",
    "PAPER",
    "Panel",
    "bars",
    "escape",
    "handle",
    "legend",
    "limit",
    "number",
    "panel",
    "paths",
    "player",
    "row",
    "svg",
    "swatch",
    "table",
]

MOST_DOTS = 101
"""Points of a trail up to which each is marked."""


def svg(axes: Panel, alt: str, *, caption: str = "", extra: str = "") -> str:
    """Return `axes` as an HTML figure: inline SVG, read out as `alt`, with `caption` (HTML) above.

    `extra` is HTML laid over the picture, e.g. `handle`.
    """
    width, height = axes.size
    heading = f"<figcaption>{caption}</figcaption>" if caption else ""
    limits = ",".join(f"{limit:g}" for limit in (*axes.x, *axes.y))
    box = f"{axes.left},{axes.top},{axes.width},{axes.height}"
    data = f'data-axes="{limits}" data-box="{box}" data-log="{axes.log}" tabindex="0"'
    picture = (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(alt)}" {data}>{axes.elements()}</svg>'
    )
    return f'<figure class="fig" style="--width:{width}px">{heading}<div class="plot">{picture}{extra}</div></figure>'


def handle(axes: Panel, x: str = "", y: str = "") -> str:
    """Return a layer over `axes` that moves the sliders named `x` and `y` to where the pointer is pressed or dragged.

    A finger drags the grip, which stands where the sliders are; elsewhere it scrolls the page.
    """
    limits, log = (*axes.x, *axes.y), axes.log
    data = f'data-x="{x}" data-y="{y}" data-limits="{",".join(f"{limit:g}" for limit in limits)}" data-log="{log}"'
    names = {"x": x, "y": y}
    shares = "".join(
        f"--{axis}:{_share(name, *ends, axis in log)};"
        for (axis, name), ends in zip(names.items(), (limits[:2], limits[2:]))
        if name
    )
    moves = "".join(axis for axis, name in names.items() if name)
    return (
        f'<div class="handle" {data} style="{_place(axes)}"><span class="grip {moves}" style="{shares}"></span></div>'
    )


def _share(name: str, low: float, high: float, log: bool) -> str:
    """Return, in CSS, where between the limits of an axis the slider `name` is; the page's script tells `--at-<name>`."""
    if log:
        return f"calc(log(var(--at-{name}, {low:g})/{low:g})/{math.log(high / low):.6g})"
    return f"calc((var(--at-{name}, {low:g}) - {low:g})/{high - low:g})"


def paths(axes: Panel, trails: Sequence[tuple[str, Any]]) -> str:
    """Return a layer over `axes` with trails (colour, points (steps + 1, 2)) that `player` can play.

    A trail ends where it is no longer finite or has left for good what can be drawn.
    """
    lines = "".join(_trail(VARIABLES.get(colour, colour), axes.shares(points)) for colour, points in trails)
    style = _place(axes)
    return f'<svg class="paths" aria-hidden="true" viewBox="0 0 1 1" preserveAspectRatio="none" style="{style}">{lines}</svg>'


def _trail(colour: str, points: Any) -> str:
    """Return one trail; points as shares of the axes' width and height."""
    near = itertools.takewhile(lambda point: abs(point[0]) < 50 and abs(point[1]) < 50, points)
    places = [f"{x:.4f},{1 - y:.4f}" for x, y in near]
    line = " ".join(places)
    head = f"M{places[-1]}h0" if places else ""
    dots = "".join(f"M{place}h0" for place in places) if len(places) <= MOST_DOTS else ""
    marks = f'<path class="dots" d="{dots}"/><path class="head" d="{head}"/>'
    return f'<g style="color:{colour}"><polyline points="{line}" data-points="{line}"/>{marks}</g>'


def player(steps: int, *, scale: float = 1) -> str:
    """Return the buttons that play the trails of the figures around them, step by step; scale: what a step counts for."""
    play, pause, step = T("Play", "播放"), T("Pause", "暂停"), T("Step", "步")
    return (
        f'<div class="player" data-scale="{scale:g}">'
        f'<button type="button" aria-label="{play}" data-play="{play}" data-pause="{pause}">▶</button>'
        f'<input type="range" min="0" max="{steps}" value="{steps}" aria-label="{step}">'
        f"<output>{steps * scale:.0f}</output></div>"
    )


def _place(axes: Panel) -> str:
    """Return the CSS that lays something exactly over `axes`."""
    width, height = axes.size
    place = f"left:{axes.left / width:.3%};top:{axes.top / height:.3%}"
    return f"{place};width:{axes.width / width:.3%};height:{axes.height / height:.3%}"


def row(*figures: str) -> str:
    """Return figures side by side; on a phone one is in sight, with a dot for each."""
    dots = "".join(
        f'<button type="button" aria-label="{T("Figure", "图")} {i + 1}"></button>' for i in range(len(figures))
    )
    more = f'<div class="dots">{dots}</div>' if len(figures) > 1 else ""
    kind = "figs three" if len(figures) == 3 else "figs"
    return f'<div class="{kind}">{"".join(figures)}</div>{more}'


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], *, caption: str = "", digits: int = 4) -> str:
    """Return an HTML table. Texts are HTML; numbers are set to `digits` significant digits, right-aligned."""
    lines = list(rows)
    kinds = ["text" if isinstance(cell, str) else "" for cell in (lines[0] if lines else head)]
    title = f"<caption>{caption}</caption>" if caption else ""
    heads = "".join(
        f'<th scope="col" class="{kind}">{cell}</th>' if cell else "<td></td>" for kind, cell in zip(kinds, head)
    )
    body = "".join(f"<tr>{''.join(_cell(cell, digits) for cell in cells)}</tr>" for cells in lines)
    parts = f"{title}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll"><table class="numbers">{parts}</table></div>'


def _cell(cell: Any, digits: int) -> str:
    return f'<td class="text">{cell}</td>' if isinstance(cell, str) else f"<td>{number(cell, digits)}</td>"


def legend(*entries: tuple[str, str]) -> str:
    """Return a line of (colour, HTML text) entries with a swatch each."""
    return f'<ul class="legend">{"".join(f"<li>{swatch(*entry)}</li>" for entry in entries)}</ul>'


def swatch(colour: str, text: str) -> str:
    """Return `text` (HTML) with a swatch of `colour` before it."""
    return f'<i style="background:{VARIABLES.get(colour, colour)}"></i>{text}'


def limit(value: float) -> float:
    """Return the least of 1, 2, 5, 10, 20, ... that reaches `value`: limits of axes that rarely change draw fastest."""
    power = 10.0 ** math.floor(math.log10(max(value, 1)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


def number(value: float, digits: int = 4) -> str:
    """Return `value` as HTML: `digits` significant digits, a true minus sign, powers of ten, ∞ and nan."""
    if value != value:
        return "nan"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    power = f" × 10<sup>{int(exponent)}</sup>" if exponent else ""
    return f"{mantissa}{power}".replace("-", "−") if value else "0"
