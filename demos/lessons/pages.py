"""The pages of the course: the list of lessons, and a lesson with its steps, its work sheet and the answers to it."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import gradio as gr

from demos.frame import document, navigation, static
from demos.frame.heading import heading
from demos.frame.html import Html, both, escape, html, join
from demos.frame.language import T
from demos.lessons import explorers
from demos.lessons.lesson import Lesson, Step, Words, lessons
from demos.lessons.links import ADDRESS, address

_ASSETS = Path(gr.__file__).parent / "templates/frontend/assets"
_SCRIPT = '<script type="module" src="{}"></script>'
_MARKS = re.compile(r"(\$[^$]+\$|`[^`]+`)")


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


def prose(words: Words) -> Html:
    """Return a text as HTML, with its formulas for KaTeX."""
    return both(_marked(words.en), _marked(words.zh))


def _marked(text: str) -> Html:
    return join(_mark(part) for part in _MARKS.split(text))


def _mark(part: str) -> Html:
    if part.startswith("$") and len(part) > 1:
        return html('<span class="math">{}</span>', part[1:-1])
    return html("<code>{}</code>", part[1:-1]) if part.startswith("`") and len(part) > 1 else escape(part)


def listing() -> str:
    """Return the page with all lessons."""
    title = T("Lessons", "课程")
    lead = T(
        "Guess, try, see why: short lessons that stand on each other, ten minutes each. Begin with the first.",
        "先猜，再试，然后明白为什么：一节十分钟的短课，前后相接。从第一节开始。",
    )
    about = T(
        "What you did is kept in this browser alone. A teacher can pass on any step by its address, and print any lesson "
        "as a work sheet.",
        "进度只保存在这个浏览器里。教师可以把任何一步的网址发给学生，也可以把任何一课打印成练习单。",
    )
    rows = join(_entry(number, name, lesson) for number, (name, lesson) in enumerate(lessons().items(), 1))
    main = html('<ol class="lessons">{}</ol><p class="about">{}</p>', rows, about)
    return _page(title, lead, main, _head(""))


def _entry(number: int, name: str, lesson: Lesson) -> Html:
    some, all_done = T("{n} of {m} steps done", "完成 {n} / {m} 步"), T("✓ done", "✓ 已完成")
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
    sections = join(_step(name, lesson, i, i == step, known, places) for i in range(1, len(lesson.steps) + 1))
    title = str(lesson.title)
    main = html(
        '{}<div class="lesson {}"><div class="steps" data-lesson="{}" data-katex="{}">{}</div>{}</div>',
        _ways(name, lesson, step), _scope(), name, _asset("katex-*.js"), sections, _answers(lesson),
    )  # fmt: skip
    return _page(title, str(prose(lesson.about)), main, _head("../"))


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
        '<nav class="ways" aria-label="{}"><a href="{}">{}</a><span>{}</span>'
        '<button type="button" class="print">{}</button></nav>',
        T("Steps of this lesson", "本课步骤"), ADDRESS, T("All lessons", "全部课程"), links, T("Print work sheet", "打印练习单"),
    )  # fmt: skip


def _step(
    name: str, lesson: Lesson, number: int, in_sight: bool, known: Mapping[str, Any], places: Mapping[str, str]
) -> Html:
    step = lesson.steps[number - 1]
    return html(
        '<section class="step" id="step-{n}" data-step="{n}" aria-labelledby="title-{n}"{hidden}>'
        '<h2 id="title-{n}" tabindex="-1">{n}. {title}</h2>{guess}{explorer}{why}{next}</section>',
        n=number,
        hidden=Html("" if in_sight else " hidden"),
        title=step.title,
        guess=_guess(step, number),
        explorer=_explorer(step, number, known[step.explorer.name], places[step.explorer.name]),
        why=_why(step),
        next=_next(name, lesson, number),
    )  # fmt: skip


def _guess(step: Step, number: int) -> Html:
    kept = T("Your guess is kept. Now find out.", "已记下你的猜测。现在来验证。")
    choices = join(
        html(
            '<label{}><input type="radio" name="guess-{}" value="{}"> <span>{}</span></label>',
            Html(" data-right" if choice.right else ""), number, i, prose(choice),
        )
        for i, choice in enumerate(step.ask.choices)
    )  # fmt: skip
    return html(
        '<fieldset class="guess"><legend><b>{}</b> {}</legend>{}<p class="kept" role="status" data-kept="{}" data-right="{}" '
        'data-wrong="{}"></p></fieldset>',
        T("Guess", "猜"), prose(step.ask.question), choices, kept,
        T("You guessed right.", "你猜对了。"), T("You guessed otherwise: good to know now.", "你猜的不一样：现在知道了。"),
    )  # fmt: skip


def _explorer(step: Step, number: int, explorer: Any, place: str) -> Html:
    told = {
        "explorer": step.explorer.name,
        "check": json.dumps([each.model_dump() for each in step.do.check]),
        "place": f"{navigation.address(place)}?tab={explorer.tab}",
        "done": T("Done: that is it.", "完成：就是这样。"),
    }
    data = Html(" ").join(html('data-{}="{}"', Html(name), text) for name, text in told.items())
    return html(
        '<div class="explorer trial" {}><p class="task"><b>{}</b> {} <span class="verdict" role="status"></span></p>'
        '<div class="shown"><div class="picture"></div><div class="words" aria-live="polite"></div></div>{}'
        '<div class="formula"></div><p class="place"><a>{}</a></p></div>',
        data, T("Do", "做"), prose(step.do.say), explorers.fields(explorer, step.explorer, step.show, f"s{number}"),
        T("Open these settings on the explorer's own page", "在它自己的页面上打开这些设置"),
    )  # fmt: skip


def _why(step: Step) -> Html:
    return html(
        '<details class="why"><summary>{}</summary>{}</details>',
        T("The answer, and why", "答案与原因"),
        _explained(step),
    )


def _explained(step: Step) -> Html:
    lines = join(html('<div class="math block">{}</div>', line) for line in (step.why.formula, *step.why.lines))
    note = ""
    if step.notes:
        heading = T(
            f"Where the study notes have it wrong (F{step.notes.number})", f"学习笔记错在哪里（F{step.notes.number}）"
        )
        note = html('<div class="note"><b>{}</b><p>{}</p></div>', heading, prose(step.notes.text))
    more = html('<p class="more-link"><a href="{}">{}</a></p>', step.more.to, prose(step.more)) if step.more else ""
    return html("<p>{}</p><p>{}</p>{}{}{}", prose(step.ask.answer), prose(step.why.text), lines, note, more)


def _next(name: str, lesson: Lesson, number: int) -> Html:
    if number < len(lesson.steps):
        to, text = address(name, number + 1), html("{}{}", T("Next: ", "下一步："), lesson.steps[number].title)
    else:
        names = list(lessons())
        after = names[names.index(name) + 1 :]
        to = address(after[0]) if after else ADDRESS
        text = (
            html("{}{}", T("Next lesson: ", "下一课："), lessons()[after[0]].title)
            if after
            else T("All lessons", "全部课程")
        )
    return html('<p class="next"><a href="{}">{} →</a></p>', to, text)


def _answers(lesson: Lesson) -> Html:
    """Return what the work sheet has on its other page."""
    entries = (
        html(
            "<h3>{}. {}</h3><p><b>{}</b></p>{}",
            number, step.title, join(prose(c) for c in step.ask.choices if c.right), _explained(step),
        )
        for number, step in enumerate(lesson.steps, 1)
    )  # fmt: skip
    return html(
        '<section class="answers"><h2>{}{}</h2>{}</section>', lesson.title, T(": answers", "：答案"), join(entries)
    )
