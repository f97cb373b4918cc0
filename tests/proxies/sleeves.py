"""Sleeves as they come to lie: hanging down, apart, spread, thrown up, folded over the body, or tucked behind it."""

from dataclasses import dataclass, field

import numpy as np

from tests.proxies.tailor import Garment, Points

LONG = 0.3  # a sleeve longer than this has an elbow

POSES: dict[str, tuple[float, tuple[float, float], tuple[float, float]]] = {
    "down": (3, (0.03, 0.3), (-0.1, 0.15)),
    "apart": (3, (0.3, 0.8), (-0.35, 0.2)),
    "spread": (3, (0.85, 1.55), (-0.5, 0.3)),
    "up": (0.7, (1.9, 2.7), (-0.2, 0.6)),
    "folded": (1.5, (0.02, 0.45), (-2.0, -1.2)),
    "behind": (0.8, (0.1, 0.5), (0.0, 0.0)),
}
"""By name: how often, the upper arm's angle from hanging down, in radians, and how far the lower arm turns from it."""


@dataclass
class Sleeve:
    """One sleeve: its elbow and its cuff, and what of it lies over the body."""

    shoulder: np.ndarray
    armpit: np.ndarray
    elbow: np.ndarray
    cuff: np.ndarray
    widths: tuple[float, float]
    pose: str
    hand: np.ndarray = field(init=False)  # where a hand would come out

    def __post_init__(self) -> None:
        along = self.cuff - self.elbow
        self.hand = self.cuff + 0.06 * along / (np.hypot(*along) + 1e-6)

    def paint(self, garment: Garment, cloth: np.ndarray | None = None) -> None:
        """Draw what lies under the body."""
        upper = [self.shoulder, *_ends(self.shoulder, self.elbow, self.widths[0]), self.armpit]
        garment.part([tuple(p) for p in _round(upper)], cloth)
        if self.pose not in ("folded", "behind"):
            self._lower(garment, cloth)

    def paint_over(self, garment: Garment, cloth: np.ndarray | None = None) -> None:
        """Draw what lies over the body: the lower arm of a folded sleeve."""
        if self.pose == "folded":
            self._lower(garment, cloth)

    def _lower(self, garment: Garment, cloth: np.ndarray | None) -> None:
        start = _ends(self.cuff, self.elbow, self.widths[0])
        end = _ends(self.elbow, self.cuff, self.widths[1])
        corners = _disc(self.elbow, self.widths[0] / 2)
        garment.part(corners, cloth, round_corners=True)
        garment.part([tuple(p) for p in _round([*start, *end])], cloth, tone=1.04 if self.pose == "folded" else 1.0)
        garment.line([tuple(p) for p in end], 0.7 * garment.fabric.mean((0, 1)), 0.012)


@dataclass
class Sleeves:
    """The pair of sleeves of a top: length, and where the right one begins."""

    length: float
    shoulder: tuple[float, float]
    armpit: tuple[float, float]

    def posed(self, garment: Garment, poses: tuple[str, ...] | None = None) -> list[Sleeve]:
        """Return both sleeves, posed alike as a rule. poses: names of POSES that may come."""
        g = garment.generator
        names = poses or (tuple(POSES) if self.length > LONG else ("apart", "spread"))
        chances = np.array([POSES[name][0] for name in names])
        both, other = g.choice(names, 2, p=chances / chances.sum())
        return [self._one(garment, 1, both), self._one(garment, -1, other if g.random() < 0.25 else both)]

    def _one(self, garment: Garment, side: int, pose: str) -> Sleeve:
        g = garment.generator
        _, angles, turns = POSES[pose]
        upper = g.uniform(*angles)
        lower = upper + g.uniform(*turns)
        long = self.length > LONG
        widths = (
            (g.uniform(0.13, 0.17), g.uniform(0.09, 0.13)) if long else (g.uniform(0.17, 0.21), g.uniform(0.15, 0.2))
        )
        mirror = np.array([side, 1.0])
        shoulder, armpit = np.array(self.shoulder), np.array(self.armpit)
        elbow = (shoulder + armpit) / 2 + self.length / 2 * np.array([np.sin(upper), np.cos(upper)])
        cuff = elbow + self.length / 2 * np.array([np.sin(lower), np.cos(lower)])
        return Sleeve(shoulder * mirror, armpit * mirror, elbow * mirror, cuff * mirror, widths, pose)


def _ends(start: np.ndarray, end: np.ndarray, width: float) -> list[np.ndarray]:
    """Return the two corners of a band that goes from start to end, at its end."""
    along = (end - start) / (np.hypot(*(end - start)) + 1e-6)
    across = np.array([along[1], -along[0]]) * width / 2
    return [end + across, end - across]


def _round(corners: list[np.ndarray]) -> list[np.ndarray]:
    """Put corners in order around their middle, so that no outline crosses itself."""
    middle = np.mean(corners, axis=0)
    return sorted(corners, key=lambda p: np.arctan2(*(p - middle)))


def _disc(centre: np.ndarray, radius: float) -> Points:
    return [
        (centre[0] + 1.15 * radius * np.cos(t), centre[1] + 1.15 * radius * np.sin(t)) for t in np.arange(0, 6.28, 0.7)
    ]
