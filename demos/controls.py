"""The controls of an explorer: each knows what it accepts, from the page, from a URL and from a program alike.

A control reads what arrives into a value that its explorer can take: numbers are brought within limits, unknown options
become the first setting, and a text that should hold numbers but doesn't raises a ValueError for the reader.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from demos.language import T

Option = Any
"""A value, or a pair (what it is called, value)."""


@dataclass(frozen=True)
class Control:
    """A component, not yet on the page, and what goes in and out of it."""

    component: Component
    default: Any
    read: Callable[[Any], Any]
    """What arrives -> the value an explorer gets; a URL brings text. Raises ValueError with a text for the reader."""
    kind: type
    """The type that an endpoint declares for it."""
    write: Callable[[Any], Any] = lambda value: value
    """An explorer's value -> what the component shows."""
    sets: Callable[[Any], dict[str, Any]] | None = None
    """Values that other controls take when this one is moved, by name."""
    fold: str = ""
    """The heading under which it stands, folded away, with its neighbours of the same heading."""


def slider(
    label: str, value: float, low: float, high: float, step: float, *, info: str = "", fold: str = ""
) -> Control:
    """Return a slider for a number in [low, high]; whole where low and step are."""
    whole = float(low).is_integer() and float(step).is_integer()

    def read(given: Any) -> float:
        try:
            number = float(given)
        except (TypeError, ValueError, OverflowError):
            return value
        number = min(max(number, low), high) if not math.isnan(number) else value
        return round(number) if whole else number

    component = gr.Slider(low, high, value, step=step, label=label, info=info or None, render=False)
    component.preprocess = read  # Gradio's own would refuse, with an alert, what is being typed into the number box
    return Control(component, value, read, int if whole else float, fold=fold)


def choice(
    label: str,
    options: Sequence[Option],
    value: Any,
    *,
    info: str = "",
    sets: Callable[[Any], dict[str, Any]] | None = None,
    fold: str = "",
) -> Control:
    """Return a choice of one: buttons for up to five options, a list for more."""
    values = {str(v): v for v in _values(options)}
    kind = gr.Radio if len(options) <= 5 else gr.Dropdown
    component = kind(list(options), value=value, label=label, info=info or None, render=False)
    return Control(component, value, lambda given: values.get(str(given), value), str, sets=sets, fold=fold)


def choices(label: str, options: Sequence[Option], value: Sequence[Any], *, info: str = "", fold: str = "") -> Control:
    """Return a choice of any number, in the order of `options`."""
    values = _values(options)

    def read(given: Any) -> list[Any]:
        wanted = given.split(",") if isinstance(given, str) else given
        chosen = {str(item) for item in wanted} if isinstance(wanted, list | tuple) else set()
        return [v for v in values if str(v) in chosen]

    component = gr.CheckboxGroup(list(options), value=list(value), label=label, info=info or None, render=False)
    return Control(component, list(value), read, list, fold=fold)


def toggle(label: str, value: bool = False, *, info: str = "", fold: str = "") -> Control:
    """Return a switch."""
    component = gr.Checkbox(value, label=label, info=info or None, render=False)
    return Control(component, value, lambda given: str(given).lower() in ("1", "true"), bool, fold=fold)


def numbers(
    label: str,
    value: Sequence[float],
    *,
    count: tuple[int, int] = (1, 12),
    limit: float = 1e4,
    whole: bool = False,
    info: str = "",
    fold: str = "",
) -> Control:
    """Return a box for a list of numbers such as "3, 1, -3": between count[0] and count[1] of them, within ±limit."""

    def read(given: Any) -> list[float]:
        return _row(given, count, limit, whole)

    def write(row: Sequence[float]) -> str:
        return ", ".join(f"{v:g}" for v in row)

    component = gr.Textbox(write(value), label=label, info=info or None, max_lines=1, max_length=400, render=False)
    return Control(component, list(value), read, list, write, fold=fold)


def table(
    label: str,
    value: Sequence[Sequence[float]],
    *,
    rows: int = 8,
    columns: int = 8,
    limit: float = 1e4,
    info: str = "",
    fold: str = "",
) -> Control:
    """Return a box for a table of numbers, a row a line (or after a semicolon), all of one length, within ±limit."""

    def read(given: Any) -> list[list[float]]:
        lines = re.split(r"[;\n]", given.strip()) if isinstance(given, str) else given
        if not isinstance(lines, list | tuple) or not 1 <= len(lines) <= rows:
            raise ValueError(T(f"expected 1 to {rows} rows of numbers", f"需要 1 至 {rows} 行数字"))
        table = [_row(line, (1, columns), limit, False) for line in lines]
        if len({len(row) for row in table}) > 1:
            raise ValueError(T("the rows differ in length", "各行的长度不同"))
        return table

    def write(table: Sequence[Sequence[float]]) -> str:
        return "\n".join(", ".join(f"{v:g}" for v in row) for row in table)

    component = gr.Textbox(
        write(value), label=label, info=info or None, lines=len(value), max_lines=rows, max_length=1000, render=False
    )
    return Control(component, [list(row) for row in value], read, list, write, fold=fold)


def _values(options: Sequence[Option]) -> list[Any]:
    return [option[1] if isinstance(option, tuple) else option for option in options]


def _row(given: Any, count: tuple[int, int], limit: float, whole: bool) -> list[float]:
    """Return a list of numbers from text or a list. Raises ValueError, in both languages, where it is none."""
    parts = re.split(r"[\s,，、]+", given.strip(" \t\r\n,，、[]()")) if isinstance(given, str) else given
    try:
        row = [float(str(part).replace("−", "-")) for part in parts]
    except (TypeError, ValueError):
        raise ValueError(T("expected numbers with commas between them", "请输入以逗号分隔的数字")) from None
    low, high = count
    if not low <= len(row) <= high:
        many = f"{low}" if low == high else f"{low}–{high}"
        raise ValueError(T(f"expected {many} numbers, got {len(row)}", f"需要 {many} 个数字，实际为 {len(row)} 个"))
    if not all(abs(v) <= limit for v in row):
        raise ValueError(T(f"expected numbers within ±{limit:g}", f"数字须在 ±{limit:g} 以内"))
    if whole and not all(v.is_integer() for v in row):
        raise ValueError(T("expected whole numbers", "需要整数"))
    return [int(v) for v in row] if whole else row
