"""What is said of a try that misses a task: the numbers as they are, and what is wanted of them.

Texts hold the paths of numbers in braces, "{hand.1}"; the browser puts the numbers there (widgets/lesson/verdict.js).
"""

from decimal import Decimal
from typing import Any

from demos.frame.language import T
from demos.lessons.condition import Condition
from demos.lessons.lesson import Task

_WANTED = {
    "<": T("below {}", "低于 {}"),
    "<=": T("at most {}", "不超过 {}"),
    ">": T("above {}", "高于 {}"),
    ">=": T("at least {}", "不低于 {}"),
    "=": T("{}", "等于 {}"),
    "≠": T("anything but {}", "不等于 {}"),
    "≈": T("{}", "等于 {}"),
}


def told(task: Task, explorer: Any) -> dict[str, Any]:
    """Return a task as the browser needs it: its conditions, each with what is said where it fails, and its own misses."""
    check = [each.model_dump() | {"miss": _miss(each, task, explorer)} for each in task.check]
    special = [{"when": [each.model_dump() for each in miss.when], "say": str(miss.say)} for miss in task.misses]
    return {"check": check, "misses": special, "between": T("; ", "；")}


def _miss(condition: Condition, task: Task, explorer: Any) -> str:
    name, goal = _name(condition.left, task, explorer), _goal(condition, task, explorer)
    en, zh = (_WANTED[condition.relation].replace("{}", goal) for _ in range(2))
    return T(f"{name}: now {{{condition.left}}}, wanted {en}", f"{name}：现在是 {{{condition.left}}}，应{zh}")


def _goal(condition: Condition, task: Task, explorer: Any) -> str:
    """Return what a condition compares with: a number, a word, or another number of the explorer."""
    goal = plain(condition.number or 0) if condition.word is None else _title(condition, explorer)
    if condition.path:
        name = _name(condition.path, task, explorer)
        times = "" if condition.factor == 1 else f"{plain(condition.factor)} × "
        goal = T(f"{times}{{{condition.path}}} ({name})", f"{times}{{{condition.path}}}（{name}）")
    return goal if condition.relation != "≈" else f"{goal} ± {plain(condition.within)}"


def _name(path: str, task: Task, explorer: Any) -> str:
    if path in task.names:
        return str(task.names[path])
    name = path.removeprefix("set.")
    return str(explorer.controls[name].component.label or name)


def _title(condition: Condition, explorer: Any) -> str:
    """Return what an option is called."""
    options = getattr(explorer.controls[condition.left.removeprefix("set.")].component, "choices", [])
    return next(str(title) for title, value in options if value == condition.word)


def plain(value: float) -> str:
    """Return a number without an exponent: "0.000001", "48120"."""
    return f"{Decimal(repr(value)).normalize():f}".replace("-", "−")
