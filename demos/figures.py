"""Figures as the pages show them: matplotlib draws, the page gets an SVG that follows its width, font and dark mode.

A figure holds symbols and numbers only; words stand around it in HTML, where both languages and screen readers find
them. `panel()` gives a `Figure` and its `Axes` in our style, `svg()` turns it into HTML, `row()` sets several side by
side (one below the other on a phone), `table()` and `legend()` are the words and numbers that go with them.
matplotlib.pyplot is not thread-safe and is never used.

Colours are `COLOURS[0]` to `COLOURS[7]`, `INK`, `MUTED`, `GRID` and `PAPER`: in the page each becomes a CSS variable
(ui.css) with a light and a dark value. Other colours are kept as they are.
"""

import io
import re
from collections.abc import Iterable, Sequence
from html import escape as _escape
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

matplotlib.rcParams.update({"svg.fonttype": "none", "axes.unicode_minus": True})

COLOURS = ("#2f6fb5", "#d9730d", "#2a8c5a", "#c43d4b", "#7a4fb5", "#12889c", "#8a6a3a", "#c24f94")
INK, MUTED, GRID, PAPER = "#1f2933", "#6b7785", "#e3e7eb", "#fffffe"

_VARIABLES = {colour: f"var(--c{i})" for i, colour in enumerate(COLOURS)}
_VARIABLES |= {INK: "var(--ink)", MUTED: "var(--muted)", GRID: "var(--grid)", PAPER: "var(--paper)"}
_COLOUR = re.compile("|".join(_VARIABLES))
_NOISE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>| font-family: [^;]+;| id=\"[\w.]+_\d+\"", re.DOTALL)
_SIZE = re.compile(r'width="[\d.]+pt" height="[\d.]+pt"')
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


def panel(
    x: tuple[float, float],
    y: tuple[float, float],
    *,
    labels: tuple[str, str] = ("", ""),
    size: tuple[int, int] = (420, 290),
    equal: bool = False,
) -> tuple[Figure, Axes]:
    """Return a figure with one pair of axes in the pages' style.

    x, y: the limits of the axes; labels: symbols for them; size: width and height in CSS pixels, at which text is
    11 px; equal: keep one unit as long on one axis as on the other.
    """
    width, height = size
    figure = Figure(figsize=(width / 72, height / 72), dpi=72)
    left, bottom, right, top = 46, 34, 10, 10
    axes = figure.add_axes((left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height))
    axes.set(xlim=x, ylim=y)
    if equal:
        axes.set_aspect("equal", adjustable="datalim")
    axes.grid(True, color=GRID, linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(colors=MUTED, labelsize=11, length=0, pad=5)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(GRID)
    axes.set_xlabel(labels[0], color=MUTED, fontsize=11, labelpad=1)
    axes.set_ylabel(labels[1], color=MUTED, fontsize=11, labelpad=1)
    return figure, axes


def svg(figure: Figure, alt: str, *, caption: str = "", extra: str = "") -> str:
    """Return `figure` as an HTML figure: inline SVG, read out as `alt`, with `caption` (HTML) above.

    `extra` is HTML laid over the picture (see `handles` in ui.js).
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata=_NO_METADATA)
    text = buffer.getvalue()
    text = _NOISE.sub("", text[text.index("<svg") :])
    text = _SIZE.sub(f'role="img" aria-label="{escape(alt)}"', text, count=1)
    text = _COLOUR.sub(lambda match: _VARIABLES[match[0]], text)
    heading = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure class="fig">{heading}<div class="plot">{text}{extra}</div></figure>'


def row(*figures: str) -> str:
    """Return figures side by side, wrapping where the page is narrow."""
    return f'<div class="figs">{"".join(figures)}</div>'


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], *, caption: str = "") -> str:
    """Return an HTML table. The cells are HTML; numbers are set to four significant digits, right-aligned."""
    title = f"<caption>{caption}</caption>" if caption else ""
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(_cell(cell) for cell in cells)}</tr>" for cells in rows)
    parts = f"{title}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll"><table class="numbers">{parts}</table></div>'


def _cell(cell: Any) -> str:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f"<td>{number(cell)}</td>"
    return f'<td class="text">{cell}</td>'


def legend(*entries: tuple[str, str]) -> str:
    """Return a line of (colour, HTML text) entries with a swatch each."""
    items = "".join(
        f'<li><i style="background:{_VARIABLES.get(colour, colour)}"></i>{text}</li>' for colour, text in entries
    )
    return f'<ul class="legend">{items}</ul>'


def number(value: float, digits: int = 4) -> str:
    """Return `value` with `digits` significant digits, a true minus sign and ∞ for what is infinite."""
    if value != value:
        return "–"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{digits}g}".replace("-", "−") if value else "0"


def escape(text: str) -> str:
    """Return `text` safe inside HTML and inside gr.HTML's templates, which would execute ${...} and {{...}}."""
    return _escape(text).replace("$", "&#36;").replace("{", "&#123;").replace("}", "&#125;")
