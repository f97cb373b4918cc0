"""The pages of the course: the list of lessons, and a lesson with its steps, its work sheet and the answers to it."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import gradio as gr

from demos.frame import document, navigation, static
from demos.frame.heading import heading
from demos.frame.html import Html, html, join
from demos.frame.language import T
from demos.lessons.lesson import Lesson, lessons
from demos.lessons.links import ADDRESS, address, numbered
from demos.lessons.prose import prose
from demos.lessons.steps import answer, section

_ASSETS = Path(gr.__file__).parent / "templates/frontend/assets"
_SCRIPT = '<script type="module" src="{}"></script>'
_BUTTONS = html(
    '<div><button type="button" class="forget">{}</button><button type="button" class="print" data-part="sheet">{}</button>'
    '<button type="button" class="print" data-part="answers">{}</button></div>',
    T("Start over", "重新开始"), T("Print work sheet", "打印练习单"), T("Print answers", "打印答案"),
)  # fmt: skip
_TEACHERS = (
    T("For teachers", "给教师"),
    join(
        html("<li>{}</li>", Html(text))
        for text in (
            T(
                "Every step has an address. Share, at the top of a lesson, shows it with a QR code; the settings that you moved "
                "go with it, your guesses and answers do not.",
                "每一步都有网址。课程页上方的“分享”给出网址和二维码；你移动过的设置会一同带上，你的猜测和答案不会。",
            ),
            T(
                "Print work sheet gives the questions with room to write, Print answers the answers. Start over forgets what "
                "was done in a lesson.",
                "“打印练习单”打印带有书写空间的题目，“打印答案”打印答案。“重新开始”清除这一课的进度。",
            ),
            T(
                "What a pupil guesses and solves is kept in that browser alone. A picture comes from the server at each move of "
                "a control; it is sent the control's values, and nothing is loaded from other hosts.",
                "学生的猜测和完成情况只保存在他自己的浏览器里。每移动一次控件，图由服务器画出；服务器只收到控件的值，"
                "页面不从其他网站加载任何东西。",
            ),
            T(
                "Without the internet: <code>python demos/app.py --host 0.0.0.0</code> on one machine, and the pupils open its "
                "address.",
                "没有互联网时：在一台机器上运行 <code>python demos/app.py --host 0.0.0.0</code>，学生打开它的网址。",
            ),
        )
    ),
)
_KNOWN = T("What you know now", "现在你知道了")


def _asset(pattern: str) -> str:
    """Return the address of a file that Gradio's pages load too: KaTeX is part of them."""
    return f"assets/{next(_ASSETS.glob(pattern)).name}"


@cache
def _scope() -> str:
    """Return the class inside which Gradio's copy of KaTeX's styles applies: it names Gradio's version."""
    styles = next(_ASSETS.glob("katex-*.css")).read_text(encoding="utf-8")
    return re.findall(r"\.(gradio-container[\w-]*) \.katex\b", styles)[0]


@cache
def _head(below: str) -> str:
    """Return what the pages of the course have in their head. below: the way from the page to the root of the site."""
    css = (static.WIDGETS / "lesson" / "lesson.css").read_text(encoding="utf-8")
    base = f'<base href="{below}">' if below else ""
    styles = f'<link rel="stylesheet" href="{_asset("katex-*.css")}"><style>{css}</style>'
    return f"{base}{styles}{_SCRIPT.format(static.script('lesson/lesson.js'))}"


def listing() -> str:
    """Return the page with all lessons."""
    title = T("Lessons", "课程")
    lead = T(
        "Guess, try, see why: twelve short lessons of about ten minutes. They build on one another, and each begins with the "
        "words that it needs: if you are new to this, begin with the first.",
        "先猜，再试，然后明白为什么：十二节十分钟左右的短课。它们前后相接，每节课开头都说明所需的词语；初次接触，请从第一节开始。",
    )
    rows = join(_entry(number, name, lesson) for number, (name, lesson) in enumerate(lessons().items(), 1))
    main = html(
        '<ol class="lessons">{}</ol><section class="teachers" id="teachers"><h2>{}</h2><ul>{}</ul></section>',
        rows,
        *_TEACHERS,
    )
    return _page(title, lead, main, _head(""))


def _entry(number: int, name: str, lesson: Lesson) -> Html:
    some, all_done = (
        T("{n} of {m} steps done. Continue: step {next}", "完成 {n} / {m} 步。继续：第 {next} 步"),
        T("✓ done", "✓ 已完成"),
    )
    progress = html(
        '<span class="progress" data-lesson="{}" data-steps="{}" data-some="{}" data-all="{}"></span>',
        name, len(lesson.steps), some, all_done,
    )  # fmt: skip
    return html(
        '<li><a href="{}"><b>{}. {}</b><span>{}</span></a>{}</li>',
        address(name), number, Html(lesson.title), prose(lesson.about), progress,
    )  # fmt: skip


def lesson_page(name: str, step: int, known: Mapping[str, Any], places: Mapping[str, str]) -> str:
    """Return a lesson with one of its steps (1 on) in sight. known: all explorers; places: the page of each, by name."""
    lesson = lessons()[name]
    step = min(max(step, 1), len(lesson.steps))
    sections = join(
        section(each, i, i == step, _end(name, lesson, i), known, places) for i, each in enumerate(lesson.steps, 1)
    )
    title = numbered(name)
    main = html(
        '{}{}<div class="lesson {}"><div class="steps" data-lesson="{}" data-katex="{}">{}</div>{}</div>',
        _ways(name, lesson, step), _paper(), _scope(), name, _asset("katex-*.js"), sections, _answers(name, lesson),
    )  # fmt: skip
    return _page(title, str(prose(lesson.about)), main, _head("../"))


def _paper() -> Html:
    """Return the first line of a work sheet."""
    return html(
        '<p class="paper"><span>{}</span><span>{}</span><span class="address"></span></p>',
        T("Name", "姓名"),
        T("Date", "日期"),
    )


def _page(title: str, lead: str, main: Html, head: str) -> str:
    top = f'<div class="course">{heading(title, lead)}</div>'
    return document.plain(title, navigation.bar(ADDRESS), main, more=head, heading=top)


def _ways(name: str, lesson: Lesson, step: int) -> Html:
    """Return the links to the steps, back to the list, and the button that prints."""
    links = join(
        html(
            '<a href="{}"{} title="{}">{}</a>',
            address(name, i),
            Html(' aria-current="step"' if i == step else ""),
            each.title,
            i,
        )
        for i, each in enumerate(lesson.steps, 1)
    )
    return html(
        '<nav class="ways" aria-label="{}"><a href="{}">{}</a><span>{}</span>{}</nav>',
        T("Steps of this lesson", "本课步骤"), ADDRESS, T("All lessons", "全部课程"), links, _BUTTONS,
    )  # fmt: skip


def _end(name: str, lesson: Lesson, number: int) -> Html:
    """Return what follows a step: the next one, or what one knows at the end and the next lesson."""
    if number < len(lesson.steps):
        return _next(address(name, number + 1), html("{}{}", T("Next: ", "下一步："), lesson.steps[number].title))
    known = html('<div class="closing"><h3>{}</h3><div>{}</div></div>', _KNOWN, prose(lesson.closing))
    after = list(lessons())[list(lessons()).index(name) + 1 :]
    if not after:
        return known + _next(ADDRESS, T("All lessons", "全部课程"))
    comes = html("<p>{}{}</p>", T("What comes next: ", "接下来："), prose(lessons()[after[0]].about))
    return known + comes + _next(address(after[0]), numbered(after[0]))


def _next(to: str, text: str) -> Html:
    return html('<p class="next"><a href="{}">{} →</a></p>', to, text)


def _answers(name: str, lesson: Lesson) -> Html:
    """Return the answers to the work sheet, on a page of their own."""
    entries = join(answer(step, number) for number, step in enumerate(lesson.steps, 1))
    return html('<section class="answers"><h2>{}{}</h2>{}</section>', numbered(name), T(": answers", "：答案"), entries)
