"""The explorer pages: every picture at every setting, every snippet run, and the pages in a browser."""

import contextlib
import importlib
import io
import math
import random
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import gradio as gr
import httpx
import numpy as np
import pytest
import torch
from conftest import shown, without_ids
from playwright.sync_api import Page, expect

from demos.frame.controls import Control
from demos.frame.language import LANGUAGES, translate
from demos.frame.layout import Explorer, View

PAGES = ("activations", "losses", "optimizers")
EXPLORERS = {
    f"{name}-{explorer.draw.__name__}": explorer
    for name in PAGES
    for explorer in importlib.import_module(f"demos.{name}").page.explorers
}
every_explorer = pytest.mark.parametrize("explorer", EXPLORERS.values(), ids=EXPLORERS)


def extremes(control: Control) -> list[Any]:
    """Return the settings at a control's ends (each of its options, for a choice)."""
    component = control.component
    if isinstance(component, gr.Slider):
        return [component.minimum, component.maximum]
    if isinstance(component, gr.CheckboxGroup):
        return [[], [value for _, value in component.choices]]
    if isinstance(component, gr.Radio | gr.Dropdown):
        return [value for _, value in component.choices]
    return [True, False] if isinstance(component, gr.Checkbox) else [control.default]


def ends(explorer: Explorer) -> Iterator[dict[str, Any]]:
    """Yield the first setting of an explorer, then those at the ends of each control alone."""
    first = {name: control.default for name, control in explorer.controls.items()}
    yield first
    for name, control in explorer.controls.items():
        for value in extremes(control):
            yield first | {name: value} | (control.sets(value) if control.sets else {})


def corners(explorer: Explorer) -> Iterator[dict[str, Any]]:
    """Yield some settings at the ends of all controls."""
    chance = random.Random(0)
    for _ in range(6):
        yield {name: chance.choice(extremes(control)) for name, control in explorer.controls.items()}


def drawn(explorer: Explorer, setting: dict[str, Any]) -> View | None:
    """Draw a setting; None where it is refused with a text in both languages."""
    values = {name: control.read(setting[name]) for name, control in explorer.controls.items()}
    try:
        return explorer.draw(**values)
    except ValueError as error:
        assert "[[zh]]" in str(error), "a refusal in one language only"  # noqa: PT017
        return None


@every_explorer
def test_every_setting_has_a_picture_and_words_in_both_languages(explorer: Explorer) -> None:
    settings = [*ends(explorer), *corners(explorer)]
    views = [view for setting in settings if (view := drawn(explorer, setting))]
    assert views
    for view in views:
        for language in LANGUAGES:
            picture, summary, table = (
                translate(text.encode(), language).decode() for text in (view.picture, view.summary, view.table)
            )
            assert "[[" not in picture + summary + table
            assert "nan" not in summary
            assert "<svg" in picture or 'class="flow"' in picture
            assert bool(re.search("[一-鿿]", summary)) == (language == "zh")


def printed(snippet: str) -> dict[str, list[float]]:
    """Run a snippet and return what it prints, "name: 1.5 2.5" a line."""
    output, dtype = io.StringIO(), torch.get_default_dtype()
    try:
        with contextlib.redirect_stdout(output):
            exec(snippet, {"__name__": "__main__"})
    finally:
        torch.set_default_dtype(dtype)
    lines = (line.partition(": ") for line in output.getvalue().splitlines())
    return {name: [float(number) for number in numbers.split()] for name, _, numbers in lines}


@every_explorer
def test_snippets_print_the_numbers_of_the_page(explorer: Explorer) -> None:
    views = [view for setting in ends(explorer) if (view := drawn(explorer, setting))]
    for view in views[:1] + views[1::3]:
        told = printed(view.snippet)
        assert list(told) == list(view.numbers), view.snippet
        for name, numbers in view.numbers.items():
            np.testing.assert_allclose(flown(told[name]), flown(numbers), rtol=1e-3, atol=1e-6, err_msg=view.snippet)


def flown(numbers: Any) -> np.ndarray:
    """Return numbers with all beyond a million as inf: where a race diverges, the last digit of a gradient decides by how far."""
    found = np.atleast_1d(np.array(numbers, dtype=float))
    return np.where(np.isfinite(found) & (np.abs(found) < 1e6), found, np.inf)


def test_programs_get_the_numbers_of_the_pages(http: httpx.Client) -> None:
    for explorer in EXPLORERS.values():
        first = drawn(explorer, {name: control.default for name, control in explorer.controls.items()})
        assert first is not None
        got = http.get(f"/api/{explorer.draw.__name__}").json()
        assert list(got) == list(first.numbers)
        for name, numbers in first.numbers.items():
            np.testing.assert_allclose(np.array(got[name], dtype=float), np.array(numbers, dtype=float), rtol=1e-9)


def test_programs_write_values_as_the_pages_address_does(http: httpx.Client) -> None:
    assert http.get("/api/activation?functions=relu&probe=-2").json() == {"relu": [0.0, 0.0]}
    trace = http.get("/api/trace?function=square&x=10&lr=1.1&steps=10").json()
    assert trace["gd"][0] == pytest.approx(61.917364)
    assert len(http.get("/api/softmax?logits=3,1,-3,0&temperature=2").json()["p"]) == 4
    assert math.isinf(float(http.get("/api/binary_cross_entropy?probe=20").json()["probe"][0]))


@pytest.mark.parametrize(
    ("route", "status", "said"),
    [
        ("activation?probe=7", 422, "probe: expected a number from -6 to 6"),
        ("activation?probe=7&lang=zh", 422, "probe: 需要 -6 到 6 的数字"),
        ("activation?prob=7", 422, "unknown parameter 'prob'; there are functions, probe, leak, weight, alpha, shade"),
        ("activations", 404, "There is no 'activations'. There are activation, "),
    ],
)
def test_what_is_not_allowed_is_answered_with_what_is(http: httpx.Client, route: str, status: int, said: str) -> None:
    answer = http.get(f"/api/{route}")
    assert answer.status_code == status
    assert answer.json()["detail"].startswith(said)


def test_the_routes_describe_themselves(http: httpx.Client) -> None:
    """Every route of the OpenAPI document answers to the first values and the limits that it names."""
    document = http.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {f"/api/{each.draw.__name__}" for each in EXPLORERS.values()} <= set(document["paths"])
    probe = document["paths"]["/api/activation"]["get"]["parameters"][1]
    assert probe["schema"] == {"type": "number", "minimum": -6, "maximum": 6, "default": 1.0}
    for link in re.findall(r'<dt><a href="([^"]+)"', http.get("/api").text)[::6]:
        assert http.get("/" + link.replace("&amp;", "&")).status_code == 200


def test_controls_take_what_is_within_their_limits_only() -> None:
    controls = EXPLORERS["activations-activation"].controls
    probe = controls["probe"]
    assert [probe.read(given) for given in (2, "2.5", "−1e-1")] == [2, 2.5, -0.1]
    # what is being typed into the number box, to the nearest value
    assert [probe.typed(given) for given in (99, -1e999, None, "x", math.nan)] == [6, -6, 1, 1, 1]
    assert controls["functions"].read("relu,tanh") == ["tanh", "relu"]
    assert controls["shade"].read("0") is False
    logits = EXPLORERS["activations-softmax"].controls["logits"]
    assert logits.read("3，1  −3") == [3, 1, -3]
    layers = EXPLORERS["activations-depth"].controls["layers"]
    for control, given in [
        *((probe, given) for given in (6.1, "1e999", "nan", "x", None, [1])),
        (layers, 1.5),
        (controls["functions"], "relu,<script>"),
        (controls["functions"], None),
        (controls["shade"], "maybe"),
        *((logits, given) for given in ("", "a,b", "1", "1e9,0", "nan,1", "1,2,3,4,5,6,7,8,9", None, 5)),
    ]:
        with pytest.raises(ValueError, match="zh"):
            control.read(given)


def open_tab(visit: Callable[..., Page], name: str, tab: str, **options: Any) -> Page:
    page = visit(f"/{name}?tab={tab}", **options)
    shown(page)
    return page


def tabs() -> list[tuple[str, str]]:
    return list(dict.fromkeys((key.split("-")[0], explorer.tab) for key, explorer in EXPLORERS.items()))


@pytest.mark.parametrize(("name", "tab"), tabs())
def test_every_tab_opens_and_its_link_opens_it_again(visit: Callable[..., Page], name: str, tab: str) -> None:
    """Move one control of the tab; the picture follows, and so does the URL, which opens the same again."""
    page = visit(f"/{name}?tab={tab}")
    before, address = shown(page), page.url
    radios, sliders = (page.locator(f".controls:visible input[type={kind}]") for kind in ("radio", "range"))
    if radios.count():
        radios.last.check()
    else:
        sliders.first.focus()
        page.keyboard.press("ArrowRight")
    page.wait_for_function("url => location.href !== url", arg=address)
    after = changed(page, before)
    assert f"tab={tab}" in page.url or tab == tabs_of(name)[0]

    again = visit(page.url.removeprefix(page.evaluate("location.origin")))
    assert shown(again) == after


def changed(page: Page, before: str) -> str:
    """Return what is shown once it is no longer `before`."""
    for _ in range(100):
        if (after := shown(page)) != before:
            return after
        page.wait_for_timeout(50)
    raise AssertionError("the picture did not follow the control")


def tabs_of(name: str) -> list[str]:
    return [tab for page, tab in tabs() if page == name]


def test_a_link_from_a_teacher_restores_every_kind_of_control(visit: Callable[..., Page]) -> None:
    page = visit("/losses?tab=nll&labels=0,2,-100&logits=1,2,3%0A4,5,6%0A7,8,9&reduction=sum&ignore_index=-100")
    expect(page.locator(".summary:visible")).to_contain_text("Rows used: 2 of 3")
    assert page.locator(".control-logits textarea").input_value() == "1, 2, 3\n4, 5, 6\n7, 8, 9"
    assert page.locator(".control-reduction input:checked").input_value() == "sum"
    page = visit("/activations?functions=gelu&probe=-2.5&shade=0")
    expect(page.locator(".legend:visible")).to_have_text("GELU")
    assert page.locator(".control-probe input[type=number]").input_value() == "-2.5"
    assert not page.locator(".control-shade input").is_checked()


def test_a_link_of_nonsense_opens_the_page_all_the_same(visit: Callable[..., Page]) -> None:
    page = visit("/activations?tab=nothing&probe=1e999&functions=zzz&leak=%00&alpha=${alert(1)}&shade=maybe")
    assert "At x = 1 " in shown(page)
    assert page.locator(".control-probe input[type=number]").input_value() == "1"


def test_what_is_no_number_is_refused_in_the_readers_language(visit: Callable[..., Page]) -> None:
    for lang, text in (("en", "expected numbers with commas between them"), ("zh", "请输入以逗号分隔的数字")):
        page = visit(f"/activations?tab=softmax&lang={lang}")
        shown(page)
        page.locator(".control-logits textarea, .control-logits input").fill("3, ${1}, {{2}}")
        expect(page.get_by_role("alert")).to_have_text(text)
        page.locator(".control-logits textarea, .control-logits input").fill("2, 2")
        expect(page.locator(".summary:visible")).to_contain_text("0.5000")


def test_typing_beyond_a_limit_draws_the_limit(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "activations", "curves")
    page.locator(".control-probe:visible input[type=number]").fill("99")
    expect(page.locator(".summary:visible")).to_contain_text("At x = 6 ")


def test_pictures_drawn_at_once_do_not_mix() -> None:
    """What many visitors draw at the same time is what each would have drawn alone."""
    jobs = [
        (explorer, {name: control.default for name, control in explorer.controls.items()})
        for explorer in EXPLORERS.values()
    ]
    alone = [drawn(*job) for job in jobs]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda job: drawn(*job), jobs * 6))
    for one, many in zip(alone * 6, together):
        assert one is not None
        assert many is not None
        assert without_ids(one.picture) == without_ids(many.picture)


def test_dragging_in_the_figure_moves_the_slider(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "losses", "outlier")
    box = page.locator(".handle:visible").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4, steps=5)
    page.mouse.up()
    expect(page.locator(".summary:visible")).to_contain_text("outlier at (−2, 3)")
    assert page.locator(".control-x input[type=number]").input_value() == "-2"


def test_a_race_is_played_step_by_step(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "optimizers", "race")
    trail = page.locator(".paths:visible polyline").first
    whole = trail.get_attribute("points") or ""
    page.locator(".player:visible input").fill("3")
    assert trail.get_attribute("points") == " ".join(whole.split()[:4])
    page.locator(".player:visible button").click()
    expect(page.locator(".player:visible output")).to_have_text("60", timeout=10_000)
    assert trail.get_attribute("points") == whole


def test_choosing_a_function_brings_its_start_and_rates(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "optimizers", "race")
    page.locator(".control-function:visible input").click()
    page.get_by_role("option", name="Rosenbrock").click()
    expect(page.locator(".control-x1:visible input[type=number]")).to_have_value("-1.2")
    page.wait_for_url(re.compile("function=rosenbrock.*x1=-1.2"))


def test_the_snippet_is_there_to_copy(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "activations", "softmax")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy as PyTorch").locator("visible=true").click()
    page.locator(".snippet:visible button[title*=opy], .snippet:visible button[aria-label*=opy]").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert printed(copied)["p"] == pytest.approx([0.87887824, 0.11894324, 0.00217852])
