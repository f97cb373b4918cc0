"""The addresses of lessons and steps, and the links from an explorer back to them."""

import json
from collections.abc import Iterator

from demos.frame import navigation
from demos.frame.html import Html, html, join
from demos.frame.language import T
from demos.lessons.lesson import lessons, uses

ADDRESS = navigation.LESSONS.name


def address(lesson: str, step: int = 0) -> str:
    """Return the address of a lesson, or of one of its steps, as seen from the root of the site."""
    return f"{ADDRESS}/{lesson}" + (f"?step={step}" if step else "")


def numbered(lesson: str) -> str:
    """Return a lesson's number and title."""
    number, title = list(lessons()).index(lesson) + 1, lessons()[lesson].title
    return T(f"Lesson {number}: {title.en}", f"第 {number} 课：{title.zh}")


def beginning() -> str:
    """Return, as HTML, where somebody begins who is new to the subject, or goes on who began (widgets/lesson/continue.js)."""
    link = html(
        '<a href="{}" data-lessons="{}" data-continue="{}">{}</a>',
        address(next(iter(lessons()))),
        json.dumps([[name, len(each.steps)] for name, each in lessons().items()]),
        T("Continue: lesson {n}, step {m}", "继续：第 {n} 课第 {m} 步"),
        T("Lesson 1", "第 1 课"),
    )
    return html(
        ' <span class="lesson-link"><span>{}</span>{}{}</span>', T("New to this? ", "初次接触？"), link, T(".", "。")
    )


def back_links(explorer: str) -> str:
    """Return links from an explorer on its own page to the lessons where it is used; "" where there is none."""
    links = [html("{}{}", numbered(name), join(_steps(name, steps))) for name, steps in _uses(explorer).items()]
    if not links:
        return ""
    return html('<p class="lesson-link">{}{}</p>', T("In the course: ", "课程中："), join(links, T("; ", "；")))


def _steps(name: str, steps: list[int]) -> Iterator[Html]:
    for step in steps:
        title = T(f"step {step}", f"第 {step} 步")
        yield html('{}<a href="{}">{}</a>', T(", ", "，"), address(name, step), title)


def _uses(explorer: str) -> dict[str, list[int]]:
    """Return the steps that drive an explorer, by lesson."""
    steps: dict[str, list[int]] = {}
    for name, step in uses(explorer):
        steps.setdefault(name, []).append(step)
    return steps
