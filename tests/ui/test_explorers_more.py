"""The later explorer pages: the same promises as in test_explorers.py, and what each page adds."""

import importlib
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest
from conftest import shown
from pads import SEVEN, draw
from playwright.sync_api import Page, expect
from test_explorers import corners, drawn, ends, flown, open_tab, printed

from demos.frame.language import LANGUAGES, translate
from demos.frame.layout import Explorer

PAGES = ("regularization", "initialization", "convolution", "regression")
EXPLORERS = {
    f"{name}-{explorer.draw.__name__}": explorer
    for name in PAGES
    for explorer in importlib.import_module(f"demos.{name}").page.explorers
}
TABS = list(dict.fromkeys((key.split("-")[0], explorer.tab) for key, explorer in EXPLORERS.items()))
every_explorer = pytest.mark.parametrize("explorer", EXPLORERS.values(), ids=EXPLORERS)


def first_numbers(explorer: Explorer) -> dict[str, Any]:
    view = drawn(explorer, {name: control.default for name, control in explorer.controls.items()})
    assert view is not None
    return view.numbers


@every_explorer
def test_every_setting_has_a_picture_and_words_in_both_languages(explorer: Explorer) -> None:
    views = [view for setting in (*ends(explorer), *corners(explorer)) if (view := drawn(explorer, setting))]
    assert views
    for view in views:
        for language in LANGUAGES:
            picture, summary, table = (
                translate(text.encode(), language).decode() for text in (view.picture, view.summary, view.table)
            )
            assert "[[" not in picture + summary + table
            assert "nan" not in summary
            assert "<svg" in picture
            assert any("一" <= letter <= "鿿" for letter in summary) == (language == "zh")


@every_explorer
def test_snippets_print_the_numbers_of_the_page(explorer: Explorer) -> None:
    views = [view for setting in ends(explorer) if (view := drawn(explorer, setting))]
    for view in views[:1] + views[2::5]:
        told = printed(view.snippet)
        assert list(told) == list(view.numbers), view.snippet
        for name, numbers in view.numbers.items():
            np.testing.assert_allclose(flown(told[name]), flown(numbers), rtol=1e-3, atol=1e-6, err_msg=view.snippet)


def test_programs_get_the_numbers_of_the_pages(http: httpx.Client) -> None:
    for explorer in EXPLORERS.values():
        expected = first_numbers(explorer)
        got = http.get(f"/api/{explorer.draw.__name__}").json()
        assert list(got) == list(expected)
        for name, numbers in expected.items():
            np.testing.assert_allclose(np.array(got[name], dtype=float), np.array(numbers, dtype=float), rtol=1e-6)


def comes_to_show(page: Page, expected: str) -> bool:
    """Tell whether the page shows this within ten seconds; some pictures take one the first time, and words come before them."""
    for _ in range(100):
        if shown(page) == expected:
            return True
        page.wait_for_timeout(100)
    return False


@pytest.mark.parametrize(("name", "tab"), TABS)
def test_every_tab_opens_and_its_link_opens_it_again(visit: Callable[..., Page], name: str, tab: str) -> None:
    """Move one control of the tab; the picture follows, and so does the URL, which opens the same again."""
    page = open_tab(visit, name, tab)
    before, address = shown(page), page.url
    radios, sliders = (page.locator(f".controls:visible input[type={kind}]") for kind in ("radio", "range"))
    if radios.count():
        radios.last.check()
    else:
        sliders.first.focus()
        page.keyboard.press("ArrowRight")
    page.wait_for_function("url => location.href !== url", arg=address)
    again = shown(visit(page.url.removeprefix(page.evaluate("location.origin"))))
    assert again != before
    assert comes_to_show(page, again)


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
    page = open_tab(visit, "convolution", "lenet5")
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
    page.get_by_role("button", name="Let it learn").click()
    page.wait_for_function(
        "[...document.querySelectorAll('.control-steps input[type=number]')].some((box) => +box.value > 0 && +box.value < 40)"
    )
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
