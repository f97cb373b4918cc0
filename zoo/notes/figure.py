"""A figure of the source notes: what they printed, and the computation that gives ours."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
Bounds = tuple[tuple[float, float], ...]


class MissingError(LookupError):
    """What a figure is computed from is not here: a data set, a trained model."""


class Spread(NamedTuple):
    """A figure that random draws decide: its mean over several seeds, and the (low, high) that it keeps to."""

    mean: float
    low: float
    high: float
    seeds: int
    std: float | None = None


class OneRun(NamedTuple):
    """Numbers of a single run whose spread over seeds isn't known: to look at, not to compare."""

    values: list[float]


@dataclass(frozen=True)
class Figure:
    """One row of `zoo notes`.

    name: what is computed, unique within its section; printed: the figure as the notes (in section F: their correction)
    give it, numbers or words, empty where they give none; compute: ours, numbers in the same order or the same words
    (MissingError where it can't); within: the (low, high) that each number keeps to where random draws decide it.
    """

    name: str
    printed: str
    compute: Callable[[], ArrayLike | Spread | OneRun]
    within: Bounds = ()

    @property
    def numbers(self) -> list[str]:
        """The printed numbers, as text, since the digits count; none where words were printed."""
        return NUMBER.findall(self.printed)


@dataclass(frozen=True)
class Outcome:
    """A figure, computed.

    ours: numbers or words; agrees: with the printed figure, None where there is nothing to compare; spread: over seeds.
    """

    figure: Figure
    ours: list[float] | str
    agrees: bool | None
    spread: Spread | None = None

    def text(self) -> str:
        """Return ours with as many digits as were printed; at least four where draws decide or nothing was printed."""
        if isinstance(self.ours, str):
            return self.ours
        printed = self.figure.numbers or [""] * len(self.ours)
        least = 4 if self.figure.within or not self.figure.printed else 0
        text = ", ".join(_like(number, value, least) for number, value in zip(printed, self.ours))
        if self.spread is None or self.spread.seeds == 1:
            return text
        low, high, std = (
            _like(printed[0], x or 0.0, least) for x in (self.spread.low, self.spread.high, self.spread.std)
        )
        width = f"[{low}, {high}]" if self.spread.std is None else f"± {std}"
        return f"{text} {width}, {self.spread.seeds} seeds"

    def as_dict(self) -> dict[str, Any]:
        """Return what a program wants to know, ready for JSON."""
        facts: dict[str, Any] = {"name": self.figure.name, "printed": self.figure.printed, "ours": self.ours}
        if self.spread is not None:
            facts["spread"] = self.spread._asdict()
        return facts | {"agrees": self.agrees}


def outcome(figure: Figure) -> Outcome:
    """Compute a figure and compare it with what was printed.

    Words agree when they are the same, numbers when ours round to the printed digits; where random draws decide, the
    printed numbers have to lie in the spread of ours, and ours, where the bounds were known before, too.
    """
    try:
        found = figure.compute()
    except MissingError as missing:
        return Outcome(figure, str(missing), None)
    if isinstance(found, str):
        return Outcome(figure, found, found == figure.printed)
    if isinstance(found, OneRun):
        return Outcome(figure, found.values, None)
    printed = [float(number) for number in figure.numbers]
    if isinstance(found, Spread):
        comparable = bool(printed) and found.seeds > 1
        return Outcome(figure, [found.mean], _inside(printed, [found[1:3]]) if comparable else None, found)
    ours = [float(value) for value in np.ravel(found)]
    if not printed:
        return Outcome(figure, ours, None)
    if figure.within:
        return Outcome(figure, ours, _inside(ours, figure.within) and _inside(printed, figure.within))
    return Outcome(figure, ours, _inside(ours, [_rounding(number) for number in figure.numbers]))


def verdict(words: str, holds: bool | np.bool_) -> str:
    """Return what the notes say in words if it holds, for a figure that is no number."""
    return words if holds else f"not: {words}"


def _rounding(number: str) -> tuple[float, float]:
    """Return the (low, high) of all that rounds to a printed number: its last digit, give or take a half."""
    half = 0.5 * 10.0 ** int(Decimal(number).as_tuple().exponent) * (1 + 1e-9)
    return float(number) - half, float(number) + half


def _inside(values: list[float], bounds: Iterable[tuple[float, float]]) -> bool:
    """Tell whether each number lies within its bounds, ends included."""
    return all(low <= value <= high for value, (low, high) in zip(values, bounds, strict=True))


def _like(number: str, value: float, least: int) -> str:
    """Return a value in the notation of a printed number, with at least so many digits after the point."""
    mantissa, exponent, _ = number.partition("e")
    digits = max(len(mantissa.partition(".")[2]), least)
    return re.sub(r"e([+-])0*", r"e\1", f"{value:.{digits}{exponent or 'f'}}").replace("e+", "e")
