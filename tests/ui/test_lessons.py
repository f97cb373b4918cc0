"""The course: whatever a lesson says is true of the explorer that it drives, and a learner gets through with any browser."""

import json
import math
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page, expect

from demos.frame import navigation
from demos.lessons import lesson as course
from demos.lessons.condition import Condition, all_hold
from demos.lessons.explorers import fields, state
from demos.lessons.lesson import LessonError, Setting, Step, Words, lessons
from demos.lessons.links import back_links
from tests.ui.explorers import EXPLORERS
from tests.ui.test_axe import FIND
from zoo import notes

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
    assert all(f'data-name="{name}"' in fields(explorer, step.explorer, step.show, "s1") for name in explorer.controls)


def words(step: Step) -> list[Words]:
    right = next(choice for choice in step.ask.choices if choice.right)
    told = [step.ask.question, right, step.ask.answer, step.why.text, step.do.say]
    return told + ([step.notes.text] if step.notes else [])


def numbers(text: str) -> list[str]:
    """Return the numbers with a decimal point in a text, those in its formulas left out."""
    return NUMBER.findall(re.sub(r"\$[^$]+\$", "", text))


@every_step
def test_every_number_in_its_words_is_one_that_is_checked(step: Step) -> None:
    data = json.dumps(
        step.model_dump(include={"claims", "explorer", "do"}, exclude={"do": {"say"}}), ensure_ascii=False
    )
    checked = {float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", data)}
    checked |= {float(number) for number in NUMBER.findall(" ".join((step.why.formula, *step.why.lines)))}
    if step.notes:
        figures = notes.SECTIONS[f"F{step.notes.number}"].figures
        checked |= {abs(float(number)) for figure in figures for number in figure.numbers}
    for text in words(step):
        for language in (text.en, text.zh):
            assert set(map(float, numbers(language))) <= set(map(abs, checked)), language
        assert numbers(text.en) == numbers(text.zh), "the languages say the same"


def test_a_lesson_that_is_wrong_says_where(tmp_path: Path) -> None:
    text = next(course.FOLDER.glob("01_*.yaml")).read_text(encoding="utf-8")
    wrong = tmp_path / "01_wrong.yaml"

    for old, new, message in (
        ("check: [hand.1 < 1e-6", "check: [hand.1 is small", "01_wrong.yaml, step 1, do.check"),
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
    assert 'href="learn/linear-regression?step=1"' in back_links("one_weight")
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
    step.locator(".guess input").nth(1).check()
    expect(step.locator(".kept")).to_contain_text("Now find out")
    expect(step.locator(".picture svg").first).to_be_visible()
    expect(step.locator(".trial .formula")).to_be_empty()

    step.locator(".control-lr input[type=number]").fill("0.1")
    expect(step.locator(".verdict")).to_contain_text("Done")
    expect(step.locator(".why")).to_have_attribute("open", "")
    expect(step.locator(".kept")).to_contain_text("otherwise")
    expect(step.locator(".why .katex").first).to_be_visible()
    expect(step.locator(".place a")).to_have_attribute("href", re.compile(r"regression\?tab=one-weight$"))

    page.reload()
    expect(step.locator(".guess input").nth(1)).to_be_checked()
    expect(page.locator(".ways a.done")).to_have_count(1)
    step.locator(".next a").click()
    expect(page.locator("#step-2 h2")).to_be_focused()
    assert page.url.endswith("?step=2")
    page.go_back()
    expect(step).to_be_visible()
    page.get_by_role("link", name="All lessons").click()
    expect(page.locator(".progress").first).to_have_text("1 of 4 steps done")


@pytest.mark.parametrize(("locale", "width", "dark"), [("en-US", 390, True), ("zh-CN", 1280, False)])
def test_a_step_has_its_address_and_is_for_everyone(
    visit: Callable[..., Page], locale: str, width: int, dark: bool
) -> None:
    page = visit("/learn/linear-regression?step=3", locale=locale, width=width, dark=dark)
    expect(page.locator("#step-3 .picture svg").first).to_be_visible()
    expect(page.locator("#step-1")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#step-3 .why summary").click()
    page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    assert page.evaluate(FIND, []) == []


def test_the_work_sheet_has_all_steps_and_its_answers_on_another_page(visit: Callable[..., Page]) -> None:
    page = visit("/learn/linear-regression")
    page.evaluate("window.print = () => (window.printed = true)")
    page.get_by_role("button", name="Print work sheet").click()
    page.wait_for_function("window.printed")
    page.emulate_media(media="print")

    steps = page.locator(".step .picture svg")
    assert steps.count() >= len(lessons()["linear-regression"].steps)
    expect(page.locator(".answers")).to_be_visible()
    assert page.locator(".answers").evaluate("each => getComputedStyle(each).breakBefore") == "page"
    expect(page.locator("nav.pages")).to_be_hidden()
    page.emulate_media(media="screen")


def test_the_front_page_says_where_to_begin(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.get_by_role("link", name="Lesson 1").click()
    expect(page.locator("h1")).to_have_text("Linear regression")
    assert navigation.LESSONS.title in navigation.bar("")
