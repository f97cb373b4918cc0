"""What the source notes printed, beside what the same computation gives here: `SECTIONS`, and `select` to find them."""

from typing import NamedTuple

from zoo.notes import activations, corrections, losses, optimizers, slips, small, trained
from zoo.notes.figure import Figure, Outcome, outcome
from zoo.notes.titles import TITLES
from zoo.text import Text

__all__ = ["SECTIONS", "Figure", "Outcome", "Section", "outcome", "select"]


class Section(NamedTuple):
    """A system or a subject of the notes."""

    title: Text
    figures: tuple[Figure, ...]


_FIGURES: dict[str, tuple[Figure, ...]] = {
    **{"A1": small.A1, "A2": small.A2, "A3": small.A3, "A4": small.A4, "A5": trained.A5, "A6": trained.A6},
    **{"A7": trained.A7, "A8": trained.A8, "A9": trained.A9, "A10": trained.A10, "A11": small.A11},
    **{"B": activations.FIGURES, "C": losses.FIGURES, "D": optimizers.FIGURES, "E": small.E},
    **{f"F{n}": figures for n, figures in (corrections.CORRECTIONS | slips.SLIPS).items()},
}

SECTIONS = {key: Section(title, _FIGURES[key]) for key, title in TITLES.items()}
"""By key. A1 to A11 are the notes' systems, B to E its other parts, F1 to F30 its mistakes, printed as corrected."""


def select(key: str) -> list[str]:
    """Return the keys of SECTIONS that a name means: "A7" and "D" themselves, "A" and "F" all of theirs; any case.

    Raises ValueError on an unknown one.
    """
    wanted = key.upper()
    if wanted in SECTIONS:
        return [wanted]
    if wanted in ("A", "F"):
        return [name for name in SECTIONS if name.startswith(wanted)]
    raise ValueError(f"unknown part of the notes {key!r}; expected A1 to A11, B, C, D, E, F1 to F30, or all of A or F")
