"""Sketch clothes for training as they lie on a floor, at 28 x 28: sleeves apart, shoes in pairs from above.

Fashion-MNIST shows every garment the way a shop does. What people photograph lies otherwise, and a few bones and
outlines are enough to say how. Lengths are in units of a top's width, about.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from zoo.synthetic.canvas import SIDE, Sheet

SLEEVELESS = -1.0  # a radius below zero paints nothing


def draw(labels: Tensor, generator: torch.Generator) -> Tensor:
    """Sketch one garment for each label. labels (N,) int64 in 0..9 -> uint8 (N, 28, 28), light on a ground of 0.

    labels are Fashion-MNIST's; the generator lives on their device.
    """
    pictures = torch.zeros((len(labels), SIDE, SIDE), dtype=torch.uint8, device=labels.device)
    for label, sketch in enumerate(GARMENTS):
        rows = (labels == label).nonzero().squeeze(1)
        for part in rows.split(256) if len(rows) else ():
            sheet = Sheet(len(part), generator)
            sketch(sheet)
            pictures[part] = sheet.finished()
    return pictures


def _sleeves(
    s: Sheet, top: Tensor, shoulder: Tensor, upper: Tensor, lower: Tensor, spread: tuple[float, float], thick: Tensor
) -> None:
    """Paint two arms, each posed on its own. spread: degrees from hanging down; a negative thickness paints none."""
    for side in (1, -1):
        angle = torch.deg2rad(s.uniform(*spread))
        bent = angle + torch.deg2rad(s.normal(18))
        x, y = shoulder - 0.8 * thick, top + 0.9 * thick
        elbow_x, elbow_y = x + upper * angle.sin(), y + upper * angle.cos()
        wrist_x, wrist_y = elbow_x + lower * bent.sin(), elbow_y + lower * bent.cos()
        s.bone(
            (elbow_x, elbow_y, 0.85 * thick),
            (wrist_x, wrist_y, torch.where(lower > 0.05, 0.65 * thick, 0.85 * thick)),
            side=side,
        )
        s.bone((x, y, thick), (elbow_x, elbow_y, 0.85 * thick), side=side)


def _body(s: Sheet, top: Tensor, length: Tensor, chest: Tensor, waist: Tensor, hem: Tensor) -> Tensor:
    """Paint shoulders, chest and hem with a neck cut out -> the half width of the shoulders."""
    shoulder = chest * s.uniform(0.9, 1.05)
    neck = s.uniform(0.12, 0.22)
    drop = s.uniform(0.05, 0.14)
    s.outline([top, top + drop, top + 0.45, top + 0.6 * length, top + length], [neck, shoulder, chest, waist, hem])
    depth = s.uniform(0.02, 0.25)
    s.bone((0.0, top, 0.8 * neck), (0.0, top + depth, 0.4 * neck), grey=s.cloth.mean((1, 2)) * s.uniform(0.2, 0.7))
    return shoulder


def _front(s: Sheet, top: Tensor, length: Tensor, width: float) -> None:
    """Paint an opening down the front, with buttons on some."""
    grey = s.cloth.mean((1, 2))
    line = torch.where(s.chance(0.5), 0.55 * grey, 1.25 * grey)
    x = s.normal(0.02)
    s.bone((x, top + 0.15, width), (x + s.normal(0.03), top + length - 0.05, width), grey=line)
    with_buttons = torch.where(s.chance(0.6), 0.035, -1.0)
    button = torch.where(grey > 0.5, 0.15, 0.95)
    for k in range(1, 6):
        y = top + 0.15 + (length - 0.25) * k / 6
        s.bone((x, y, with_buttons), (x, y + 0.01, with_buttons), grey=button)


def _collar(s: Sheet, top: Tensor, size: Tensor) -> None:
    for side in (1, -1):
        s.bone((0.16, top - 0.02, 0.07), (0.03, top + size, 0.03), side=side, tone=s.uniform(0.75, 1.15))


def _t_shirt(s: Sheet) -> None:
    length, chest = s.uniform(1.1, 1.55), s.uniform(0.45, 0.56)
    top = -length / 2
    _sleeves(s, top, chest, s.uniform(0.16, 0.36), 0.02 * s.uniform(0, 1), (20, 95), s.uniform(0.17, 0.24))
    _body(s, top, length, chest, chest * s.uniform(0.9, 1.02), chest * s.uniform(0.92, 1.08))
    shown = torch.where(s.chance(0.35), s.uniform(0.05, 0.2), torch.tensor(-1.0, device=top.device))
    s.bone((-0.1, top + 0.5, shown), (0.1, top + 0.5, shown), grey=s.uniform(0.1, 1))


def _long_sleeves(s: Sheet, top: Tensor, chest: Tensor, thick: tuple[float, float]) -> None:
    _sleeves(s, top, chest, s.uniform(0.45, 0.7), s.uniform(0.35, 0.7), (3, 80), s.uniform(*thick))


def _pullover(s: Sheet) -> None:
    length, chest = s.uniform(1.1, 1.55), s.uniform(0.45, 0.58)
    top = -length / 2
    _long_sleeves(s, top, chest, (0.14, 0.2))
    hem = chest * s.uniform(0.85, 1.02)
    _body(s, top, length, chest, chest * s.uniform(0.92, 1.04), hem)
    s.outline([top + length - 0.14, top + length], [hem, 0.95 * hem], tone=s.uniform(0.7, 1.0))


def _shirt(s: Sheet) -> None:
    length, chest = s.uniform(1.25, 1.7), s.uniform(0.44, 0.54)
    top = -length / 2
    long = s.chance(0.65)
    upper = torch.where(long, s.uniform(0.45, 0.7), s.uniform(0.2, 0.36))
    lower = torch.where(long, s.uniform(0.35, 0.65), torch.tensor(0.02, device=top.device))
    _sleeves(s, top, chest, upper, lower, (5, 80), s.uniform(0.14, 0.2))
    _body(s, top, length, chest, chest * s.uniform(0.9, 1.02), chest * s.uniform(0.9, 1.08))
    _front(s, top, length, 0.015)
    _collar(s, top, s.uniform(0.12, 0.24))


def _coat(s: Sheet) -> None:
    length, chest = s.uniform(1.4, 2.3), s.uniform(0.45, 0.6)
    top = -length / 2
    _long_sleeves(s, top, chest, (0.16, 0.23))
    hood = torch.where(s.chance(0.25), s.uniform(0.18, 0.3), torch.tensor(-1.0, device=top.device))
    s.bone((0.0, top - 0.1, hood), (0.0, top + 0.1, hood), tone=0.8)
    _body(s, top, length, chest, chest * s.uniform(0.85, 1.0), chest * s.uniform(0.95, 1.3))
    _front(s, top, length, 0.03)
    _collar(s, top, s.uniform(0.2, 0.55))
    for side in (1, -1):
        s.bone((0.2, top + 0.62 * length, 0.02), (0.36, top + 0.66 * length, 0.02), side=side, tone=0.5)


def _dress(s: Sheet) -> None:
    length, chest = s.uniform(1.9, 2.9), s.uniform(0.32, 0.46)
    top = -length / 2
    kind = s.uniform(0, 1)
    thick = torch.where(kind < 0.45, torch.tensor(SLEEVELESS, device=top.device), s.uniform(0.12, 0.18))
    _sleeves(s, top, chest, s.uniform(0.15, 0.5), torch.where(kind > 0.8, 0.5, 0.02), (5, 60), thick)
    strap = torch.where(kind < 0.25, s.uniform(0.02, 0.06), SLEEVELESS)
    for side in (1, -1):
        s.bone((0.55 * chest, top - 0.25, strap), (0.6 * chest, top + 0.1, strap), side=side)
    waist = chest * s.uniform(0.7, 0.98)
    hem = waist * s.uniform(1.0, 2.6)
    waistline = top + length * s.uniform(0.3, 0.42)
    _body(s, top, waistline - top, chest, 0.5 * (chest + waist), waist)
    s.outline(
        [waistline, waistline + 0.5 * (top + length - waistline), top + length], [waist, 0.4 * waist + 0.6 * hem, hem]
    )
    s.outline([waistline - 0.03, waistline + 0.03], [waist, waist], tone=s.uniform(0.5, 1.1))


def _trousers(s: Sheet) -> None:
    length = torch.where(s.chance(0.12), s.uniform(1.0, 1.3), s.uniform(2.0, 2.8))
    waist, top = s.uniform(0.36, 0.48), -length / 2
    hip, thick = waist * s.uniform(1.1, 1.3), s.uniform(0.17, 0.25)
    cuff = thick * s.uniform(0.45, 1.1)
    for side in (1, -1):
        foot = hip - thick + s.uniform(-0.08, 0.35)
        s.bone((hip - thick, top + 0.55, thick), (foot, top + length - cuff, cuff), side=side)
    s.outline([top, top + 0.3, top + 0.7], [waist, hip, 0.96 * hip])
    s.outline([top, top + 0.12], [waist, 1.02 * waist], tone=s.uniform(0.6, 1.0))
    s.bone((0.0, top + 0.12, 0.02), (0.0, top + 0.7, 0.03), tone=0.5)


def _pair(s: Sheet) -> list[tuple[Tensor, Tensor]]:
    """Return where two shoes seen from above have their middles and how they lean; a lone shoe hides its fellow."""
    apart = s.uniform(0.26, 0.42)
    alone = s.chance(0.3)
    return [(torch.where(alone, 0.0 * apart, side * apart), s.normal(0.08)) for side in (1, -1)]


def _seen_from_above(s: Sheet, *, opening: tuple[float, float], laces: float) -> None:
    """Paint one or two shoes with their toes up or down: sole, upper, dark opening, laces."""
    toes = torch.where(s.chance(0.6), -1.0, 1.0)
    sole, dark, lace = s.uniform(0.3, 1.0), s.uniform(0.05, 0.3), s.uniform(0.3, 1.0)
    wide = s.uniform(0.2, 0.26)
    low, high = s.uniform(*opening), s.uniform(0.5, 0.62)
    for x, lean in _pair(s):
        s.bone((x + lean, 0.62 * toes, wide + 0.03), (x, -0.66 * toes, 0.85 * wide + 0.03), grey=sole)
        s.bone((x + lean, 0.6 * toes, wide), (x, -0.64 * toes, 0.85 * wide))
        s.bone((x, -low * toes, 0.5 * wide), (x, -high * toes, 0.6 * wide), grey=dark)
        for k in range(4):
            y = (0.28 - 0.12 * k) * toes
            s.bone((x + lean / 2 - 0.1, y, laces), (x + lean / 2 + 0.1, y, laces), grey=lace)


def _sneaker(s: Sheet) -> None:
    _seen_from_above(s, opening=(0.2, 0.34), laces=0.02)


def _ankle_boot(s: Sheet) -> None:
    """Boots lying or standing: a shaft as wide as the foot, open at its end, and the toe beyond."""
    shaft = s.uniform(0.4, 0.8)
    dark = s.uniform(0.05, 0.3)
    for x, lean in _pair(s):
        turn = s.uniform(0.05, 0.3) * torch.where(x < 0, -1.0, 1.0)
        s.bone((x, -shaft, 0.22), (x + lean, 0.4, 0.22))
        s.bone((x + lean, 0.45, 0.22), (x + lean + turn, 0.7, 0.2), tone=0.9)
        s.bone((x - 0.1, -shaft - 0.1, 0.07), (x + 0.1, -shaft - 0.1, 0.07), grey=dark)


def _sandal(s: Sheet) -> None:
    """Sandals from above: a sole, and straps across it or from between the toes."""
    toes = torch.where(s.chance(0.6), -1.0, 1.0)
    wide, strap = s.uniform(0.18, 0.25), s.uniform(0.03, 0.08)
    light = s.uniform(0.3, 1.0)
    thong = s.chance(0.5)
    for x, lean in _pair(s):
        s.bone((x + lean, 0.6 * toes, wide), (x, -0.66 * toes, 0.8 * wide), tone=0.6)
        for side in (1.0, -1.0):
            across = torch.where(thong, 0.0, -side * wide)
            front = torch.where(thong, 0.55, 0.35) * toes
            s.bone((x + lean + across, front, strap), (x + side * wide, 0.2 * toes, strap), grey=light)
        back = torch.where(s.chance(0.5), strap, SLEEVELESS)
        s.bone((x - wide, -0.35 * toes, back), (x + wide, -0.35 * toes, back), grey=light)


def _bag(s: Sheet) -> None:
    top, height = s.uniform(-0.4, -0.1), s.uniform(0.7, 1.2)
    wide = s.uniform(0.55, 0.9)
    reach, rise, strap = wide * s.uniform(0.3, 0.95), s.uniform(0.15, 0.9), s.uniform(0.03, 0.07)
    strap = torch.where(s.chance(0.85), strap, SLEEVELESS)
    for side in (1, -1):
        s.bone((reach, top + 0.1, strap), (0.8 * reach, top - 0.7 * rise, strap), side=side, tone=0.8)
        s.bone((0.8 * reach, top - 0.7 * rise, strap), (0.0, top - rise, strap), side=side, tone=0.8)
    s.outline([top, top + 0.1, top + height], [wide * s.uniform(0.7, 1.0), wide, wide * s.uniform(0.9, 1.1)])
    flap = height * s.uniform(0.02, 0.6)
    s.outline([top, top + flap], [0.9 * wide, 0.9 * wide], tone=s.uniform(0.7, 1.0))
    clasp = torch.where(s.chance(0.6), 0.05, SLEEVELESS)
    s.bone((0.0, top + flap, clasp), (0.0, top + flap + 0.05, clasp), grey=s.uniform(0.1, 1.0))


GARMENTS: tuple[Callable[[Sheet], None], ...] = (
    _t_shirt, _trousers, _pullover, _dress, _coat, _sandal, _shirt, _sneaker, _bag, _ankle_boot,
)  # fmt: skip
