"""What a lesson is: a chain of steps as data, one YAML file each, both languages side by side, checked when it is read."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml  # type: ignore[import-untyped]
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from demos.frame.language import T
from demos.lessons.condition import Condition

FOLDER = Path(__file__).parent
_Conditions = Annotated[
    tuple[Condition, ...],
    BeforeValidator(lambda given: tuple(map(Condition.parse, [given] if isinstance(given, str) else given))),
]


class LessonError(ValueError):
    """A lesson's file says something that no lesson may say; the text names the file, the step and the field."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Data):
    """A text in both languages: `code`, $LaTeX$, and an empty line between paragraphs."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    def __str__(self) -> str:
        return T(self.en, self.zh)


Latex = str | Words
"""LaTeX; in both languages where there are words in it."""


class Choice(Words):
    """One of the answers that one may guess."""

    right: bool = False


class Setting(_Data):
    """An explorer and where its controls stand, as in its address: "one_weight?lr=0.1&epochs=20"."""

    name: str
    query: dict[str, str]

    @classmethod
    def parse(cls, text: str) -> "Setting":
        """Return the setting of an address. Raises ValueError."""
        name, _, query = text.partition("?")
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        if not re.fullmatch(r"\w+", name) or not all(key and mark for key, mark, _ in pairs):
            raise ValueError(f"{text!r} is no explorer's address; expected e.g. 'one_weight?lr=0.1&epochs=20'")
        return cls(name=name, query={key: value for key, _, value in pairs})

    def moved(self, other: "Setting") -> "Setting":
        """Return this setting with the controls moved that another of the same explorer names."""
        return Setting(name=self.name, query=self.query | other.query)


_Setting = Annotated[Setting, BeforeValidator(Setting.parse)]


class Ask(_Data):
    """A question, to be answered by a guess before anything is tried."""

    question: Words
    choices: tuple[Choice, ...] = Field(min_length=2, max_length=5)
    answer: Words
    """What is right, in a sentence or two, said once it was tried."""

    @model_validator(mode="after")
    def _one_is_right(self) -> "Ask":
        if sum(choice.right for choice in self.choices) != 1:
            raise ValueError("exactly one of the choices has to be right")
        return self


class Miss(_Data):
    """What is said of a try that misses in a certain way: "{lr} works", with what stands at a path in braces."""

    when: _Conditions
    say: Words


class Task(_Data):
    """A thing to do with the explorer, whose result is checked in the browser."""

    say: Words
    check: _Conditions
    """It is done when all of these hold."""
    names: dict[str, Words] = {}
    """What the numbers are called that `check` is about, by their paths; controls have names of their own."""
    misses: tuple[Miss, ...] = ()
    """The first that fits is said of a try; where none does, what `check` misses, with the numbers (misses.py)."""
    passes: _Setting
    """A setting where it is done; controls that it leaves out stand as the step sets them."""
    fails: _Setting
    """One where it is not, besides the one that the step begins with."""

    @model_validator(mode="after")
    def _has_names(self) -> "Task":
        paths = {path for each in self.check for path in (each.left, each.path) if path}
        if missing := sorted(path for path in paths - self.names.keys() if not re.fullmatch(r"set\.\w+", path)):
            raise ValueError(f"names has to say what {', '.join(missing)} is called")
        return self


class Why(_Data):
    """The explanation: words, the formula, and where it comes from in three lines (LaTeX)."""

    text: Words
    formula: Latex
    lines: tuple[Latex, ...] = Field(min_length=1, max_length=3)


class Correction(_Data):
    """Where the study notes have it wrong: the number of the entry in zoo/notes, and what they said."""

    number: int = Field(ge=1, le=30)
    text: Words


class More(Words):
    """Where to go on, with one's own hand: an address as seen from the root of the site."""

    to: str


class Claim(_Data):
    """What a step says of an explorer, for the tests: at this setting all of these hold."""

    at: _Setting
    holds: _Conditions


class Step(_Data):
    """Guess, do, see, why."""

    title: Words
    opening: Words | None = None
    """Plain words before the guess: what one has to know to make it."""
    ask: Ask
    explorer: _Setting
    show: tuple[str, ...] = Field(min_length=1)
    """The controls that are at hand; the others are folded away."""
    figure: int = 1
    """Which figure the task is about: a phone has room for one."""
    do: Task
    why: Why
    notes: Correction | None = None
    more: More | None = None
    claims: tuple[Claim, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_explorer(self) -> "Step":
        others = {self.do.passes.name, self.do.fails.name} - {self.explorer.name}
        if others:
            raise ValueError(f"the task is done in {self.explorer.name!r}, not in {', '.join(sorted(others))}")
        return self


class Lesson(_Data):
    """A lesson of about ten minutes."""

    title: Words
    about: Words
    """What one knows afterwards, in one sentence."""
    steps: tuple[Step, ...] = Field(min_length=2, max_length=6)
    closing: Words
    """What one knows now, in two or three sentences."""


def read(path: Path) -> Lesson:
    """Return the lesson in a file. Raises LessonError."""
    try:
        given = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return Lesson.model_validate(given)
    except yaml.YAMLError as error:
        raise LessonError(f"{path.name} is no YAML: {error}") from error
    except ValidationError as error:
        raise LessonError(
            "\n".join(f"{path.name}, {_place(each)}: {each['msg']}" for each in error.errors())
        ) from error


@cache
def lessons() -> dict[str, Lesson]:
    """Return all lessons in order, by the name that stands in their address. Raises LessonError."""
    return {_name(path): read(path) for path in sorted(FOLDER.glob("*.yaml"))}


def uses(explorer: str) -> Iterator[tuple[str, int]]:
    """Yield (lesson, number of the step from 1 on) of each step that drives an explorer."""
    for name, lesson in lessons().items():
        for number, step in enumerate(lesson.steps, 1):
            if step.explorer.name == explorer:
                yield name, number


def _name(path: Path) -> str:
    """Return "gradient-descent" for 06_gradient_descent.yaml."""
    return path.stem.partition("_")[2].replace("_", "-")


def _place(error: Any) -> str:
    """Say where in a lesson an error is: "step 2, do.check"."""
    where = [str(part) for part in error["loc"]]
    if where[:1] == ["steps"] and len(where) > 1:
        return ", ".join([f"step {int(where[1]) + 1}", ".".join(where[2:])]).rstrip(", ")
    return ".".join(where) or "the whole file"
