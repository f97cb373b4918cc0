"""The addresses of lessons and steps, and the links from an explorer back to them."""

from collections.abc import Iterator

from demos.frame import navigation
from demos.frame.html import html, join
from demos.frame.language import T
from demos.lessons.lesson import lessons, uses

ADDRESS = navigation.LESSONS.name


def address(lesson: str, step: int = 0) -> str:
    """Return the address of a lesson, or of one of its steps, as seen from the root of the site."""
    return f"{ADDRESS}/{lesson}" + (f"?step={step}" if step else "")


def beginning() -> str:
    """Return, as HTML, where somebody begins who is new to the subject."""
    link = html('<a href="{}">{}</a>', address(next(iter(lessons()))), T("Lesson 1", "第 1 课"))
    return html(' <span class="lesson-link">{}{}{}</span>', T("New to this? ", "初次接触？"), link, T(".", "。"))


def back_links(explorer: str) -> str:
    """Return links from an explorer on its own page to the lessons where it is used; "" where there is none."""
    links = [
        html('<a href="{}">{}</a>', address(name, step), _title(name, step)) for name, step in _first_uses(explorer)
    ]
    if not links:
        return ""
    return html('<p class="lesson-link">{}{}</p>', T("In the lesson: ", "课程中："), join(links, T("; ", "；")))


def _title(name: str, step: int) -> str:
    title = lessons()[name].title
    return T(f"{title.en}, step {step}", f"{title.zh}，第 {step} 步")


def _first_uses(explorer: str) -> Iterator[tuple[str, int]]:
    seen = set()
    for name, step in uses(explorer):
        if name not in seen:
            seen.add(name)
            yield name, step
