"""Patterns of shoes, from the side and from above, each drawn a little differently every time."""

import numpy as np

from tests.proxies import textures
from tests.proxies.tailor import Garment


def _pair_from_above(garment: Garment, *, laces: bool, height: float) -> None:
    """Draw two shoes side by side as one who stands over them sees them, toes up."""
    g = garment.generator
    sole = np.full(3, g.uniform(180, 245)) if g.random() < 0.6 else garment.fabric.mean((0, 1)) * 0.5
    apart, wide = g.uniform(0.02, 0.06), g.uniform(0.15, 0.19)
    for side in (1, -1):
        x = side * (apart + wide)
        toe = [
            (x - side * 0.02, 0.1),
            (x + side * 0.6 * wide, 0.14),
            (x + side * wide, 0.32),
            (x + side * 0.8 * wide, 0.6),
        ]
        heel = [
            (x + side * 0.75 * wide, 0.9),
            (x, 0.96),
            (x - side * 0.75 * wide, 0.9),
            (x - side * 0.7 * wide, 0.6),
            (x - side * 0.85 * wide, 0.3),
        ]
        grown = [(x + 1.1 * (px - x), 0.5 + 1.05 * (py - 0.5)) for px, py in [*toe, *heel]]
        garment.part(grown, sole, round_corners=True)
        garment.part([*toe, *heel], round_corners=True)
        opening = [
            (x - 0.5 * wide, 0.62),
            (x, 0.5),
            (x + 0.5 * wide, 0.62),
            (x + 0.5 * wide, 0.84),
            (x, 0.9),
            (x - 0.5 * wide, 0.84),
        ]
        garment.part([(px, py - height) for px, py in opening], tone=0.3, round_corners=True)
        for y in np.arange(0.32, 0.55, 0.06) if laces else ():
            garment.line([(x - 0.4 * wide, y), (x + 0.4 * wide, y)], np.full(3, g.uniform(150, 250)), 0.014)


def sneaker(garment: Garment) -> None:
    g = garment.generator
    if g.random() < 0.3:
        _pair_from_above(garment, laces=True, height=0.0)
        return
    high = g.choice([0.0, 0.0, 0.0, 0.14])
    sole = np.full(3, g.uniform(200, 245)) if g.random() < 0.7 else garment.fabric.mean((0, 1)) * 0.5
    garment.part(
        [
            (-0.56, 0.6),
            (-0.53, 0.5),
            (-0.38, 0.46),
            (-0.18, 0.38),
            (-0.02, 0.24 - high),
            (0.1, 0.18 - high),
            (0.16, 0.24 - high),
            (0.28, 0.3 - high),
            (0.4, 0.2 - high),
            (0.47, 0.3),
            (0.48, 0.6),
        ],
        round_corners=True,
    )
    thick = g.uniform(0.05, 0.1)
    garment.part(
        [
            (-0.6, 0.58),
            (-0.2, 0.6),
            (0.5, 0.55),
            (0.54, 0.6),
            (0.5, 0.6 + thick),
            (-0.5, 0.6 + thick),
            (-0.6, 0.6 + thick / 2),
        ],
        sole,
        round_corners=True,
    )
    accent = textures.colour(g, value=(0.1, 1.0), saturation=(0.0, 0.9))
    for k in range(int(g.integers(3, 6))):
        x = -0.3 + 0.07 * k
        garment.line(
            [(x, 0.44 - 0.05 * k - high * k / 6), (x + 0.07, 0.47 - 0.05 * k - high * k / 6)],
            np.full(3, g.uniform(190, 250)),
            0.016,
        )
    style = g.integers(3)
    if style == 0:
        for x in (-0.08, 0.02, 0.12):
            garment.line([(x, 0.58), (x + 0.1, 0.36)], accent, 0.03)
    elif style == 1:
        garment.line([(-0.25, 0.5), (-0.1, 0.56), (0.35, 0.36)], accent, 0.035, curved=True)
    garment.line([(-0.42, 0.47), (-0.36, 0.58)], 0.6 * garment.fabric.mean((0, 1)), 0.008)
    garment.part([(0.38, 0.24 - high), (0.47, 0.3), (0.48, 0.5), (0.4, 0.48)], accent, round_corners=True)


def sandal(garment: Garment) -> None:
    g = garment.generator
    leather = garment.fabric.mean((0, 1))
    strap = g.uniform(0.03, 0.08)
    if g.random() < 0.5:  # flat
        thick = g.uniform(0.04, 0.1)
        garment.part(
            [
                (-0.58, 0.58),
                (-0.3, 0.56),
                (0.1, 0.55),
                (0.5, 0.53),
                (0.55, 0.57),
                (0.52, 0.57 + thick),
                (-0.5, 0.6 + thick),
                (-0.6, 0.6 + thick / 2),
            ],
            leather * 0.6,
            round_corners=True,
        )
        garment.line([(-0.42, 0.57), (-0.34, 0.42), (-0.18, 0.4), (-0.08, 0.56)], leather, strap, curved=True)
        if g.random() < 0.7:
            garment.line(
                [(0.12, 0.55), (0.2, 0.34), (0.4, 0.28), (0.5, 0.36), (0.5, 0.54)], leather, strap, curved=True
            )
            garment.line([(-0.2, 0.42), (0.0, 0.4), (0.22, 0.32)], leather, strap * 0.7)
        else:
            garment.line([(-0.24, 0.56), (-0.12, 0.38), (0.04, 0.4), (0.12, 0.55)], leather, strap * 1.3, curved=True)
        return
    rise = g.uniform(0.2, 0.42)  # a heel
    garment.line(
        [(-0.55, 0.7), (-0.3, 0.69), (0.0, 0.6), (0.3, 0.7 - rise), (0.45, 0.68 - rise)],
        leather * 0.7,
        g.uniform(0.035, 0.06),
        curved=True,
    )
    garment.part(
        [(0.33, 0.7 - rise), (0.48, 0.68 - rise), (0.45, 0.72), (0.45 - g.uniform(0.03, 0.12), 0.72)], leather * 0.7
    )
    garment.line([(-0.46, 0.69), (-0.38, 0.54), (-0.24, 0.52), (-0.2, 0.68)], leather, strap, curved=True)
    garment.line(
        [
            (0.46, 0.68 - rise),
            (0.48, 0.5 - rise),
            (0.4, 0.4 - rise),
            (0.24, 0.42 - rise),
            (0.3, 0.52 - rise),
            (0.46, 0.5 - rise),
        ],
        leather,
        strap * 0.7,
        curved=True,
    )
    if g.random() < 0.5:
        garment.line([(-0.24, 0.54), (0.0, 0.4), (0.26, 0.44 - rise)], leather, strap * 0.6, curved=True)


def ankle_boot(garment: Garment) -> None:
    g = garment.generator
    rise, top = g.choice([0.02, 0.05, 0.14, 0.2]), g.uniform(-0.1, 0.12)
    seam = 0.55 * garment.fabric.mean((0, 1))
    garment.part(
        [
            (-0.5, 0.66),
            (-0.48, 0.54),
            (-0.3, 0.48),
            (-0.1, 0.38),
            (0.0, 0.24),
            (0.02, top),
            (0.04, top - 0.02),
            (0.4, top - 0.02),
            (0.43, top),
            (0.42, 0.3),
            (0.46, 0.5),
            (0.45, 0.7 - rise),
            (0.1, 0.68 - rise * 0.8),
            (-0.1, 0.66),
        ],
        round_corners=True,
    )
    sole = garment.fabric.mean((0, 1)) * g.uniform(0.3, 0.7)
    garment.part(
        [
            (-0.53, 0.63),
            (-0.1, 0.64),
            (0.15, 0.66 - rise),
            (0.46, 0.66 - rise),
            (0.46, 0.7 - rise),
            (0.15, 0.71 - rise),
            (-0.1, 0.72),
            (-0.5, 0.72),
        ],
        sole,
    )
    garment.part([(0.2, 0.68 - rise), (0.46, 0.68 - rise), (0.45, 0.73), (0.45 - g.uniform(0.06, 0.22), 0.73)], sole)
    style = g.integers(3)
    if style == 0:
        for k in range(6):
            y = 0.42 - 0.06 * k
            garment.line([(-0.1 + 0.02 * k, y), (0.02 + 0.015 * k, y + 0.04)], seam * 0.6, 0.014)
    elif style == 1:
        garment.part([(0.14, top), (0.3, top), (0.26, 0.34), (0.18, 0.34)], tone=0.55)
    else:
        garment.line([(0.2, top), (0.2, 0.55)], seam, 0.012)
        garment.line([(-0.02, 0.3), (0.42, 0.34)], seam, 0.03)
    garment.line([(0.05, top + 0.02), (0.42, top + 0.02)], seam, 0.01)
