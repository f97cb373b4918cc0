"""A step of a lesson as HTML: guess, do, see, why."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from demos.frame import navigation
from demos.frame.html import Html, html, join
from demos.frame.language import T
from demos.lessons import explorers
from demos.lessons.lesson import Step
from demos.lessons.misses import told
from demos.lessons.prose import explained, formulas, prose


def section(
    step: Step, number: int, in_sight: bool, end: Html, known: Mapping[str, Any], places: Mapping[str, str]
) -> Html:
    """Return a step, which is the lesson's `number`th.

    end: what follows it. known: all explorers; places: the page of each, by name.
    """
    opening = html('<div class="opening-words">{}</div>', explained(step.opening)) if step.opening else Html("")
    asked = explained(step.ask.question, opening)
    do = explained(step.do.say, opening + asked)
    return html(
        '<section class="step" id="step-{n}" data-step="{n}" aria-labelledby="title-{n}"{hidden}>'
        '<h2 id="title-{n}" tabindex="-1">{n}. {title}</h2>{opening}{guess}{explorer}{why}{end}</section>',
        n=number,
        hidden=Html("" if in_sight else " hidden"),
        title=step.title,
        opening=opening,
        guess=_guess(step, asked, number),
        explorer=_trial(step, do, number, known[step.explorer.name], places[step.explorer.name]),
        why=_why(step, opening + asked + do),
        end=end,
    )


def _guess(step: Step, asked: Html, number: int) -> Html:
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
        'data-wrong="{}"></p></fieldset><p class="unguessed">{}<button type="button">{}</button></p>',
        T("Guess", "猜"), asked, choices, kept,
        T("You guessed right.", "你猜对了。"), T("You guessed otherwise: good to know now.", "你猜的不一样：现在知道了。"),
        T("Then try it: what there is to try comes with your guess. ", "然后动手试：选好猜测，可以试的就会出现。"),
        T("Try without a guess", "不猜，直接试"),
    )  # fmt: skip


def _trial(step: Step, do: Html, number: int, explorer: Any, place: str) -> Html:
    data = {
        "explorer": step.explorer.name,
        "start": urlencode(step.explorer.query),
        "task": json.dumps(told(step.do, explorer)),
        "figure": str(step.figure),
        "place": f"{navigation.address(place)}?tab={explorer.tab}",
        "done": T("Done: that is it.", "完成：就是这样。"),
        "miss": T("Not yet. ", "还没到。"),
    }
    controls = explorers.fields(explorer, step.explorer, step.show, f"s{number}")
    return html(
        '<div class="explorer trial" {}><div class="task"><b>{}</b> {} {}</div><p class="verdict" role="status"></p>'
        '<div class="shown"><div class="picture"></div><p class="offline" role="alert" hidden>{}</p>'
        '<div class="words" aria-live="polite"></div></div>{}<p class="place"><a target="_blank">{}</a></p>{}</div>',
        Html(" ").join(html('data-{}="{}"', Html(name), text) for name, text in data.items()),
        T("Do", "做"), do, _hint(controls),
        T("No connection to the server: this is the last picture that came.", "连不上服务器：这是最后收到的图。"),
        controls, T("Open these settings on the explorer's own page (in a new tab)", "在它自己的页面上打开这些设置（新标签页）"),
        _sheet(step, explorer),
    )  # fmt: skip


def _hint(controls: Html) -> Html:
    if 'type="range"' not in controls.partition('<details class="more">')[0]:
        return Html("")
    return html('<span class="hint">{}</span>', T("A number can also be typed.", "数值也可以直接输入。"))


def _sheet(step: Step, explorer: Any) -> Html:
    """Return what paper has in place of the explorer: its picture at the beginning, the settings, and room to write."""
    settings = join(
        html("<span>{} {}</span>", str(explorer.controls[name].component.label or name), text.replace("-", "−"))
        for name, text in step.explorer.query.items()
    )
    return html(
        '<div class="on-paper"><div class="sheet" data-missing="{}"></div><p class="settings">{}{}</p>'
        '<p class="writing"><b>{}</b><i></i><i></i><i></i><i></i></p></div>',
        T("Pictures are printed by the button for printing.", "请用打印按钮打印，才有图。"),
        T("The picture's settings: ", "图中的设置："), settings, T("What I found, and why:", "我的发现和理由："),
    )  # fmt: skip


def _why(step: Step, before: str) -> Html:
    answer = explained(step.ask.answer, before)
    text = explained(step.why.text, before + answer)
    return html(
        '<details class="why"><summary>{}</summary><div>{}</div><div>{}</div>{}{}<details class="derivation">'
        '<summary>{}</summary>{}<details class="derivation live"><summary>{}</summary><div class="formula"></div></details>'
        '</details></details>',
        T("The answer, and why", "答案与原因"), answer, text, _note(step), _more(step),
        T("The formula, and where it comes from", "公式及其由来"), formulas(step.why.formula, *step.why.lines),
        T("With the numbers of the picture", "代入图中的数"),
    )  # fmt: skip


def _note(step: Step) -> Html:
    if not step.notes:
        return Html("")
    study = navigation.notes(T("study notes", "学习笔记"), f"F{step.notes.number}")
    heading = html(T("Where the {} have it wrong", "{}错在哪里"), study, study)
    return html('<div class="note"><b>{}</b><p>{}</p></div>', heading, prose(step.notes.text))


def _more(step: Step) -> Html:
    return (
        html('<p class="more-link"><a href="{}">{}</a></p>', step.more.to, prose(step.more)) if step.more else Html("")
    )


def answer(step: Step, number: int) -> Html:
    """Return a step's answer as the sheet of answers has it, with formulas and all."""
    right = join(prose(choice) for choice in step.ask.choices if choice.right)
    return html(
        "<h3>{}. {}</h3><p><b>{}</b></p><p>{}</p><p>{}</p>{}",
        number, step.title, right, prose(step.ask.answer), prose(step.why.text), formulas(step.why.formula, *step.why.lines),
    )  # fmt: skip
