"""Patterns of what has sleeves or hangs from the shoulders, each drawn a little differently every time."""

import numpy as np

from tests.proxies import textures
from tests.proxies.sleeves import Sleeves
from tests.proxies.tailor import SIDE, SPAN, TOP, Garment, Points, fabric, mirrored


def top(
    garment: Garment,
    *,
    length: float,
    width: float,
    sleeve: float,
    flare: float = 0.0,
    neck: str = "crew",
    poses: tuple[str, ...] | None = None,
    second: np.ndarray | None = None,
) -> dict:
    """Draw body, sleeves and neck; sleeve is the length of a sleeve, 0 for none. Return the places of details.

    poses: those that sleeves may have, by default all that their length allows; second: the sleeves' cloth, if another.
    """
    g = garment.generator
    neck_width, depth = g.uniform(0.09, 0.13), {"crew": 0.05, "v": 0.2, "high": 0.015, "wide": 0.1}[neck]
    shoulder = width * g.uniform(0.92, 1.05)
    drop = g.uniform(0.04, 0.09)
    armhole = drop + g.uniform(0.2, 0.26)
    waist = width * g.uniform(0.9, 1.0)
    hem = width * (g.uniform(0.95, 1.06) + flare)
    sleeves = []
    if sleeve:
        pair = Sleeves(sleeve, shoulder=(shoulder, drop), armpit=(width * 0.97, armhole))
        sleeves = pair.posed(garment, poses)
        for each in sleeves:
            each.paint(garment, cloth=second)
    back: Points = [(neck_width, 0), (0, -0.012), (-neck_width, 0), (0, depth)]
    body = [(neck_width, 0), (shoulder, drop), (width, armhole), (waist, 0.62 * length), (hem, length)]
    front = [(-neck_width * 0.6, depth * 0.75), (0, depth), (neck_width * 0.6, depth * 0.75)]
    if neck == "v":
        front = [(0, depth)]
    garment.part(mirrored(body) + front)
    garment.part(back, tone=0.55)
    garment.part(
        [
            *front,
            (neck_width, 0),
            (neck_width * 1.15, 0.012),
            (0, depth + 0.03),
            (-neck_width * 1.15, 0.012),
            (-neck_width, 0),
        ],
        tone=0.85,
    )
    for side in (1, -1):
        garment.line(
            [(side * shoulder, drop), (side * width * 0.97, armhole)], 0.75 * garment.fabric.mean((0, 1)), 0.006
        )
    for each in sleeves:
        each.paint_over(garment, cloth=second)
    return {
        "neck": neck_width,
        "depth": depth,
        "hem": hem,
        "waist": waist,
        "armhole": armhole,
        "hands": [each.hand for each in sleeves],
    }


def _print(garment: Garment, chance: float) -> None:
    """Sometimes put a picture or letters on the chest."""
    g = garment.generator
    if g.random() > chance:
        return
    ink = textures.colour(g, value=(0.1, 1.0), saturation=(0.0, 0.9))
    y, wide = g.uniform(0.25, 0.4), g.uniform(0.06, 0.16)
    if g.random() < 0.5:
        for x in np.arange(-wide, wide, 0.05):
            garment.line([(x, y), (x + g.uniform(0, 0.03), y + g.uniform(0.04, 0.07))], ink, 0.016)
    else:
        corners = [
            (wide * np.cos(t) * g.uniform(0.6, 1), y + wide * np.sin(t) * g.uniform(0.6, 1))
            for t in np.arange(0, 6.2, 0.7)
        ]
        garment.part(corners, ink, round_corners=True)


def t_shirt(garment: Garment, poses: tuple[str, ...] | None = None) -> dict:
    g = garment.generator
    length = g.uniform(0.78, 1.05)
    places = top(
        garment,
        length=length,
        width=g.uniform(0.27, 0.36),
        sleeve=g.uniform(0.12, 0.27),
        neck=g.choice(["crew", "crew", "v", "wide"]),
        poses=poses,
        second=_blocks(garment, length, 0.15),
    )
    _print(garment, 0.4)
    return places


def _blocks(garment: Garment, length: float, chance: float) -> np.ndarray | None:
    """Sometimes make the garment of two cloths: sleeves, chest or hem of another -> the sleeves' cloth, if another."""
    g = garment.generator
    if g.random() > chance:
        return None
    other, kind = fabric(g), g.choice(["raglan", "chest", "hem"])
    if kind == "raglan":
        return other
    edge = g.uniform(0.3, 0.45) if kind == "chest" else g.uniform(0.55, 0.7) * length
    rows = np.arange(SIDE) / SIDE * SPAN + TOP < edge
    garment.fabric = np.where((rows if kind == "chest" else ~rows)[:, None, None], other, garment.fabric)
    return None


def pullover(garment: Garment, poses: tuple[str, ...] | None = None) -> dict:
    g = garment.generator
    length, width = g.uniform(0.78, 1.0), g.uniform(0.28, 0.36)
    places = top(
        garment,
        length=length,
        width=width,
        sleeve=g.uniform(0.62, 0.8),
        neck=g.choice(["crew", "crew", "high", "v", "wide"]),
        poses=poses,
        second=_blocks(garment, length, 0.25),
    )
    garment.part(
        [
            (places["hem"], length - 0.07),
            (places["hem"] * 0.95, length),
            (-places["hem"] * 0.95, length),
            (-places["hem"], length - 0.07),
        ],
        tone=0.85,
    )
    if g.random() < 0.2:
        garment.part(
            [(-0.14, 0.02), (-0.1, -0.12), (0.1, -0.12), (0.14, 0.02), (0, 0.09)], tone=0.8, round_corners=True
        )
    _print(garment, 0.3)
    return places


def shirt(garment: Garment, poses: tuple[str, ...] | None = None) -> dict:
    g = garment.generator
    length = g.uniform(0.85, 1.05)
    places = top(
        garment,
        length=length,
        width=g.uniform(0.27, 0.34),
        sleeve=g.choice([0.2, 0.68, 0.72, 0.76]),
        neck=g.choice(["crew", "v"]),
        poses=poses,
    )
    seam = garment.fabric.mean((0, 1)) * g.choice([0.6, 0.75])
    neck, depth = places["neck"], places["depth"]
    for side in (1, -1):
        garment.part(
            [
                (side * neck, -0.02),
                (side * neck * 1.35, 0.05),
                (side * neck * 0.6, depth + 0.08),
                (0, depth),
                (side * neck * 0.5, 0.01),
            ],
            tone=1.06,
        )
        garment.line([(side * neck * 1.35, 0.05), (side * neck * 0.6, depth + 0.08), (0, depth)], seam, 0.008)
    for x in (-0.018, 0.018):
        garment.line([(x, depth), (x, length)], seam, 0.005)
    for y in np.arange(depth + 0.06, length - 0.05, 0.11):
        garment.dot(0, y, 0.011, np.array([235, 235, 230]) if seam.mean() < 120 else np.array([60, 60, 60]))
    if g.random() < 0.6:
        garment.line([(0.08, 0.3), (0.08, 0.43), (0.2, 0.43), (0.2, 0.3), (0.08, 0.3)], seam, 0.006)
    return places


def coat(garment: Garment, poses: tuple[str, ...] | None = None) -> dict:
    g = garment.generator
    length = g.uniform(0.95, 1.25)
    places = top(
        garment,
        length=length,
        width=g.uniform(0.28, 0.35),
        sleeve=g.uniform(0.68, 0.85),
        flare=g.uniform(0, 0.15),
        neck="v",
        poses=poses,
    )
    seam = garment.fabric.mean((0, 1)) * 0.5
    opening = g.uniform(-0.05, 0.05)
    garment.line([(0, places["depth"]), (opening, length)], seam, 0.012)
    style = g.choice(["lapels", "zip", "hood"])
    for side in (1, -1):
        if style == "lapels":
            garment.part(
                [
                    (side * places["neck"], -0.02),
                    (side * 0.17, 0.12),
                    (side * 0.12, 0.18),
                    (0, 0.36),
                    (side * 0.03, 0.2),
                ],
                tone=0.9,
            )
        garment.line([(side * 0.14, 0.66 * length), (side * 0.24, 0.7 * length)], seam, 0.014)
    if style == "hood":
        garment.part(
            [(-0.17, 0.06), (-0.14, -0.16), (0, -0.2), (0.14, -0.16), (0.17, 0.06), (0, 0.14)],
            tone=0.8,
            round_corners=True,
        )
    if style == "zip":
        garment.part([(-0.12, 0.05), (-0.1, -0.06), (0.1, -0.06), (0.12, 0.05), (0, 0.12)], tone=0.9)
    else:
        for y in np.arange(0.4, 0.85 * length, 0.13):
            for x in (0.035,) if style == "hood" else (-0.06, 0.06):
                garment.dot(x, y, 0.016, seam * 0.6)
    if g.random() < 0.25:
        garment.part(
            [(-places["waist"], 0.56), (places["waist"], 0.56), (places["waist"], 0.62), (-places["waist"], 0.62)],
            tone=0.7,
        )
    return places
