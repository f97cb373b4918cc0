"""The controls of an explorer: each says what values it takes, from the page, from a URL and from a program alike."""

import inspect
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from demos.frame.language import T

Option = Any
"""A value, or a pair (what it is called, value)."""


LEAST = "least-"
"""Begins the class that tells the page's script where a logarithmic slider begins."""


@dataclass(frozen=True)
class Control:
    """A component, not yet on the page, and what goes in and out of it."""

    component: Component
    default: Any
    read: Callable[[Any], Any]
    """What arrives -> the value an explorer gets; a URL brings text. Raises ValueError with a text for the reader."""
    kind: type
    """The type that an endpoint declares for it."""
    typed: Callable[[Any], Any] | None = None
    """In place of `read`, for what the component holds while someone types into it."""
    write: Callable[[Any], Any] = lambda value: value
    """An explorer's value -> what the component shows."""
    sets: Callable[[Any], dict[str, Any]] | None = None
    """Values that other controls take when this one is moved, by name."""
    fold: str = ""
    """The heading under which it stands, folded away, with its neighbours of the same heading."""
    fits: Callable[..., dict[str, Any]] | None = None
    """How it follows others, named as its parameters: their values -> what changes of its component, e.g. `visible`."""


def shown_with(other: str, *names: str) -> Callable[..., dict[str, Any]]:
    """Return a `fits` that shows a control while the choice or choices `other` holds one of these names."""

    def fits(**values: Any) -> dict[str, Any]:
        chosen = values[other] if isinstance(values[other], list) else [values[other]]
        return {"visible": any(name in chosen for name in names)}

    parameter = inspect.Parameter(other, inspect.Parameter.KEYWORD_ONLY)
    fits.__signature__ = inspect.Signature([parameter])  # type: ignore[attr-defined]
    return fits


def seed() -> Control:
    """Return the slider for the number that random draws begin with."""
    return slider(T("Random seed", "随机种子"), 0, 0, 99, 1)


def slider(
    label: str,
    value: float,
    low: float,
    high: float,
    step: float,
    *,
    fold: str = "",
    fits: Callable[..., dict[str, Any]] | None = None,
) -> Control:
    """Return a slider for a number in [low, high]; whole where low and step are.

    While a number beyond the limits is typed into its box, the picture shows the nearest one within.
    """
    whole = float(low).is_integer() and float(step).is_integer()

    def read(given: Any) -> float:
        number = _number(given)
        if not low <= number <= high or (whole and not number.is_integer()):
            kind = T("a whole number", "整数") if whole else T("a number", "数字")
            raise ValueError(T(f"expected {kind} from {low:g} to {high:g}", f"需要 {low:g} 到 {high:g} 的{kind}"))
        return int(number) if whole else number

    def nearest(given: Any) -> float:
        try:
            number = min(max(_number(given), low), high)
        except ValueError:
            return value
        return round(number) if whole else number

    component = gr.Slider(low, high, value, step=step, label=label, render=False)
    return Control(component, value, read, int if whole else float, typed=nearest, fold=fold, fits=fits)


def powers(
    label: str,
    value: float,
    low: float,
    high: float,
    *,
    zero: bool = False,
    fold: str = "",
    fits: Callable[..., dict[str, Any]] | None = None,
) -> Control:
    """Return a slider on which each power of ten between low and high takes as much room (sliders.js).

    zero: it also goes down to 0, at its very left. It holds the number itself, as `slider` does.
    """
    made = slider(label, value, 0 if zero else low, high, low / 10, fold=fold, fits=fits)
    made.component.elem_classes = ["powers", f"{LEAST}{low:g}"]
    return made


def choice(
    label: str,
    options: Sequence[Option],
    value: Any,
    *,
    sets: Callable[[Any], dict[str, Any]] | None = None,
    fold: str = "",
    fits: Callable[..., dict[str, Any]] | None = None,
) -> Control:
    """Return a choice of one: buttons for up to five options, a list for more."""
    values = _values(options)
    kind = gr.Radio if len(options) <= 5 else gr.Dropdown
    component = kind(list(options), value=value, label=label, render=False)
    return Control(component, value, lambda given: _option(given, values), type(value), sets=sets, fold=fold, fits=fits)


def choices(label: str, options: Sequence[Option], value: Sequence[Any], *, fold: str = "") -> Control:
    """Return a choice of any number, in the order of `options`; in a URL with commas between them."""
    values = _values(options)

    def read(given: Any) -> list[Any]:
        if isinstance(given, str):
            given = given.split(",") if given else []
        chosen = [_option(item, values) for item in _listed(given)]
        return [v for v in values if v in chosen]

    component = gr.CheckboxGroup(list(options), value=list(value), label=label, render=False)
    return Control(component, list(value), read, list, fold=fold)


def toggle(
    label: str, value: bool = False, *, fold: str = "", fits: Callable[..., dict[str, Any]] | None = None
) -> Control:
    """Return a switch; in a URL 1 or 0."""

    def read(given: Any) -> bool:
        return _option(given, ["0", "1", "False", "True"]) in ("1", "True")

    return Control(gr.Checkbox(value, label=label, render=False), value, read, bool, fold=fold, fits=fits)


def numbers(
    label: str,
    value: Sequence[float],
    *,
    count: tuple[int, int] = (1, 12),
    limit: float = 1e4,
    whole: bool = False,
    fold: str = "",
) -> Control:
    """Return a box for a list of numbers such as "3, 1, -3": between count[0] and count[1] of them, within ±limit."""

    def read(given: Any) -> list[float]:
        return _row(given, count, limit, whole)

    component = gr.Textbox(_text(value), label=label, max_lines=1, max_length=400, render=False)
    return Control(component, list(value), read, list, write=_text, fold=fold)


def table(
    label: str,
    value: Sequence[Sequence[float]],
    *,
    rows: int = 8,
    columns: int = 8,
    limit: float = 1e4,
    fold: str = "",
) -> Control:
    """Return a box for a table of numbers, a row a line (or after a semicolon), all of one length, within ±limit."""

    def read(given: Any) -> list[list[float]]:
        lines = re.split(r"[;\n]", given.strip()) if isinstance(given, str) else _listed(given)
        if not 1 <= len(lines) <= rows:
            raise ValueError(T(f"expected 1 to {rows} rows of numbers", f"需要 1 至 {rows} 行数字"))
        table = [_row(line, (1, columns), limit, False) for line in lines]
        if len({len(row) for row in table}) > 1:
            raise ValueError(T("the rows differ in length", "各行的长度不同"))
        return table

    def write(table: Sequence[Sequence[float]]) -> str:
        return "\n".join(_text(row) for row in table)

    component = gr.Textbox(write(value), label=label, lines=len(value), max_lines=rows, max_length=1000, render=False)
    return Control(component, [list(row) for row in value], read, list, write=write, fold=fold)


def _values(options: Sequence[Option]) -> list[Any]:
    return [option[1] if isinstance(option, tuple) else option for option in options]


def _option(given: Any, values: Sequence[Any]) -> Any:
    """Return the one of `values` that is written like `given`."""
    for value in values:
        if str(value) == str(given):
            return value
    names = ", ".join(map(str, values))
    raise ValueError(T(f"unknown option {str(given)[:40]!r}; expected one of {names}", f"没有这个选项；可选：{names}"))


def _number(given: Any) -> float:
    """Return a number from a number or a text."""
    try:
        number = float(str(given).replace("−", "-"))
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise ValueError(T("expected a number", "请输入数字"))
    return number


def _listed(given: Any) -> list[Any]:
    if not isinstance(given, list | tuple):
        raise ValueError(T("expected a list", "需要一个列表"))
    return list(given)


def _row(given: Any, count: tuple[int, int], limit: float, whole: bool) -> list[float]:
    """Return a list of numbers from text or a list."""
    parts = re.split(r"[\s,，、]+", given.strip(" \t\r\n,，、[]()")) if isinstance(given, str) else _listed(given)
    try:
        row = [_number(part) for part in parts]
    except ValueError:
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


def _text(row: Sequence[float]) -> str:
    return ", ".join(f"{v:.12g}" for v in row)
