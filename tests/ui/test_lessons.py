"""The course: whatever a lesson says is true of the explorer that it drives, and a learner gets through with any browser."""

import itertools
import json
import math
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Locator, Page, expect

from demos.frame import navigation
from demos.frame.language import translate
from demos.lessons import lesson as course
from demos.lessons.condition import Condition, all_hold
from demos.lessons.explorers import fields, show, state
from demos.lessons.lesson import LessonError, Setting, Step, Words, lessons
from demos.lessons.links import back_links
from demos.lessons.misses import told
from tests.ui.explorers import EXPLORERS
from tests.ui.test_axe import FIND
from zoo import notes
from zoo.lab import regression

KNOWN = {explorer.draw.__name__: explorer for explorer in EXPLORERS.values()}
STEPS = {f"{name}-{i}": step for name, each in lessons().items() for i, step in enumerate(each.steps, 1)}
NUMBER = re.compile(r"(?<![\w.,])\d+\.\d+(?:e-?\d+)?")
every_step = pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)


def reached(setting: Setting) -> dict[str, Any]:
    return state(KNOWN[setting.name], setting)


@every_step
def test_what_a_step_claims_is_true_of_its_explorer(step: Step) -> None:
    for claim in step.claims:
        assert all(condition.holds(reached(claim.at)) for condition in claim.holds), claim


@every_step
def test_a_task_can_be_done_and_is_not_done_at_the_start(step: Step) -> None:
    assert all_hold(step.do.check, reached(step.explorer.moved(step.do.passes)))
    assert not all_hold(step.do.check, reached(step.explorer.moved(step.do.fails)))
    assert not all_hold(step.do.check, reached(step.explorer))
    explorer = KNOWN[step.explorer.name]
    moved = {name for name in step.do.passes.query if step.do.passes.query[name] != step.explorer.query.get(name)}
    assert moved <= set(step.show) <= explorer.controls.keys(), "what the task needs is at hand"
    figures = show(explorer, step.explorer.query)["picture"].count("<figcaption")
    assert step.figure <= max(figures, 1)
    assert all(f'data-name="{name}"' in fields(explorer, step.explorer, step.show, "s1") for name in explorer.controls)


def words(step: Step) -> list[Words]:
    right = next(choice for choice in step.ask.choices if choice.right)
    said = [
        step.ask.question,
        right,
        step.ask.answer,
        step.why.text,
        step.do.say,
        *(miss.say for miss in step.do.misses),
    ]
    return said + [each for each in (step.opening, step.notes and step.notes.text) if each]


def numbers(text: str) -> list[str]:
    """Return the numbers with a decimal point in a text, those in its formulas left out."""
    return NUMBER.findall(re.sub(r"\$[^$]+\$", "", text))


@every_step
def test_every_number_in_its_words_is_one_that_is_checked(step: Step) -> None:
    data = json.dumps(
        step.model_dump(include={"claims", "explorer", "do"}, exclude={"do": {"say", "misses"}}), ensure_ascii=False
    )
    checked = {float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", data)}
    checked |= {float(number) for number in NUMBER.findall(" ".join(map(str, (step.why.formula, *step.why.lines))))}
    if step.notes:
        figures = notes.SECTIONS[f"F{step.notes.number}"].figures
        checked |= {abs(float(number)) for figure in figures for number in figure.numbers}
    for text in words(step):
        for language in (text.en, text.zh):
            assert set(map(float, numbers(language))) <= set(map(abs, checked)), language
        assert numbers(text.en) == numbers(text.zh), "the languages say the same"


@pytest.mark.parametrize("name", lessons())
def test_the_closing_words_repeat_numbers_of_the_lesson(name: str) -> None:
    lesson = lessons()[name]
    said = " ".join(text.en for step in lesson.steps for text in words(step))
    assert set(numbers(lesson.closing.en)) <= set(numbers(said))
    assert numbers(lesson.closing.en) == numbers(lesson.closing.zh)


def test_the_formula_is_as_far_from_the_truth_as_the_noise_is_large_whatever_the_seed() -> None:
    far = {(rows, noise): [] for rows, noise in ((100, 0.01), (100, 1.0), (2000, 1.0))}
    for seed, (rows, noise) in itertools.product(range(100), far):
        far[rows, noise].append(regression.closed_form(*regression.synthetic(rows, noise, seed)).weight[1] + 4.5)
    assert np.allclose(far[100, 1.0], 100 * np.array(far[100, 0.01]))
    assert np.std(far[100, 1.0]) / np.std(far[2000, 1.0]) == pytest.approx(math.sqrt(20), rel=0.2)


def test_a_try_that_misses_is_told_by_how_much() -> None:
    """At the start of each task, where it fails, and where it is done: in the browser, with the page's own data."""
    tries = [
        [json.loads(translate(json.dumps(told(step.do, KNOWN[step.explorer.name])).encode(), language)), states]
        for step in STEPS.values()
        for states in [[reached(step.explorer.moved(at)) for at in (step.do.passes, step.do.fails, step.explorer)]]
        for language in ("en", "zh")
    ]
    script = Path("demos/widgets/lesson/verdict.js").resolve().as_uri()
    code = f"const {{ missing }} = await import({script!r}); const tries = {json.dumps(tries)};"
    code += "const said = tries.map(([task, states]) => states.map((state) => missing(task, state, {})));"
    code += "console.log(JSON.stringify(said));"
    done = subprocess.run(["node", "--input-type=module"], input=code, capture_output=True, text=True, check=True)
    answers = dict(zip(itertools.product(STEPS, ("en", "zh")), json.loads(done.stdout), strict=True))
    for place, (passes, fails, start) in answers.items():
        assert passes == "", place
        assert re.search(r"\d|∞|identity", fails), (place, fails)
        assert start
        assert not re.search(r"[{}]|undefined|\[object", fails + start), (place, fails, start)
    assert answers["linear-regression-1", "en"][2] == "Cost: now 0.29953, wanted below 0.000001"
    assert answers["linear-regression-2", "zh"][1] == "0.215 太大：代价最后是 36.277。"


def test_a_lesson_that_is_wrong_says_where(tmp_path: Path) -> None:
    text = next(course.FOLDER.glob("01_*.yaml")).read_text(encoding="utf-8")
    wrong = tmp_path / "01_wrong.yaml"

    for old, new, message in (
        ("check: [hand.1 < 1e-6", "check: [hand.1 is small", "01_wrong.yaml, step 1, do.check"),
        ("hand.1: {en: 'Cost'", "hand.0: {en: 'Cost'", "01_wrong.yaml, step 1, do.*hand.1 is called"),
        ("right: true", "right: false", "01_wrong.yaml, step 1, ask.*exactly one"),
        ("about:", "abaut:", "01_wrong.yaml, about.*\n?.*abaut"),
        ("title: {", "title: [", "01_wrong.yaml is no YAML"),
    ):
        wrong.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(LessonError, match=message):
            course.read(wrong)


STATE = {"loss": 0.5, "far": "inf", "w": [1.0, -2.5, 4.0], "set": {"lr": 0.1, "name": "relu", "xavier-normal": 2}}
CASES = {
    "loss < 0.6": True,
    "loss ≈ 0.45 ± 0.1": True,
    "loss ≈ 0.45 ± 0.01": False,
    "w.-1 >= 4": True,
    "w.1 = -2.5": True,
    "w.max > 8 × loss": False,
    "w.length = 3": True,
    "w.sum ≠ 2.5": False,
    "set.name = 'relu'": True,
    "set.lr <= 1e-1": True,
    "set.xavier-normal > loss": True,
    "far > 1e9": True,
}


def test_python_and_the_browser_check_conditions_alike() -> None:
    conditions = {text: Condition.parse(text) for text in CASES}
    assert {text: all_hold([each], STATE | {"far": math.inf}) for text, each in conditions.items()} == CASES
    assert not all_hold([Condition.parse("w.7 > 0")], STATE)
    with pytest.raises(KeyError, match="7"):
        Condition.parse("w.7 > 0").holds(STATE)

    script = Path("demos/widgets/lesson/condition.js").resolve().as_uri()
    given = json.dumps([[each.model_dump() for each in conditions.values()], STATE])
    code = f"const {{ holds }} = await import({script!r}); const [all, state] = {given};"
    code += "console.log(JSON.stringify(all.map((each) => holds(each, state))))"
    done = subprocess.run(["node", "--input-type=module", "-e", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == list(CASES.values())


def test_an_explorer_leads_back_to_its_lesson() -> None:
    assert all(f'href="learn/linear-regression?step={step}"' in back_links("one_weight") for step in (1, 2))
    assert "Lesson 1: Linear regression" in back_links("one_weight")
    assert back_links("nowhere") == ""


def test_the_pages_cost_no_session_and_refuse_what_is_not_there(http: httpx.Client) -> None:
    listed = http.get("/learn", headers={"accept-language": "zh"}).text
    assert [f'href="learn/{name}"' in listed for name in lessons()] == [True] * len(lessons())
    assert "线性回归" in listed
    assert http.get("/learn/nothing").status_code == http.get("/learn/explorer/nothing").status_code == 404
    assert "refusal" in http.get("/learn/explorer/one_weight?lr=7").json()
    assert http.get("/learn/linear-regression?step=99").is_success
    assert "set-cookie" not in http.get("/learn/linear-regression").headers


def test_a_learner_guesses_tries_and_sees_why(visit: Callable[..., Page]) -> None:
    page = visit("/learn/linear-regression")
    step = page.locator("#step-1")
    expect(step.locator(".trial")).to_be_hidden()  # it would give the answer away
    expect(step.locator(".opening-words .term").first).to_have_text(re.compile("learning rate"))
    step.locator(".guess input").nth(1).check()
    expect(step.locator(".kept")).to_contain_text("Now find out")
    expect(step.locator(".picture svg").first).to_be_visible()
    rate, verdict = step.locator(".control-lr input[type=range]:not(.own)"), step.locator(".verdict")

    drag(rate, "pointerdown", 0.1)  # through the goal, and beyond
    drag(rate, "pointermove", 0.2)
    expect(step.locator(".words")).to_contain_text("−0.867")
    page.wait_for_timeout(800)
    expect(verdict).to_be_empty()
    drag(rate, "pointerup", 0.2)
    expect(verdict).to_have_text("Not yet. Cost: now 1.0669, wanted below 0.000001")
    assert page.url.endswith("?step=1&at=lr%3D0.2"), "the settings can be passed on"

    number = step.locator(".control-lr input[type=number]")
    number.fill("0.1")
    expect(verdict).to_contain_text("Done")
    expect(step.locator(".why")).to_have_attribute("open", "")
    expect(step.locator(".kept")).to_contain_text("otherwise")
    expect(step.locator(".place a")).to_have_attribute("href", re.compile(r"regression\?tab=one-weight$"))
    expect(step.locator(".derivation .katex").first).to_be_hidden()
    number.fill("0.02")
    expect(step.locator(".words")).to_contain_text("0.813")
    expect(verdict).to_contain_text("Done")

    page.goto(page.url.partition("?")[0] + "?step=1")
    expect(step.locator(".guess input").nth(1)).to_be_checked()
    expect(verdict).to_contain_text("Done")
    expect(number).to_have_value("0.1")
    expect(step.locator(".words")).to_contain_text("w = 2 ")
    expect(page.locator(".ways a.done")).to_have_count(1)
    step.locator(".next a").click()
    expect(page.locator("#step-2 h2")).to_be_focused()
    assert page.url.endswith("?step=2")
    page.go_back()
    expect(step).to_be_visible()
    page.route(
        "**/learn/explorer/**", lambda route: route.fulfill(body="")
    )  # as a proxy answers for a server that is away
    number.fill("0.2")
    expect(step.locator(".offline")).to_be_visible()
    expect(step.locator(".picture svg").first).to_be_visible()
    page.unroute("**/learn/explorer/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(step.locator(".offline")).to_be_hidden()
    expect(step.locator(".words")).to_contain_text("−0.867")
    page.get_by_role("link", name="All lessons").click()
    expect(page.locator(".progress").first).to_have_text("1 of 4 steps done. Continue: step 2")
    page.locator(".lessons a").first.click()
    expect(page.locator("#step-2")).to_be_visible()
    page.goto(page.url.partition("/learn")[0])
    expect(page.get_by_role("link", name="Continue: lesson 1, step 2")).to_have_attribute(
        "href", "learn/linear-regression?step=2"
    )


def drag(slider: Locator, event: str, value: float) -> None:
    """Do with a slider what a finger does: press, move or let go, and bring it to a value."""
    slider.evaluate(
        "(slider, [event, value]) => { slider.dispatchEvent(new PointerEvent(event, { bubbles: true }));"
        "slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); }",
        [event, value],
    )


@pytest.mark.parametrize(("locale", "width", "dark"), [("en-US", 390, True), ("zh-CN", 1280, False)])
def test_a_step_has_its_address_and_is_for_everyone(
    visit: Callable[..., Page], locale: str, width: int, dark: bool
) -> None:
    page = visit("/learn/linear-regression?step=3&at=epochs%3D3", locale=locale, width=width, dark=dark)
    page.locator("#step-3 .unguessed button").click()
    expect(page.locator("#step-3 .control-epochs input[type=number]")).to_have_value("3")
    expect(page.locator("#step-3 .picture svg").first).to_be_visible()
    expect(page.locator("#step-1")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#step-3 .why > summary").click()
    page.locator("#step-3 .derivation:not(.live) > summary").click()
    page.locator("#step-3 .live > summary").click()
    expect(page.locator("#step-3 .formula .katex").first).to_be_visible()
    page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    assert page.evaluate(FIND, []) == []


def test_a_work_sheet_has_all_steps_as_they_begin_and_the_answers_are_printed_apart(visit: Callable[..., Page]) -> None:
    page = visit("/learn/linear-regression")
    page.evaluate("window.print = () => (window.printed = document.body.dataset.print)")
    page.emulate_media(media="print")

    page.keyboard.press("Control+p")
    page.wait_for_function("window.printed === undefined && document.body.classList.contains('drawn')")
    expect(page.locator(".sheet svg[role=img]")).to_have_count(2 * len(lessons()["linear-regression"].steps))
    expect(page.locator(".settings").first).to_contain_text("Learning rate 0.02")
    expect(page.locator(".paper .address")).to_contain_text("/learn/linear-regression")
    assert page.locator(".answers").evaluate("each => getComputedStyle(each).breakBefore") == "page"
    expect(page.locator("nav.pages")).to_be_hidden()

    for part, button, others in (("sheet", "Print work sheet", ".answers"), ("answers", "Print answers", ".steps")):
        page.evaluate(
            f"window.print = () => (window.printed = `${{document.body.dataset.print}} ${{{hidden(others)}}}`)"
        )
        page.locator(f".print[data-part={part}]", has_text=button).dispatch_event("click")
        page.wait_for_function(f"window.printed === '{part} true'")


def hidden(selector: str) -> str:
    """Return JavaScript: whether there is nothing to see of an element."""
    return f"!document.querySelector('{selector}').getClientRects().length"


def test_the_front_page_says_where_to_begin(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.get_by_role("link", name="Lesson 1").click()
    expect(page.locator("h1")).to_have_text("Lesson 1: Linear regression")
    assert navigation.LESSONS.title in navigation.bar("")
