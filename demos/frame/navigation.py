"""The pages that there are, in order, and the bar of plain links that stands at the top of each."""

from typing import NamedTuple

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


def address(name: str) -> str:
    """Return a page's address as seen from any other page: "fashion", and "./" for the first."""
    return "./" if name == PAGES[0].name else name


def bar(current: str) -> str:
    """Return the navigation as HTML, with `current` marked as the page that is open."""
    links = (f'<a href="{address(name)}"{_mark(name == current)}>{title}</a>' for name, title, _ in PAGES)
    return f'<nav class="pages" aria-label="{T("Pages", "页面")}">{"".join(links)}</nav>'


def _mark(is_open: bool) -> str:
    return ' aria-current="page"' if is_open else ""
