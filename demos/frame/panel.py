"""A pair of axes as SVG, drawn in a millisecond: the part of matplotlib's `Axes` that the explorers need, without matplotlib.

Text is text, in the page's font and the reader's language; colours are the page's variables, so that dark mode follows.
Lines end at the frame of the axes; dots are never cut, and those outside are left out.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import contourpy
import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Colour = str

COLOURS = ("#2f6fb5", "#d9730d", "#2a8c5a", "#c43d4b", "#7a4fb5", "#12889c", "#8a6a3a", "#c24f94")
INK, MUTED, GRID, PAPER = "#1f2933", "#6b7785", "#e3e7eb", "#fffffe"
VARIABLES = {colour: f"var(--c{i})" for i, colour in enumerate(COLOURS)}
VARIABLES |= {INK: "var(--ink)", MUTED: "var(--muted)", GRID: "var(--grid)", PAPER: "var(--paper)"}

MARGINS = (56, 42, 18, 28)
"""Left, bottom, right and top of a panel, around its axes, in CSS pixels."""
TEXT = 14
"""Size of the numbers at the axes, so that 11 pixels are left of it on a phone."""
MOST_TICKS = 7
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Panel:
    """A pair of axes and what is drawn in it; x, y: the limits, size: width and height in CSS pixels."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float], size: tuple[int, int], log: str):
        self.x, self.y, self.size, self.log = x, y, size, log
        left, bottom, right, top = MARGINS
        self.left, self.top = left, top
        self.width, self.height = size[0] - left - right, size[1] - top - bottom
        self._behind: list[str] = []
        self._lines: list[str] = []
        self._marks: list[str] = []

    def shares(self, points: ArrayLike) -> Array:
        """Return points (N, 2) as shares of the axes' width and height, both from 0 to 1 within it."""
        places = np.array(points, dtype=np.float64).reshape(-1, 2)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for column, (letter, (low, high)) in enumerate((("x", self.x), ("y", self.y))):
                values = places[:, column]
                if letter in self.log:
                    values, low, high = np.log(values), math.log(low), math.log(high)
                places[:, column] = (values - low) / (high - low)
        return places

    def _pixels(self, x: ArrayLike, y: ArrayLike) -> Array:
        """Return places in the picture, (N, 2); what is not finite stays so, what is far away comes nearer."""
        a, b = np.broadcast_arrays(np.asarray(x, dtype=np.float64).ravel(), np.asarray(y, dtype=np.float64).ravel())
        shares = self.shares(np.column_stack([a, b]))
        places = np.column_stack([self.left + shares[:, 0] * self.width, self.top + (1 - shares[:, 1]) * self.height])
        return np.where(np.isnan(places), np.nan, np.clip(places, -9999, 9999))

    def plot(
        self,
        x: ArrayLike,
        y: ArrayLike | None = None,
        kind: str = "-",
        *,
        color: Colour,
        linewidth: float = 2,
        dashes: Sequence[float] = (),
        alpha: float = 1,
        markersize: float = 6,
        steps: bool = False,
        hold: bool = False,
    ) -> None:
        """Draw a line through the points x, y (N,), dots at them ("o"), or both ("o-"); x alone is y over 0, 1, 2, ...

        y (N, lines) draws several; steps: flat from each point to the next; hold: what lies beyond the axis stays at its end
        (`held`).
        """
        across, up = (np.arange(len(np.asarray(x))), np.asarray(x)) if y is None else (np.asarray(x), np.asarray(y))
        if up.ndim == 2:
            for column in up.T:
                self.plot(across, column, kind, color=color, linewidth=linewidth, alpha=alpha)
            return
        if steps:
            across, up = np.repeat(across, 2)[1:], np.repeat(up, 2)[:-1]
        if hold:
            up = self.held(across, up, color)
        places = self._pixels(across, up)
        if "-" in kind:
            dash = f' stroke-dasharray="{" ".join(f"{d * linewidth:g}" for d in dashes)}"' if dashes else ""
            style = f'fill="none" stroke="{_variable(color)}" stroke-width="{linewidth:g}"{dash}{_opacity(alpha)}'
            self._lines.append(f'<path d="{_path(places)}" {style}/>')
        if "o" in kind:
            self._marks += [self._dot(place, color, markersize / 2, alpha) for place in places if self._within(place)]

    def held(self, x: ArrayLike, y: ArrayLike, color: Colour) -> Array:
        """Return y (N,) with what lies beyond the axis at its end, where a triangle points on from the first such point."""
        across, up = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        for end, beyond, way in ((self.y[1], up > self.y[1], -1), (self.y[0], up < self.y[0], 1)):
            if beyond.any():
                (a, b) = self._pixels(across[beyond.argmax()], end)[0]
                d = f"M{a - 6:.1f} {b - way * 10:.1f}h12l-6 {way * 10}z"
                self._marks.append(f'<path class="beyond" d="{d}" fill="{_variable(color)}"/>')
        return np.clip(up, *self.y)

    def _within(self, place: Array) -> bool:
        x, y = place[0] - self.left, place[1] - self.top
        return bool(-0.5 <= x <= self.width + 0.5 and -0.5 <= y <= self.height + 0.5)

    def _dot(self, place: Array, color: Colour, radius: float, alpha: float) -> str:
        return f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="{radius:g}" fill="{_variable(color)}"{_opacity(alpha)}/>'

    def cross(self, x: float, y: float) -> None:
        """Mark a point, such as a minimum, behind all lines."""
        (a, b), reach = self._pixels(x, y)[0], 6
        d = f"M{a - reach:.1f} {b:.1f}h{2 * reach}M{a:.1f} {b - reach:.1f}v{2 * reach}"
        self._behind.append(f'<path d="{d}" stroke="{_variable(INK)}" stroke-width="2"/>')

    def axvline(self, x: float, *, color: Colour, linewidth: float = 1, dashes: Sequence[float] = ()) -> None:
        """Draw a vertical line."""
        self.plot([x, x], list(self.y), color=color, linewidth=linewidth, dashes=dashes)

    def axhline(self, y: float, *, color: Colour, linewidth: float = 1, dashes: Sequence[float] = ()) -> None:
        """Draw a horizontal line."""
        self.plot(list(self.x), [y, y], color=color, linewidth=linewidth, dashes=dashes)

    def bar(self, x: Sequence[float], heights: ArrayLike, width: float, *, color: Colour | Sequence[Colour]) -> None:
        """Draw bars from 0, or from the bottom of a logarithmic axis, up or down to `heights`."""
        colours = [color] * len(x) if isinstance(color, str) else color
        for place, height, colour in zip(x, np.ravel(heights), colours, strict=True):
            base = self.y[0] if "y" in self.log else 0.0
            (left, one), (right, other) = self._pixels([place - width / 2, place + width / 2], [base, height])
            if np.isfinite([one, other]).all():
                box = f'x="{left:.1f}" y="{min(one, other):.1f}" width="{right - left:.1f}" height="{abs(other - one):.1f}"'
                self._lines.append(f'<rect {box} fill="{_variable(colour)}"/>')

    def fill_between(
        self, x: ArrayLike, low: ArrayLike, high: ArrayLike, *, color: Colour, alpha: float = 1, steps: bool = False
    ) -> None:
        """Fill between two curves over x (N,)."""
        across, top = np.asarray(x, dtype=np.float64), np.asarray(high, dtype=np.float64)
        if steps:
            across, top = np.repeat(across, 2)[1:], np.repeat(top, 2)[:-1]
        bottom = np.broadcast_to(np.asarray(low, dtype=np.float64), top.shape)
        outline = np.concatenate([self._pixels(across, top), self._pixels(across, bottom)[::-1]])
        self._lines.append(f'<path d="{_path(outline)}Z" fill="{_variable(color)}"{_opacity(alpha)}/>')

    def text(
        self, x: float, y: float, text: str, *, color: Colour = INK, size: int = TEXT, anchor: str = "middle"
    ) -> None:
        """Write a text whose middle ("start": left end) stands at x, y."""
        (a, b) = self._pixels(x, y)[0]
        self._marks.append(_text(a, b + 0.35 * size, text, anchor, color, size))

    def cell(self, x: float, y: float, text: str, *, color: Colour, ink: Colour) -> None:
        """Draw a cell of a table of numbers, one unit wide and high, its lower left corner at x, y."""
        (left, bottom), (right, top) = self._pixels([x + 0.06, x + 0.94], [y + 0.06, y + 0.94])
        box = f'x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" rx="4"'
        self._behind.append(f'<rect {box} fill="{_variable(color)}" opacity="0.3"/>')
        self.text(x + 0.5, y + 0.5, text, color=ink)

    def contour(self, x: ArrayLike, y: ArrayLike, z: ArrayLike, levels: Iterable[float], *, color: Colour) -> str:
        """Draw the lines of equal height of z (rows, columns) over x (columns,) and y (rows,), behind all others."""
        lines = contourpy.contour_generator(np.asarray(x), np.asarray(y), np.asarray(z))
        pieces = (line for level in levels for line in lines.lines(float(level)))
        d = "".join(_path(self._pixels(line[:, 0], line[:, 1])) for line in pieces)
        return f'<path d="{d}" fill="none" stroke="{_variable(color)}" opacity="0.4"/>'

    def behind(self, elements: str) -> None:
        """Put SVG elements, such as those of `contour`, behind all lines: they are worth keeping from one picture to the next."""
        self._behind.append(elements)

    def elements(self) -> str:
        """Return everything drawn as SVG elements."""
        box = f'x="{self.left}" y="{self.top}" width="{self.width}" height="{self.height}"'
        # a picture in the picture cuts off what leaves the axes, and needs no name for its clip path
        view = f'<svg {box} viewBox="{self.left} {self.top} {self.width} {self.height}" overflow="hidden">'
        return f"{''.join(self._behind)}{view}{''.join(self._lines)}</svg>{''.join(self._marks)}"

    def frame(
        self, labels: tuple[str, str], ticks: Sequence[Sequence[float] | None], names: Sequence, whole: str
    ) -> None:
        """Draw grid, numbers and labels."""
        for letter, limits, places, texts in zip("xy", (self.x, self.y), ticks, names, strict=True):
            at = _ticks(limits, log=letter in self.log, whole=letter in whole) if places is None else places
            named = [tick_name(value, log=letter in self.log) for value in at] if texts is None else texts
            for value, name in zip(at, named, strict=True):
                self._tick(letter, value, name)
        bottom, right = self.top + self.height, self.left + self.width
        axes = f'd="M{self.left} {self.top}V{bottom}H{right}" fill="none" stroke="{_variable(GRID)}"'
        self._behind.append(f"<path {axes}/>")
        self._behind.append(_text(self.left + self.width / 2, self.size[1] - 3, labels[0], "middle", MUTED))
        self._behind.append(_text(self.left - 4, self.top - 10, labels[1], "start", MUTED))

    def _tick(self, letter: str, value: float, name: str) -> None:
        if letter == "x":
            a = self._pixels(value, self.y[0])[0][0]
            line, text = f"M{a:.1f} {self.top}v{self.height}", (a, self.top + self.height + 17, name, "middle")
        else:
            b = self._pixels(self.x[0], value)[0][1]
            line, text = f"M{self.left} {b:.1f}h{self.width}", (self.left - 7, b + 5, name, "end")
        self._behind.append(f'<path d="{line}" stroke="{_variable(GRID)}"/>{_text(*text, MUTED)}')


def _variable(colour: Colour) -> str:
    return VARIABLES.get(colour, colour)


def _opacity(alpha: float) -> str:
    return "" if alpha == 1 else f' opacity="{alpha:g}"'


def _path(places: Array) -> str:
    """Return an SVG path through places (N, 2), broken where they aren't finite."""
    finite = np.isfinite(places).all(axis=1)
    parts = []
    for there, group in itertools.groupby(zip(finite, places.tolist()), key=lambda pair: pair[0]):
        if there:
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for _, (x, y) in group))
    return "".join(parts)


def _text(x: float, y: float, text: str, anchor: str, colour: Colour, size: int = TEXT) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"'
    return f'<text {place} fill="{_variable(colour)}">{escape(text)}</text>' if text else ""


def _ticks(limits: tuple[float, float], *, log: bool, whole: bool) -> list[float]:
    """Return round values within the limits, at most MOST_TICKS + 1; whole: whole numbers only."""
    low, high = limits
    if log:
        first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
        return [10.0**e for e in range(first, last + 1, math.ceil((last - first) / 6) or 1)]
    rough = (high - low) / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough * (1 - 1e-9))
    step = max(step, 1) if whole else step
    return [i * step for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def tick_name(value: float, *, log: bool = False) -> str:
    """Return a number as it stands at an axis: a true minus sign, powers of ten on a logarithmic one."""
    exponent = round(math.log10(value)) if log else 0
    if log and not -2 <= exponent <= 3:
        return "10" + str(exponent).translate(_SUPERSCRIPTS)
    return f"{value:.6g}".replace("-", "−")


def panel(
    x: tuple[float, float],
    y: tuple[float, float],
    *,
    labels: tuple[str, str] = ("", ""),
    size: tuple[int, int] = (400, 280),
    log: str = "",
    ticks: tuple[Sequence[float] | None, Sequence[float] | None] = (None, None),
    names: tuple[Sequence[str] | None, Sequence[str] | None] = (None, None),
    whole: str = "",
) -> Panel:
    """Return a pair of axes in the pages' style.

    x, y: the limits; labels: symbols or words (T) for the axes; size: width and height in CSS pixels; log: "x", "y" or
    "xy", the logarithmic ones; ticks: where the numbers stand on each axis (None: round values), names: what stands there
    in their place; whole: the axes that count, such as epochs.
    """
    axes = Panel(x, y, size, log)
    axes.frame(labels, ticks, names, whole)
    return axes


def bars(
    groups: Sequence[tuple[Colour | Sequence[Colour], Any]],
    y: tuple[float, float],
    *,
    names: Sequence[str] = (),
    labels: tuple[str, str] = ("", ""),
    size: tuple[int, int] = (400, 280),
) -> Panel:
    """Return a panel of bars: groups of (colour or colours, heights) side by side over names, or 1, 2, 3 ..."""
    places = [float(i) for i in range(1, len(groups[0][1]) + 1)]
    named = list(names) or [f"{i:g}" for i in places]
    axes = panel((0.4, len(places) + 0.6), y, labels=labels, size=size, ticks=(places, None), names=(named, None))
    width = 0.72 / len(groups)
    for i, (colour, heights) in enumerate(groups):
        axes.bar([x + (i - (len(groups) - 1) / 2) * width for x in places], heights, 0.9 * width, color=colour)
    return axes
