"""The patterns of all ten kinds of garment."""

import numpy as np

from tests.proxies.shoes import ankle_boot, sandal, sneaker
from tests.proxies.tailor import Garment, mirrored
from tests.proxies.tops import coat, pullover, shirt, t_shirt, top


def dress(garment: Garment, poses: tuple[str, ...] | None = None) -> dict:
    g = garment.generator
    length = g.uniform(1.05, 1.28)
    if g.random() < 0.45:
        places = top(
            garment,
            length=length,
            width=g.uniform(0.18, 0.26),
            sleeve=g.choice([0.0, 0.14, 0.2, 0.5, 0.65]),
            flare=g.uniform(0.1, 0.9),
            neck=g.choice(["wide", "v", "crew"]),
            poses=poses,
        )
        garment.line([(-0.19, 0.5), (0.19, 0.5)], 0.7 * garment.fabric.mean((0, 1)), g.choice([0.006, 0.03]))
        return places
    chest, waist, hem = g.uniform(0.15, 0.2), g.uniform(0.12, 0.17), g.uniform(0.2, 0.42)
    for side in (1, -1):
        garment.line(
            [(side * chest * 0.7, 0.12), (side * chest * 0.6, -0.06)],
            garment.fabric.mean((0, 1)),
            g.uniform(0.012, 0.05),
        )
    neckline = [(-chest * 0.5, 0.08), (0, g.uniform(0.08, 0.18)), (chest * 0.5, 0.08)]
    garment.part([*mirrored([(chest * 0.8, 0.06), (chest, 0.16), (waist, 0.44), (hem, length)]), *neckline])
    for x in np.linspace(-0.7, 0.7, int(g.integers(2, 7))):
        garment.line([(x * waist, 0.46), (x * hem, length)], 0.8 * garment.fabric.mean((0, 1)), 0.006)
    garment.line([(-waist, 0.44), (waist, 0.44)], 0.7 * garment.fabric.mean((0, 1)), g.choice([0.008, 0.03]))
    return {"hem": hem, "hands": []}


def trousers(garment: Garment) -> None:
    g = garment.generator
    waist, hip, cuff = g.uniform(0.16, 0.2), g.uniform(0.2, 0.24), g.uniform(0.07, 0.14)
    spread, crotch, length = g.uniform(0.02, 0.14), g.uniform(0.28, 0.36), g.uniform(1.05, 1.25)
    for side in (1, -1):
        ankle = spread + cuff + g.normal(0, 0.015)
        garment.part(
            [
                (0, 0),
                (side * waist, 0),
                (side * hip, 0.22),
                (side * (ankle + cuff * 0.8), length),
                (side * (ankle - cuff), length),
                (side * 0.012, crotch),
                (0, crotch),
            ]
        )
        garment.line(
            [(side * waist * 0.95, 0.08), (side * waist * 0.55, 0.14), (side * waist * 0.5, 0.06)],
            0.65 * garment.fabric.mean((0, 1)),
            0.008,
            curved=True,
        )
        if g.random() < 0.5:
            garment.line([(side * hip * 0.55, 0.3), (side * ankle, length)], 0.85 * garment.fabric.mean((0, 1)), 0.006)
    garment.part([(-waist, 0), (waist, 0), (waist * 1.01, 0.05), (-waist * 1.01, 0.05)], tone=0.8)
    garment.line([(0, 0.05), (0, crotch)], 0.6 * garment.fabric.mean((0, 1)), 0.008)


def bag(garment: Garment) -> None:
    g = garment.generator
    top, bottom, height = g.uniform(0.3, 0.5), g.uniform(0.35, 0.52), g.uniform(0.45, 0.75)
    y = 0.95 - height
    seam = 0.6 * garment.fabric.mean((0, 1))
    strap = 0.8 * garment.fabric.mean((0, 1))
    reach, rise, width = g.uniform(0.14, 0.26), g.uniform(0.15, 0.42), g.uniform(0.025, 0.055)
    style = g.choice(["handles", "shoulder", "clutch"], p=[0.5, 0.35, 0.15])
    if style == "handles":
        garment.line(
            [
                (-reach, y + 0.05),
                (-reach * 0.95, y - rise * 0.7),
                (0, y - rise * 1.2),
                (reach * 0.95, y - rise * 0.7),
                (reach, y + 0.05),
            ],
            strap,
            width,
            curved=True,
        )
    elif style == "shoulder":
        lean = g.normal(0, 0.15)
        garment.line(
            [
                (-top * 0.95, y + 0.04),
                (-top * 0.8 + lean, y - rise),
                (lean, y - rise * 1.5),
                (top * 0.8 + lean, y - rise),
                (top * 0.95, y + 0.04),
            ],
            strap,
            width * 0.8,
            curved=True,
        )
    garment.part(
        [
            (-top, y),
            (top, y),
            (bottom, y + height * 0.5),
            (bottom, y + height),
            (-bottom, y + height),
            (-bottom, y + height * 0.5),
        ],
        round_corners=bool(g.random() < 0.4),
    )
    if g.random() < 0.5:
        flap = y + height * g.uniform(0.35, 0.6)
        garment.part(
            [(-top, y), (top, y), (bottom * 0.97, flap - 0.06), (0, flap), (-bottom * 0.97, flap - 0.06)], tone=0.85
        )
        garment.part(
            [(-0.04, flap - 0.06), (0.04, flap - 0.06), (0.04, flap + 0.02), (-0.04, flap + 0.02)],
            np.array([200, 180, 110]),
        )
    else:
        garment.line([(-top * 0.95, y + 0.03), (top * 0.95, y + 0.03)], seam, 0.012)
        garment.line(
            [
                (-bottom * 0.8, y + height * 0.55),
                (bottom * 0.8, y + height * 0.55),
                (bottom * 0.8, y + height * 0.9),
                (-bottom * 0.8, y + height * 0.9),
                (-bottom * 0.8, y + height * 0.55),
            ],
            seam,
            0.008,
        )


PATTERNS = (t_shirt, trousers, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle_boot)
"""By Fashion-MNIST's label."""
