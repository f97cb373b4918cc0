"""The pages that there are, in order, and the bar of plain links that stands at the top of each."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from demos.frame.html import Html, html
from demos.frame.language import T


class Entry(NamedTuple):
    """A page as the navigation knows it."""

    name: str
    """Its module in demos/, and its address below the first page's: /fashion."""
    title: str
    """In both languages."""
    group: str
    """What it is for, in both languages: neighbours of one group belong together."""


PLAY, LEARN, USE = T("Play", "玩"), T("Learn", "学"), T("Use", "用")

PAGES = (
    Entry("digits", T("Digits", "数字"), PLAY),
    Entry("fashion", T("Fashion", "服装"), PLAY),
    Entry("training", T("Training", "训练"), PLAY),
    Entry("activations", T("Activations", "激活函数"), LEARN),
    Entry("losses", T("Losses", "损失函数"), LEARN),
    Entry("optimizers", T("Optimizers", "优化器"), LEARN),
    Entry("regularization", T("Regularization", "正则化"), LEARN),
    Entry("initialization", T("Initialization", "初始化"), LEARN),
    Entry("convolution", T("Convolution", "卷积"), LEARN),
    Entry("regression", T("Regression", "回归"), LEARN),
    Entry("models", T("Models", "模型"), USE),
)
"""The first is the front page, at /."""


LESSONS = Entry("learn", T("Lessons", "课程"), LEARN)
ABOUT = Entry("about", T("About", "关于"), USE)
LINKS = (Entry("api", "API", USE), ABOUT)
"""What the server answers beside the pages."""

_LESSONS_AT = next(i for i, page in enumerate(PAGES) if page.group == LEARN)
ENTRIES = (*PAGES[:_LESSONS_AT], LESSONS, *PAGES[_LESSONS_AT:], *LINKS)
"""What stands in the bar, in order."""


def address(name: str) -> str:
    """Return a page's address as seen from any other page: "fashion", and "./" for the first."""
    return "./" if name == PAGES[0].name else name


def bar(current: str) -> str:
    """Return the top of every page as HTML: the way past it for keyboards, and the pages with `current` marked."""
    skip = T("Skip to the content", "跳到正文")
    links = [(group, address(name), title, name == current) for name, title, group in ENTRIES]
    return f'<a class="skip" href="#content">{skip}</a>{menu("pages", T("Pages", "页面"), links)}'


def menu(kind: str, label: str, links: Sequence[tuple[str, str, str, bool]]) -> str:
    """Return links (group, address, title, whether it is open) in one line by group; on a phone behind a button.

    kind: a class for the styles; label: what the links are, for screen readers. Neighbours of one group stand together.
    """
    groups = ((name, list(members)) for name, members in groupby(links, key=lambda link: link[0]))
    inside = "".join(_group(name, members) for name, members in groups)
    here = next((title for _, _, title, is_open in links if is_open), label)
    button = f'<button type="button" class="unfold" aria-expanded="false"><span>{here}</span></button>'
    return f'<nav class="menu {kind}" aria-label="{label}">{button}<div class="groups">{inside}</div></nav>'


def _group(name: str, links: Sequence[tuple[str, str, str, bool]]) -> str:
    inside = "".join(f'<a href="{to}"{_mark(is_open)}>{title}</a>' for _, to, title, is_open in links)
    if not name:
        return f'<div class="group">{inside}</div>'
    return f'<div class="group" role="group" aria-label="{name}"><b aria-hidden="true">{name}</b>{inside}</div>'


def _mark(is_open: bool) -> str:
    return ' aria-current="page"' if is_open else ""


def notes(text: str = T("notes", "笔记"), part: str = "notes") -> Html:
    """Return a text that names the notes as a link to what they are, or to one of their parts ("A7")."""
    return html('<a href="{}#{}">{}</a>', ABOUT.name, part, text)
