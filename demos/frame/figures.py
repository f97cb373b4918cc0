"""Figures as the pages show them: matplotlib draws, the page gets an SVG that follows its width, font and dark mode.

A figure holds symbols and numbers only; words stand around it in HTML, where both languages and screen readers find
them. `panel()` gives a `Figure` and its `Axes` in our style, `svg()` turns it into HTML, `row()` sets several side by
side, `legend()` and `table()` are the words and numbers that go with them. `handle()` lets the reader drag in a figure
what sliders set; `paths()` and `player()` animate trails. matplotlib.pyplot is not thread-safe and is never used.

Colours are `COLOURS[0]` to `COLOURS[7]`, `INK`, `MUTED`, `GRID` and `PAPER`: in the page each becomes a CSS variable
(ui.css) with a light and a dark value. Other colours are kept as they are.
"""

import io
import itertools
import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape as _escape
from typing import Any, TypeVar

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from demos.frame.language import T

matplotlib.rcParams.update({"svg.fonttype": "none", "axes.unicode_minus": True})

COLOURS = ("#2f6fb5", "#d9730d", "#2a8c5a", "#c43d4b", "#7a4fb5", "#12889c", "#8a6a3a", "#c24f94")
INK, MUTED, GRID, PAPER = "#1f2933", "#6b7785", "#e3e7eb", "#fffffe"

MARGINS = (48, 36, 16, 24)
"""Left, bottom, right and top of a panel, around its axes, in CSS pixels."""

MOST_DOTS = 101
"""Points of a trail up to which each is marked."""

F = TypeVar("F", bound=Figure)
_VARIABLES = {colour: f"var(--c{i})" for i, colour in enumerate(COLOURS)}
_VARIABLES |= {INK: "var(--ink)", MUTED: "var(--muted)", GRID: "var(--grid)", PAPER: "var(--paper)"}
_COLOUR = re.compile("|".join(_VARIABLES))
_NOISE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>| font-family: [^;]+;| id=\"[\w.]+_\d+\"", re.DOTALL)
_SIZE = re.compile(r'width="[\d.]+pt" height="[\d.]+pt"')
_CLIP = re.compile(r' clip-path="[^"]*"|<defs>\s*<clipPath.*?</defs>', re.DOTALL)
_PATH = re.compile(r' d="[^"]*"')
_DECIMALS = re.compile(r"(\d\.\d)\d+")
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


class Panel(Figure):
    """A figure with one pair of axes whose grid and numbers were drawn before: drawing them takes longest."""

    frame: str = ""
    """The SVG elements behind the figure: its grid, or what `backdrop` made."""


def panel(
    x: tuple[float, float],
    y: tuple[float, float],
    *,
    labels: tuple[str, str] = ("", ""),
    size: tuple[int, int] = (400, 280),
    log: str = "",
    ticks: tuple[tuple[float, ...] | None, tuple[float, ...] | None] = (None, None),
    names: tuple[tuple[str, ...] | None, tuple[str, ...] | None] = (None, None),
) -> tuple[Panel, Axes]:
    """Return a figure with one pair of axes in the pages' style.

    x, y: the limits; labels: symbols for the axes; size: width and height in CSS pixels, at which text is 12 px; log:
    "x", "y" or "xy", the logarithmic ones; ticks: where the numbers stand on each axis (None: round values), names:
    what stands there in their place. Grid and numbers are cached by all of these: keep limits to few round values.
    """
    figure, axes = _axes(Panel, tuple(x), tuple(y), size, log)
    axes.axison = False
    figure.frame = _frame(tuple(x), tuple(y), labels, size, log, ticks, names)
    return figure, axes


def _axes(kind: type[F], x: tuple, y: tuple, size: tuple[int, int], log: str) -> tuple[F, Axes]:
    width, height = size
    figure = kind(figsize=(width / 72, height / 72), dpi=72)
    left, bottom, right, top = MARGINS
    axes = figure.add_axes((left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height))
    for letter in log:
        axes.set(**{f"{letter}scale": "log"})
    axes.set(xlim=x, ylim=y)
    return figure, axes


@lru_cache(maxsize=256)
def _frame(x: tuple, y: tuple, labels: tuple, size: tuple, log: str, ticks: tuple, names: tuple) -> str:
    """Return the SVG elements of an empty panel: grid, numbers and labels."""
    figure, axes = _axes(Figure, x, y, size, log)
    axes.grid(True, color=GRID, linewidth=1)
    axes.set_axisbelow(True)
    axes.minorticks_off()
    axes.tick_params(colors=MUTED, labelsize=12, left=False, bottom=False, pad=6)
    for letter, places, texts in zip("xy", ticks, names, strict=True):
        axis = axes.xaxis if letter == "x" else axes.yaxis
        if places is not None:
            axis.set_ticks(places, texts)
        elif letter not in log:
            axis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(GRID)
    axes.set_xlabel(labels[0], color=MUTED, fontsize=12, labelpad=1)
    axes.text(
        0, 1 + 8 / (size[1] - MARGINS[1] - MARGINS[3]), labels[1], color=MUTED, fontsize=12, transform=axes.transAxes
    )
    return _CLIP.sub("", _elements(figure)[1])


def _elements(figure: Figure) -> tuple[str, str]:
    """Return (the opening <svg> tag, what is inside) of a figure, with our colours as variables."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata=_NO_METADATA)
    text = buffer.getvalue()
    text = _NOISE.sub("", text[text.index("<svg") :])
    text = _PATH.sub(lambda path: _DECIMALS.sub(r"\1", path[0]), text)
    text = _COLOUR.sub(lambda match: _VARIABLES[match[0]], text)
    opening = text.index(">") + 1
    return text[:opening], text[opening : text.rindex("</svg>")]


def backdrop(figure: Panel) -> str:
    """Return `figure` as a `frame` for others of the same size and limits, so that it is drawn once."""
    return figure.frame + _CLIP.sub("", _elements(figure)[1])


def svg(figure: Figure, alt: str, *, caption: str = "", extra: str = "") -> str:
    """Return `figure` as an HTML figure: inline SVG, read out as `alt`, with `caption` (HTML) above.

    `extra` is HTML laid over the picture, e.g. `handle`.
    """
    opening, elements = _elements(figure)
    opening = _SIZE.sub(f'role="img" aria-label="{escape(alt)}"', opening, count=1)
    heading = f"<figcaption>{caption}</figcaption>" if caption else ""
    picture = f"{opening}{getattr(figure, 'frame', '')}{elements}</svg>"
    wide = f"--width:{figure.get_figwidth() * 72:.0f}px"
    return f'<figure class="fig" style="{wide}">{heading}<div class="plot">{picture}{extra}</div></figure>'


def handle(axes: Axes, x: str = "", y: str = "") -> str:
    """Return a layer over `axes` that moves the sliders named `x` and `y` to where the pointer is pressed or dragged.

    A finger drags the grip, which stands where the sliders are; elsewhere it scrolls the page.
    """
    limits = (*axes.get_xlim(), *axes.get_ylim())
    log = "".join(letter for letter in "xy" if getattr(axes, f"get_{letter}scale")() == "log")
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


def paths(axes: Axes, trails: Sequence[tuple[str, Any]]) -> str:
    """Return a layer over `axes` with trails (colour, points (steps + 1, 2)) that `player` can play.

    A trail ends where it is no longer finite or has left for good what can be drawn.
    """
    across, up = axes.transData.transform, axes.transAxes.inverted().transform
    lines = "".join(_trail(_VARIABLES.get(colour, colour), up(across(points))) for colour, points in trails)
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


def player(steps: int) -> str:
    """Return the buttons that play the trails of the figures around them, step by step."""
    play, step = T("Play", "播放"), T("Step", "步")
    return (
        f'<div class="player"><button type="button" aria-label="{play}">▶</button>'
        f'<input type="range" min="0" max="{steps}" value="{steps}" aria-label="{step}"><output>{steps}</output></div>'
    )


def _place(axes: Axes) -> str:
    """Return the CSS that lays something exactly over `axes`."""
    box = axes.get_position()
    return f"left:{box.x0:.3%};top:{1 - box.y1:.3%};width:{box.width:.3%};height:{box.height:.3%}"


def row(*figures: str) -> str:
    """Return figures side by side; on a phone one is in sight, with a dot for each."""
    dots = "".join(
        f'<button type="button" aria-label="{T("Figure", "图")} {i + 1}"></button>' for i in range(len(figures))
    )
    more = f'<div class="dots">{dots}</div>' if len(figures) > 1 else ""
    return f'<div class="figs">{"".join(figures)}</div>{more}'


def bars(
    groups: Sequence[tuple[str | Sequence[str], Sequence[float]]],
    y: tuple[float, float],
    *,
    names: Sequence[str] = (),
    labels: tuple[str, str] = ("", ""),
    size: tuple[int, int] = (400, 280),
) -> tuple[Panel, Axes]:
    """Return a panel of bars: groups of (colour or colours, heights) side by side over names, or 1, 2, 3 ..."""
    places = tuple(range(1, len(groups[0][1]) + 1))
    named = tuple(names) or tuple(str(i) for i in places)
    figure, axes = panel(
        (0.4, len(places) + 0.6), y, labels=labels, size=size, ticks=(places, None), names=(named, None)
    )
    width = 0.72 / len(groups)
    for i, (colour, heights) in enumerate(groups):
        axes.bar([x + (i - (len(groups) - 1) / 2) * width for x in places], heights, 0.9 * width, color=colour)
    return figure, axes


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], *, caption: str = "") -> str:
    """Return an HTML table. Texts are HTML; numbers are set to four significant digits, right-aligned."""
    lines = list(rows)
    kinds = ["text" if isinstance(cell, str) else "" for cell in (lines[0] if lines else head)]
    title = f"<caption>{caption}</caption>" if caption else ""
    heads = "".join(f'<th scope="col" class="{kind}">{cell}</th>' for kind, cell in zip(kinds, head))
    body = "".join(f"<tr>{''.join(_cell(cell) for cell in cells)}</tr>" for cells in lines)
    parts = f"{title}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll"><table class="numbers">{parts}</table></div>'


def _cell(cell: Any) -> str:
    return f'<td class="text">{cell}</td>' if isinstance(cell, str) else f"<td>{number(cell)}</td>"


def legend(*entries: tuple[str, str]) -> str:
    """Return a line of (colour, HTML text) entries with a swatch each."""
    return f'<ul class="legend">{"".join(f"<li>{swatch(*entry)}</li>" for entry in entries)}</ul>'


def swatch(colour: str, text: str) -> str:
    """Return `text` (HTML) with a swatch of `colour` before it."""
    return f'<i style="background:{_VARIABLES.get(colour, colour)}"></i>{text}'


def limit(value: float) -> float:
    """Return the least of 1, 2, 5, 10, 20, ... that reaches `value`: limits of axes that rarely change draw fastest."""
    power = 10.0 ** math.floor(math.log10(max(value, 1)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


def number(value: float, digits: int = 4) -> str:
    """Return `value` as HTML: `digits` significant digits, a true minus sign, powers of ten, ∞ for what is infinite."""
    if value != value:
        return "–"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    power = f" × 10<sup>{int(exponent)}</sup>" if exponent else ""
    return f"{mantissa}{power}".replace("-", "−") if value else "0"


def escape(text: str) -> str:
    """Return `text` safe inside HTML and inside gr.HTML's templates, which would execute ${...} and {{...}}."""
    return _escape(text).replace("$", "&#36;").replace("{", "&#123;").replace("}", "&#125;")
