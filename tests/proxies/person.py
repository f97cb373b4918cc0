"""Someone who wears a garment: head, hair, neck, hands or bare arms, and legs or trousers below."""

import colorsys
from collections.abc import Callable

import numpy as np

from tests.proxies import textures
from tests.proxies.tailor import Garment

HIPS = {0: 0.9, 2: 0.85, 4: 0.95, 6: 0.95}  # where trousers begin below a top, by label; below a dress there are legs


def worn(garment: Garment, label: int, pattern: Callable[..., dict]) -> None:
    """Paint someone who wears what the pattern makes."""
    g = garment.generator
    skin = _skin(g)
    with garment.someone():
        _below(garment, skin, label)
        garment.part([(-0.09, -0.2), (0.09, -0.2), (0.13, 0.07), (-0.13, 0.07)], skin)
        _head(garment, skin)
    # What was painted below the garment must not shine through it as its own.
    places = pattern(garment, poses=("down", "down", "apart"))
    with garment.someone():
        for x, y in places["hands"]:
            _arm(garment, skin, np.array([x, y]), bare=y < 0.5)


def _skin(g: np.random.Generator) -> np.ndarray:
    """Return a colour of skin, from light to dark. -> (3,) in 0..255"""
    return 255 * np.array(colorsys.hsv_to_rgb(g.uniform(0.03, 0.09), g.uniform(0.25, 0.6), g.uniform(0.35, 0.95)))


def _head(garment: Garment, skin: np.ndarray) -> None:
    g = garment.generator
    if g.random() < 0.4:  # the frame, or a phone before a mirror, hides it
        return
    hair = textures.colour(g, value=(0.05, 0.5), saturation=(0.1, 0.6))
    length = g.choice([0.0, 0.05, 0.3])
    ring = np.arange(0, 6.28, 0.4)
    garment.part([(0.16 * np.cos(t), -0.35 + 0.2 * np.sin(t)) for t in ring], hair, round_corners=True)
    if length:
        garment.part([(-0.16, -0.35), (0.16, -0.35), (0.15, -0.2 + length), (-0.15, -0.2 + length)], hair)
    garment.part([(0.115 * np.cos(t), -0.3 + 0.16 * np.sin(t)) for t in ring], skin, round_corners=True)


def _below(garment: Garment, skin: np.ndarray, label: int) -> None:
    """Paint trousers, or bare legs below a dress, down to where the frame ends."""
    g = garment.generator
    cloth = textures.colour(g, value=(0.1, 0.7), saturation=(0.0, 0.6)) if label in HIPS else skin
    top, wide, leg = HIPS.get(label, 0.9) - 0.2, g.uniform(0.2, 0.27), g.uniform(0.09, 0.12)
    for side in (1, -1):
        foot = side * g.uniform(0.08, 0.14)
        garment.part(
            [(0, top), (side * wide, top), (foot + side * leg, 1.7), (foot - side * leg * 0.6, 1.7), (0, top + 0.2)],
            cloth,
        )


def _arm(garment: Garment, skin: np.ndarray, hand: np.ndarray, *, bare: bool) -> None:
    """Paint a hand beyond a long sleeve, or the bare lower arm and the hand beyond a short one."""
    side = np.sign(hand[0])
    end = hand + (np.array([side * 0.06, 0.45]) if bare else np.zeros(2))
    if bare:
        garment.line([tuple(hand), tuple(end)], skin, 0.09)
    garment.part([(end[0] + 0.05 * np.cos(t), end[1] + 0.06 * np.sin(t)) for t in np.arange(0, 6.28, 0.6)], skin)
