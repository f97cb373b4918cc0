"""What the source notes printed, beside what the same computation gives here: `SECTIONS`, and `select` to find them."""

from typing import NamedTuple

from zoo.notes import activations, corrections, losses, optimizers, slips, small, trained
from zoo.notes.figure import Figure, Outcome, outcome

__all__ = ["SECTIONS", "Figure", "Outcome", "Section", "outcome", "select"]


class Section(NamedTuple):
    """A system or a subject of the notes."""

    title: str
    figures: tuple[Figure, ...]


SECTIONS: dict[str, Section] = {
    "A1": Section("linear regression: from scratch, concise, closed form", small.A1),
    "A2": Section("one weight, by a hand-derived gradient and by torch.nn", small.A2),
    "A3": Section("two-layer ReLU net, by hand and by autograd", small.A3),
    "A4": Section("curve fitting, 1-10-1", small.A4),
    "A5": Section("softmax regression, Fashion-MNIST", trained.A5),
    "A6": Section("MLP 784-256-10, Fashion-MNIST", trained.A6),
    "A7": Section("MLP 784-256-128-10, Fashion-MNIST", trained.A7),
    "A8": Section("MLP 784-256-128-10 with AdamW, Fashion-MNIST", trained.A8),
    "A9": Section("MLP 784-256-256-10 with dropout, Fashion-MNIST", trained.A9),
    "A10": Section("LeNet-5, MNIST", trained.A10),
    "A11": Section("weight decay on an overfit linear regression", small.A11),
    "B": Section("activation functions", activations.FIGURES),
    "C": Section("loss functions", losses.FIGURES),
    "D": Section("optimizers: final points", optimizers.FIGURES),
    "E": Section("autograd, convolution, dropout, weight decay", small.E),
    **{f"F{n}": Section(title, figures) for n, (title, figures) in (corrections.CORRECTIONS | slips.SLIPS).items()},
}
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
