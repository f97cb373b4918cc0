"""The graph of a net 2-2-1 as a picture: operations as boxes, on each edge the value forwards and the gradient back."""

import math
from typing import NamedTuple

from demos.frame import figures
from demos.frame.figures import COLOURS
from demos.frame.html import escape
from demos.frame.language import T
from zoo.lab import graph as lab

NAMES = {
    name: name[0] + name[1:].translate(str.maketrans("12", "₁₂"))
    for name in (*lab.INPUTS, *lab.WEIGHTS, *(each.name for each in lab.OPERATIONS))
}
FORWARD = len(lab.OPERATIONS)
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Place(NamedTuple):
    """Where a box stands: its middle, and how wide and how high it is."""

    x: float
    y: float
    width: float = 76
    height: float = 60


WIDE = {
    "x1": Place(39, 82),
    "x2": Place(39, 282),
    **{f"p{i}{j}": Place(228, y) for i, j, y in ((1, 1, 36), (1, 2, 128), (2, 1, 236), (2, 2, 328))},
    **{f"z{i}": Place(370, y) for i, y in ((1, 82), (2, 282))},
    **{f"h{i}": Place(498, y, 68, 36) for i, y in ((1, 82), (2, 282))},
    **{f"q{i}": Place(626, y) for i, y in ((1, 82), (2, 282))},
    "y": Place(762, 182),
    "L": Place(896, 182),
}
"""For a page with room: from left to right."""
TALL = {
    "x1": Place(94, 34),
    "x2": Place(306, 34),
    **{f"p{i}{j}": Place(x, 176) for i, j, x in ((1, 1, 42), (1, 2, 146), (2, 1, 254), (2, 2, 358))},
    **{f"z{i}": Place(x, 290) for i, x in ((1, 94), (2, 306))},
    **{f"h{i}": Place(x, 374, 76, 34) for i, x in ((1, 94), (2, 306))},
    **{f"q{i}": Place(x, 458) for i, x in ((1, 94), (2, 306))},
    "y": Place(200, 572),
    "L": Place(200, 672),
}
"""For a phone: from top to bottom."""
SIZES = {"wide": (936, 364), "tall": (400, 706)}
CROSSING = (("x1", "p21"), ("x2", "p12"))
"""Edges whose numbers stand near their ends, apart from one another."""


def picture(net: lab.Net, values: lab.Numbers, back: list[lab.Backward], step: int, function: str) -> str:
    """Return the graph after `step`, as HTML, with the buttons that step on and back. function: the activation's name."""
    known = back[: max(0, step - FORWARD)]
    computed = {each.name for each in lab.OPERATIONS[:step]}
    now = lab.OPERATIONS[step - 1].name if 1 <= step <= FORWARD else known[-1].operation.name if known else ""
    now = now if step <= 2 * FORWARD else ""
    legend = figures.legend(
        (COLOURS[0], T("value, forward", "值（前向）")), (COLOURS[1], T("gradient, backward", "梯度（反向）"))
    )
    alt = T("The net as a graph of operations with values and gradients", "网络的计算图，带有数值与梯度")
    drawings = "".join(
        f'<svg class="{kind}" viewBox="0 0 {SIZES[kind][0]} {SIZES[kind][1]}" role="img" aria-label="{alt}">'
        f"{_edges(places, kind == 'tall', now)}{_boxes(places, net, values, known, computed, now, function)}"
        f"{_numbers(places, kind == 'tall', values, known, computed)}</svg>"
        for kind, places in (("wide", WIDE), ("tall", TALL))
    )
    return f'{legend}{_stepper(step)}<figure class="fig graph" style="--width:900px"><div class="plot">{drawings}</div></figure>'


def _stepper(step: int) -> str:
    last = 2 * FORWARD + 1
    back, on = T("One step back", "后退一步"), T("One step on", "前进一步")
    count = T(f"Step {step} of {last}", f"第 {step} 步，共 {last} 步")
    again = T("Update and begin again", "更新后重新开始") if step == last else on
    return (
        f'<div class="stepper" data-control="step" data-last="{last}" data-then="updates">'
        f'<button type="button" data-by="-1" aria-label="{back}"{" disabled" if step == 0 else ""}>◀</button>'
        f"<span>{count}</span>"
        f'<button type="button" data-by="1" aria-label="{again}" title="{again}">{"↻" if step == last else "▶"}</button></div>'
    )


def _pairs(places: dict[str, Place]) -> list[tuple[str, str]]:
    """Return the edges: from every box to those that read it. Weights stand in the boxes."""
    return [(name, each.name) for each in lab.OPERATIONS for name in each.inputs if name in places]


def _ends(a: Place, b: Place, is_tall: bool) -> tuple[float, float, float, float]:
    """Return where an edge begins and ends: x1, y1, x2, y2."""
    if is_tall:
        return a.x, a.y + a.height / 2, b.x, b.y - b.height / 2
    return a.x + a.width / 2, a.y, b.x - b.width / 2, b.y


def _edges(places: dict[str, Place], is_tall: bool, now: str) -> str:
    parts = []
    for source, target in _pairs(places):
        x1, y1, x2, y2 = _ends(places[source], places[target], is_tall)
        stroke = (
            f'stroke="var(--{"accent" if target == now else "muted"})" stroke-width="{2.5 if target == now else 1}"'
        )
        parts.append(f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" {stroke}/>')
    return "".join(parts)


def _numbers(
    places: dict[str, Place], is_tall: bool, values: lab.Numbers, known: list[lab.Backward], computed: set[str]
) -> str:
    """Return on every edge the value that went along it, and the gradient that came back."""
    passed = {
        (name, each.operation.name): gradient
        for each in known
        for name, gradient in zip(each.operation.inputs, each.passed)
    }
    parts = []
    for edge in _pairs(places):
        x1, y1, x2, y2 = _ends(places[edge[0]], places[edge[1]], is_tall)
        share = (0.82 if is_tall else 0.8) if edge in CROSSING else 0.45
        x, y = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
        if edge[0] in lab.INPUTS or edge[0] in computed:
            parts.append(_text(x, y - (3 if is_tall else 6), short(values[edge[0]]), "c0"))
        if edge in passed:
            parts.append(_text(x, y + (13 if is_tall else 16), short(passed[edge]), "c1"))
    return "".join(parts)


def _boxes(
    places: dict[str, Place],
    net: lab.Net,
    values: lab.Numbers,
    known: list[lab.Backward],
    computed: set[str],
    now: str,
    function: str,
) -> str:
    """Return a box for each input and each operation: what it does, with its weight and the gradient of that."""
    gradients = known[-1].gradients if known else {}
    parts = [
        _box(places[name], [NAMES[name], short(values[name]), _gradient(gradients, name)], "muted", False)
        for name in lab.INPUTS
    ]
    for operation in lab.OPERATIONS:
        name, weight = operation.name, next((each for each in operation.inputs if each in lab.WEIGHTS), "")
        if operation.kind == "loss":
            rows = ["L", short(values["L"]) if name in computed else "", f"t = {short(net.target)}"]
        elif weight:
            sign = "×" if operation.kind == "product" else "+"
            rows = [f"{sign} {NAMES[weight]}", short(values[weight]), _gradient(gradients, weight)]
        else:
            rows = [function]
        parts.append(_box(places[name], rows, "c2" if name in computed else "muted", name == now))
    return "".join(parts)


def _gradient(gradients: lab.Numbers, name: str) -> str:
    return f"∂ {short(gradients[name])}" if name in gradients else ""


def _box(place: Place, rows: list[str], colour: str, is_now: bool) -> str:
    """Return a box with its rows: what it does, its number, the gradient of that."""
    x, y = place.x - place.width / 2, place.y - place.height / 2
    stroke = f'stroke="var(--{"accent" if is_now else colour})" stroke-width="{3 if is_now else 1.2}"'
    box = f'<rect x="{x:g}" y="{y:g}" width="{place.width:g}" height="{place.height:g}" rx="8" fill="var(--wash)" {stroke}/>'
    middle, tones = place.y + 5 - 9 * (len(rows) - 1), ("ink", "c0", "c1")
    return box + "".join(
        _text(place.x, middle + 18 * i, row, "muted" if row.startswith("t ") else tones[i], rim=False)
        for i, row in enumerate(rows)
        if row
    )


def _text(x: float, y: float, text: str, colour: str, *, rim: bool = True) -> str:
    """Return a text; rim: of the page's ground, so that it is read over a line."""
    around = 'paint-order="stroke" stroke="var(--paper)" stroke-width="3"' if rim else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="middle" font-size="14" fill="var(--{colour})" {around}>{escape(text)}</text>'


def short(value: float) -> str:
    """Return a number in few characters: three digits, or a power of ten."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "–"
    if value and not 0.001 <= abs(value) < 1000:
        exponent = math.floor(math.log10(abs(value)))
        return f"{value / 10.0**exponent:.0f}·10{str(exponent).translate(_SUPERSCRIPTS)}".replace("-", "−")
    return f"{value + 0.0:.3g}".replace("-", "−")
