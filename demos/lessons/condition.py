"""A condition on what an explorer shows, as a lesson writes it: "hand.1 < 1e-6", "set.lr >= 0.2", "test > 3 × train".

A path leads into an explorer's numbers, "set." into the values of its controls: a name, a place in a list (-1 is the
last), or what a list comes to: max, min, sum, length. condition.js checks the same in the browser.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

_PATH = r"[A-Za-z_][\w-]*(?:\.-?[\w-]+)*"
_NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
_CONDITION = re.compile(
    rf"(?P<left>{_PATH}) (?P<relation><=|>=|<|>|=|≠|≈) "
    rf"(?:'(?P<word>[^']*)'|(?:(?P<factor>{_NUMBER}) × )?(?P<path>{_PATH})|(?P<number>{_NUMBER}))(?: ± (?P<within>{_NUMBER}))?"
)
_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
}
_OF_LIST: dict[str, Callable[[list[Any]], Any]] = {"max": max, "min": min, "sum": sum, "length": len}


class Condition(BaseModel):
    """A condition, taken apart."""

    model_config = ConfigDict(frozen=True)

    left: str
    relation: str
    word: str | None = None
    """What the left side is compared with: this word, ..."""
    number: float | None = None
    """... this number, ..."""
    path: str | None = None
    """... or what stands there, times `factor`."""
    factor: float = 1
    within: float = 0
    """How far the sides of "≈" may be apart."""

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Return the condition that a text states. Raises ValueError."""
        match = _CONDITION.fullmatch(text)
        if not match:
            raise ValueError(
                f"{text!r} is no condition; expected e.g. 'hand.1 < 1e-6', 'set.lr ≈ 0.5 ± 0.1', 'a > 2 × b'"
            )
        if (match["relation"] == "≈") != bool(match["within"]):
            raise ValueError(f"{text!r}: ≈ and ± go together, e.g. 'loss ≈ 0.7 ± 0.01'")
        return cls(**{name: value for name, value in match.groupdict().items() if value is not None})

    def holds(self, state: Mapping[str, Any]) -> bool:
        """Say whether it holds in a state: an explorer's numbers, and its controls' values under "set". Raises KeyError."""
        left = _at(state, self.left)
        right = self.word if self.word is not None else self._right(state)
        if self.relation == "≈":
            return math.isfinite(left) and abs(left - right) <= self.within
        return _RELATIONS[self.relation](left, right)

    def _right(self, state: Mapping[str, Any]) -> float:
        return self.number if self.number is not None else self.factor * _at(state, self.path or "")


def all_hold(conditions: Iterable[Condition], state: Mapping[str, Any]) -> bool:
    """Say whether all conditions hold in a state; one about a number that is not there does not."""
    try:
        return all(condition.holds(state) for condition in conditions)
    except KeyError:
        return False


def _at(state: Any, path: str) -> Any:
    """Return what stands at a path. Raises KeyError, which names the part that is not there."""
    for name in path.split("."):
        if isinstance(state, Mapping) and name in state:
            state = state[name]
        elif isinstance(state, list) and name in _OF_LIST:
            state = _OF_LIST[name](state)
        elif isinstance(state, list) and re.fullmatch(r"-?\d+", name) and -len(state) <= int(name) < len(state):
            state = state[int(name)]
        else:
            raise KeyError(f"there is no {name!r} in {path!r}")
    return state
