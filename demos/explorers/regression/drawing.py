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
HEIGHT = 42
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Place(NamedTuple):
    """Where a box stands: its middle, and how wide it is."""

    x: float
    y: float
    width: float = 92


WIDE = {
    "x1": Place(46, 92),
    "x2": Place(46, 296),
    **{f"p{i}{j}": Place(226, y) for i, j, y in ((1, 1, 44), (1, 2, 140), (2, 1, 248), (2, 2, 344))},
    **{f"z{i}": Place(392, y) for i, y in ((1, 92), (2, 296))},
    **{f"h{i}": Place(524, y, 68) for i, y in ((1, 92), (2, 296))},
    **{f"q{i}": Place(660, y) for i, y in ((1, 92), (2, 296))},
    "y": Place(800, 194, 82),
    "L": Place(926, 194, 76),
}
"""For a page with room: from left to right."""
TALL = {
    "x1": Place(101, 26),
    "x2": Place(299, 26),
    **{f"p{i}{j}": Place(x, 138) for i, j, x in ((1, 1, 48), (1, 2, 150), (2, 1, 252), (2, 2, 354))},
    **{f"z{i}": Place(x, 236) for i, x in ((1, 101), (2, 299))},
    **{f"h{i}": Place(x, 320) for i, x in ((1, 101), (2, 299))},
    **{f"q{i}": Place(x, 404) for i, x in ((1, 101), (2, 299))},
    "y": Place(200, 496),
    "L": Place(200, 580),
}
"""For a phone: from top to bottom."""
SIZES = {"wide": (968, 390), "tall": (402, 606)}


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
        f"{_edges(places, kind == 'tall', values, known, computed, now)}"
        f"{_boxes(places, net, values, known, computed, now, function)}</svg>"
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


def _edges(
    places: dict[str, Place],
    is_tall: bool,
    values: lab.Numbers,
    known: list[lab.Backward],
    computed: set[str],
    now: str,
) -> str:
    """Return a line from every box to those that read it, with its numbers."""
    passed = {
        (name, each.operation.name): gradient
        for each in known
        for name, gradient in zip(each.operation.inputs, each.passed)
    }
    parts = []
    for operation in lab.OPERATIONS:
        for name in operation.inputs:
            if name not in places:  # a weight, which stands in the box
                continue
            is_known = name in lab.INPUTS or name in computed
            edge = (name, operation.name)
            value = short(values[name]) if is_known else ""
            gradient = short(passed[edge]) if edge in passed else ""
            parts.append(_edge(places[name], places[operation.name], is_tall, value, gradient, operation.name == now))
    return "".join(parts)


def _edge(a: Place, b: Place, is_tall: bool, value: str, gradient: str, is_now: bool) -> str:
    stroke = f'stroke="var(--{"accent" if is_now else "grid"})" stroke-width="{2.5 if is_now else 1.5}"'
    if is_tall:
        x1, y1, x2, y2 = a.x, a.y + HEIGHT / 2, b.x, b.y - HEIGHT / 2
        x, y = x1 + 0.68 * (x2 - x1), y1 + 0.68 * (y2 - y1)
        places = ((x, y - 7, "middle"), (x, y + 8, "middle"))
    else:
        x1, y1, x2, y2 = a.x + a.width / 2, a.y, b.x - b.width / 2, b.y
        x, y = x1 + 0.62 * (x2 - x1), y1 + 0.62 * (y2 - y1)
        places = ((x, y - 5, "middle"), (x, y + 16, "middle"))
    line = f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" {stroke}/>'
    return line + "".join(
        _text(*place, text, colour) for place, text, colour in zip(places, (value, gradient), ("c0", "c1")) if text
    )


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
        _box(places[name], f"{NAMES[name]} = {short(values[name])}", _gradient(gradients, name), "muted", False)
        for name in lab.INPUTS
    ]
    for operation in lab.OPERATIONS:
        name, weight = operation.name, next((each for each in operation.inputs if each in lab.WEIGHTS), "")
        sign = "×" if operation.kind == "product" else "+"
        below = _gradient(gradients, weight)
        text = f"{sign} {NAMES[weight]} = {short(values[weight])}" if weight else function
        if operation.kind == "loss":
            text, below = (f"L = {short(values['L'])}" if name in computed else "L"), f"t = {short(net.target)}"
        parts.append(_box(places[name], text, below, "c2" if name in computed else "grid", name == now))
    return "".join(parts)


def _gradient(gradients: lab.Numbers, name: str) -> str:
    return f"∂ {short(gradients[name])}" if name in gradients else ""


def _box(place: Place, text: str, below: str, colour: str, is_now: bool) -> str:
    x, y = place.x - place.width / 2, place.y - HEIGHT / 2
    stroke = f'stroke="var(--{"accent" if is_now else colour})" stroke-width="{3 if is_now else 1.5}"'
    tone = "muted" if below.startswith("t") else "c1"
    lines = ((-3 if below else 5, text, "ink"), (14, below, tone))
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{place.width:g}" height="{HEIGHT}" rx="8" fill="var(--wash)" {stroke}/>'
        + "".join(_text(place.x, place.y + dy, "middle", text, tone) for dy, text, tone in lines if text)
    )


def _text(x: float, y: float, anchor: str, text: str, colour: str) -> str:
    """Return a text with a rim of the page's ground, so that it is read over a line."""
    rim = 'paint-order="stroke" stroke="var(--paper)" stroke-width="4"' if colour in ("c0", "c1") else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="13.5" fill="var(--{colour})" {rim}>{escape(text)}</text>'


def short(value: float) -> str:
    """Return a number in few characters: three digits, or a power of ten."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "–"
    if value and not 0.001 <= abs(value) < 1000:
        exponent = math.floor(math.log10(abs(value)))
        return f"{value / 10.0**exponent:.0f}·10{str(exponent).translate(_SUPERSCRIPTS)}".replace("-", "−")
    return f"{value + 0.0:.3g}".replace("-", "−")
