"""The explorer pages: every picture at every setting, every snippet run, and the pages in a browser."""

import math
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import numpy as np
import pytest
from explorers import EXPLORERS, at_ends, corners, drawn, every_name, first, flown, printed
from pads import SEVEN, draw
from playwright.sync_api import Page, expect

from demos.frame.language import LANGUAGES, translate
from demos.frame.layout import Explorer
from tests.ui.conftest import shown


@every_name
def test_every_setting_has_a_picture(name: str) -> None:
    explorer, views = EXPLORERS[name], at_ends(name)
    assert views
    for view in (*views, *filter(None, (drawn(explorer, setting) for setting in corners(explorer)))):
        picture = view.picture()
        assert "<svg" in picture or 'class="flow"' in picture
        assert "nan" not in re.sub('data:[^"]+', "", picture)
        for language in LANGUAGES:
            text = translate(picture.encode(), language).decode()
            assert "[[" not in text
            assert language == "zh" or not re.search("[一-鿿]", text)


@every_name
def test_snippets_print_the_numbers_of_the_page(name: str) -> None:
    views = at_ends(name)
    for view in views[:1] + views[1::4]:
        output = printed(view.snippet)
        assert list(output) == list(view.numbers), view.snippet
        for key, numbers in view.numbers.items():
            np.testing.assert_allclose(flown(output[key]), flown(numbers), rtol=1e-3, atol=1e-6, err_msg=view.snippet)


def test_programs_get_the_numbers_of_the_pages(http: httpx.Client) -> None:
    for explorer in EXPLORERS.values():
        view = drawn(explorer, first(explorer))
        assert view is not None
        got = http.get(f"/api/{explorer.draw.__name__}").json()
        assert list(got) == list(view.numbers)
        for name, numbers in view.numbers.items():
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
    assert isinstance(layers.read("3"), int), "a whole number, however it came"
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
    """Open a tab of a page that tests of this file share: what they move they bring back, where it matters to others."""
    page = visit(f"/{name}", again=True, **options)
    link = page.locator(f"nav.sections a[href$='?tab={tab}']")
    link.click()
    expect(link).to_have_attribute("aria-current", "page")
    shown(page)
    return page


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


@pytest.mark.parametrize(
    ("locale", "text"), [("en-US", "expected numbers with commas between them"), ("zh-CN", "请输入以逗号分隔的数字")]
)
def test_what_is_no_number_is_refused_in_the_readers_language(
    visit: Callable[..., Page], locale: str, text: str
) -> None:
    page = open_tab(visit, "activations", "softmax", locale=locale)
    logits = page.locator(".control-logits :is(textarea, input)")
    logits.fill("3, ${1}, {{2}}")
    expect(page.get_by_role("alert")).to_have_text(text)
    logits.fill("2, 2")
    expect(page.locator(".summary:visible")).to_contain_text("0.6931")
    logits.fill("3, 1, -3")
    expect(page.locator(".summary:visible")).not_to_contain_text("0.6931")


def test_typing_beyond_a_limit_draws_the_limit(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "activations", "curves")
    page.locator(".control-probe:visible input[type=number]").fill("99")
    expect(page.locator(".summary:visible")).to_contain_text("At x = 6 ")


def test_pictures_drawn_at_once_do_not_mix() -> None:
    """What many visitors draw at the same time is what each would have drawn alone."""

    def picture(explorer: Explorer) -> str:
        return explorer.draw(**first(explorer)).picture()

    alone = [picture(explorer) for explorer in EXPLORERS.values()]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(picture, [*EXPLORERS.values()] * 6)) == alone * 6


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


def test_a_learning_rate_is_set_in_powers_finely_and_coarsely(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "regression", "linear")
    rate, number = (page.locator(f".control-lr:visible input{kind}") for kind in (".own", "[type=number]"))
    assert rate.get_attribute("aria-valuetext") == "0.008"
    rate.fill("500")  # the middle of its track
    expect(number).to_have_value("0.01")
    rate.focus()
    for key, value in [
        ("ArrowRight", "0.011"),
        ("PageUp", "0.02"),
        ("Shift+ArrowLeft", "0.01"),
        ("ArrowLeft", "0.0099"),
    ]:
        page.keyboard.press(key)
        expect(number).to_have_value(value)
    page.wait_for_url(re.compile("lr=0.0099"))
    rows = page.locator(".control-rows:visible input[type=range]")
    rows.focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator(".control-rows:visible input[type=number]")).to_have_value("1800")


def test_a_race_is_played_step_by_step(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "optimizers", "race")
    trail = page.locator(".paths:visible polyline").first
    whole = trail.get_attribute("points") or ""
    page.locator(".player:visible input").fill("3")
    assert trail.get_attribute("points") == " ".join(whole.split()[:4])
    page.locator(".player:visible button").click()
    expect(page.locator(".player:visible output")).to_have_text("60")
    assert trail.get_attribute("points") == whole


def test_backpropagation_is_gone_through_step_by_step_and_begins_again(visit: Callable[..., Page]) -> None:
    page = visit("/regression?tab=steps&step=23")
    words, on = page.locator(".summary:visible"), page.locator(".stepper:visible button").last
    expect(words).to_contain_text("Step 23 of 25, backward: the gradient")
    on.click()
    expect(words).to_contain_text("Step 24 of 25")
    page.wait_for_url(re.compile("step=24"))
    page.keyboard.press("ArrowRight")
    expect(words).to_contain_text("each weight moves against its gradient")
    expect(page.locator(".numbers:visible tbody tr")).to_have_count(9)
    expect(on).to_have_accessible_name("Update and begin again")
    on.click()
    expect(words).to_contain_text("nothing is computed yet. Updates made: 1.")
    page.keyboard.press("ArrowRight")
    expect(words).to_contain_text("Step 1 of 25, forward: the product w₁₁ · x₁")


def test_play_becomes_pause(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "optimizers", "race")
    button, at = page.locator(".player:visible button"), page.locator(".player:visible output")
    expect(button).to_have_accessible_name("Play")
    button.click()
    expect(button).to_have_accessible_name("Pause")
    button.click()
    expect(button).to_have_accessible_name("Play")
    stopped = at.inner_text()
    page.wait_for_timeout(300)
    assert at.inner_text() == stopped


def test_a_player_counts_rows_where_the_words_do(visit: Callable[..., Page]) -> None:
    """The path of single rows is thinned to 500 pictures, and 600 updates still count as 600."""
    page = open_tab(visit, "optimizers", "batches")
    expect(page.locator(".player:visible output")).to_have_text("600")
    assert "600 for single rows" in shown(page)


def test_only_controls_that_act_are_shown(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "activations", "curves")
    expect(page.locator(".control-alpha")).to_have_count(0)
    page.get_by_label("ELU", exact=True).check()
    expect(page.locator(".control-alpha input[type=range]")).to_be_visible()
    page.get_by_label("ELU", exact=True).uncheck()
    expect(page.locator(".control-alpha")).to_have_count(0)


def test_a_limit_follows_the_other_settings(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "convolution", "window")
    position = page.locator(".control-position:visible input[type=range]")
    expect(position).to_have_attribute("max", "16")
    page.locator(".control-k:visible input[type=number]").fill("4")
    expect(position).to_have_attribute("max", "9")


def test_curves_are_read_out_by_mouse_and_keys(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "activations", "curves")
    figure, read = page.locator(".plot:visible").first, page.locator(".readout")
    figure.hover()
    expect(read).to_have_text(re.compile("^−0.69.*0.33.*−0.60.*0$"))  # x, sigmoid, tanh, ReLU
    page.mouse.move(1, 1)
    expect(read).to_have_count(0)
    figure.locator("svg[data-axes]").focus()
    page.keyboard.press("ArrowRight")
    expect(read).to_be_visible()


def test_formulas_are_set_with_the_present_numbers(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "activations", "softmax", locale="zh-CN")
    formula = page.locator(".formula:visible .katex-html").first
    expect(formula).to_contain_text("0.8789")
    page.locator(".control-logits:visible textarea, .control-logits:visible input").first.fill("2, 2")
    expect(formula).to_contain_text("0.5")
    expect(page.locator(".formula .katex-error")).to_have_count(0)


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


def first_numbers(explorer: Explorer) -> dict[str, Any]:
    view = drawn(explorer, first(explorer))
    assert view is not None
    return view.numbers


def test_a_window_that_does_not_fit_is_refused_in_the_readers_language(visit: Callable[..., Page]) -> None:
    page = visit("/convolution?n=2&lang=zh")
    expect(page.get_by_role("alert")).to_contain_text("放不进")


def test_a_kernel_runs_over_what_is_drawn(visit: Callable[..., Page]) -> None:
    page = open_tab(visit, "convolution", "kernels")
    pictures = page.locator(".explorer:visible").last.locator("image")
    draw(page, SEVEN)
    expect(pictures).to_have_count(3)
    edges = pictures.nth(1).get_attribute("href")
    page.locator(".control-kernel:visible textarea").fill("1, 2\n3")
    expect(page.get_by_role("alert").first).to_have_text("the rows differ in length")
    page.locator(".control-kernel:visible textarea").fill("0, 0, 0\n0, 1, 0\n0, 0, 0")
    expect(pictures.nth(1)).to_have_attribute("href", pictures.nth(0).get_attribute("href") or "")
    assert pictures.nth(1).get_attribute("href") != edges


def test_lenet5_shows_its_layers_for_a_drawn_digit(visit: Callable[..., Page]) -> None:
    page = visit("/convolution?tab=lenet5")
    shown(page)
    drawn_maps = page.locator(".explorer:visible").last.locator("image")
    assert drawn_maps.count() == 0
    page.locator(".screen:visible").scroll_into_view_if_needed()
    draw(page, SEVEN)
    expect(drawn_maps).to_have_count(page.locator(".picture:visible image").count())


def test_the_curve_is_learned_step_by_step(visit: Callable[..., Page]) -> None:
    page = visit("/regression?tab=curve&steps=40")
    shown(page)
    steps = page.locator(".control-steps:visible input[type=number]")
    expect(steps).to_have_value("40")
    page.locator(".summary:visible").evaluate(
        """(summary) => {
          window.steps = [];
          const note = () => steps.push(Number(/After (\\d+) step/.exec(summary.textContent)?.[1]));
          new MutationObserver(note).observe(summary, { childList: true, characterData: true, subtree: true });
        }"""
    )
    page.get_by_role("button", name="Let it learn").click()
    page.wait_for_function("steps.some((step) => step > 0 && step < 40)")
    expect(steps).to_have_value("40")
    expect(page.locator(".summary:visible")).to_contain_text("After 40 steps")


def test_weight_decay_shortens_the_weight_as_in_the_notes() -> None:
    explorer = EXPLORERS["regularization-weight_decay"]
    first = {name: control.default for name, control in explorer.controls.items()}
    norms = [explorer.draw(**first | {"lambd": lambd}).numbers["norm"] for lambd in (0, 3)]
    assert 11.6 < norms[0] < 15.7
    assert 0.32 < norms[1] < 0.42


def test_zeros_never_break_the_symmetry() -> None:
    explorer = EXPLORERS["initialization-start_training"]
    numbers = first_numbers(explorer)
    assert numbers["zeros"][1] == numbers["constant"][1] == 0
    assert numbers["zeros"][0] == pytest.approx(np.log(2), abs=1e-3)
    assert numbers["he-normal"][0] < 0.1


@pytest.mark.parametrize(
    ("scheme", "function", "spread"),
    [
        ("normal", "tanh", 0.98),
        ("xavier-normal", "tanh", 0.23),
        ("xavier-normal", "relu", 0.025),
        ("he-normal", "relu", 0.79),
    ],
)
def test_ten_layers_keep_the_spread_that_was_measured(scheme: str, function: str, spread: float) -> None:
    signals = EXPLORERS["initialization-signals"].draw
    numbers = signals(scheme=scheme, function=function, depth=10, width=500, scale=1.0, seed=0).numbers
    assert numbers["spread"][-1] == pytest.approx(spread, rel=0.3)  # ReLU nets differ by seed
