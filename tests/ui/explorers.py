"""The explorers of all pages, settings of their controls, and what becomes of them, for the tests."""

import contextlib
import importlib
import io
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import gradio as gr
import numpy as np
import pytest
import torch

from demos.frame import navigation
from demos.frame.controls import Control
from demos.frame.layout import Explorer, View


def _pages() -> Iterator[tuple[str, list[Explorer]]]:
    for entry in navigation.PAGES:
        page = getattr(importlib.import_module(f"demos.{entry.name}"), "page", None)
        yield entry.name, page.explorers if page else []


EXPLORERS = {f"{name}-{each.draw.__name__}": each for name, explorers in _pages() for each in explorers}
"""By page and name."""
TABS = list(dict.fromkeys((key.split("-")[0], each.tab) for key, each in EXPLORERS.items()))
every_name = pytest.mark.parametrize("name", EXPLORERS)
every_explorer = pytest.mark.parametrize("explorer", EXPLORERS.values(), ids=EXPLORERS)


def first(explorer: Explorer) -> dict[str, Any]:
    """Return the first setting of an explorer."""
    return {name: control.default for name, control in explorer.controls.items()}


def extremes(control: Control) -> list[Any]:
    """Return the settings at a control's ends (each of its options, for a choice)."""
    component = control.component
    if isinstance(component, gr.Slider):
        return [component.minimum, component.maximum]
    if isinstance(component, gr.CheckboxGroup):
        return [[], [value for _, value in component.choices]]
    if isinstance(component, gr.Radio | gr.Dropdown):
        return [value for _, value in component.choices]
    return [True, False] if isinstance(component, gr.Checkbox) else [control.default]


def ends(explorer: Explorer) -> Iterator[dict[str, Any]]:
    """Yield the first setting of an explorer, then those at the ends of each control alone."""
    start = first(explorer)
    yield start
    for name, control in explorer.controls.items():
        for value in extremes(control):
            yield start | {name: value} | (control.sets(value) if control.sets else {})


def corners(explorer: Explorer) -> Iterator[dict[str, Any]]:
    """Yield some settings at the ends of all controls."""
    chance = random.Random(0)
    for _ in range(6):
        yield {name: chance.choice(extremes(control)) for name, control in explorer.controls.items()}


def drawn(explorer: Explorer, setting: dict[str, Any]) -> View | None:
    """Draw a setting; None where it is refused with a text in both languages."""
    values = {name: control.read(setting[name]) for name, control in explorer.controls.items()}
    try:
        return explorer.draw(**values)
    except ValueError as error:
        assert "[[zh:" in str(error), "a refusal in one language only"  # noqa: PT017
        return None


@cache
def at_ends(name: str) -> list[View]:
    """Return what `ends` of an explorer, by page and name, draws where it is not refused."""
    return [view for setting in ends(EXPLORERS[name]) if (view := drawn(EXPLORERS[name], setting))]


def printed(snippet: str) -> dict[str, list[float]]:
    """Run a snippet and return what it prints, "name: 1.5 2.5" a line."""
    output, dtype = io.StringIO(), torch.get_default_dtype()
    try:
        with contextlib.redirect_stdout(output):
            exec(snippet, {"__name__": "__main__"})
    finally:
        torch.set_default_dtype(dtype)
    lines = (line.partition(": ") for line in output.getvalue().splitlines())
    return {name: [float(number) for number in numbers.split()] for name, _, numbers in lines}


def flown(numbers: Any) -> np.ndarray:
    """Return numbers with all beyond a million as inf: where a race diverges, the last digit of a gradient decides by how far."""
    found = np.atleast_1d(np.array(numbers, dtype=float))
    return np.where(np.isfinite(found) & (np.abs(found) < 1e6), found, np.inf)
