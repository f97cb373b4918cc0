"""The later explorer pages: the same promises as in test_explorers.py, and what each page adds."""

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import Server, shown
from gradio_client import Client
from playwright.sync_api import Page
from test_explorers import REDRAWS, corners, drawn, ends, flown, open_tab, printed

from demos.language import LANGUAGES, translate
from demos.ui import Explorer

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


def test_endpoints_give_the_numbers_of_the_pages(app: Server) -> None:
    client = Client(app.url, verbose=False)
    for explorer in EXPLORERS.values():
        expected = first_numbers(explorer)
        got = client.predict(api_name=f"/{explorer.draw.__name__}")
        assert list(got) == list(expected)
        for name, numbers in expected.items():
            np.testing.assert_allclose(np.array(got[name], dtype=float), np.array(numbers, dtype=float), rtol=1e-6)


@pytest.mark.parametrize(("name", "tab"), TABS)
def test_every_tab_opens_and_its_link_opens_it_again(visit: Callable[..., Page], name: str, tab: str) -> None:
    """Move the first slider of the tab; the picture follows, and so does the URL, which opens the same again."""
    page = open_tab(visit, name, tab)
    before = shown(page)
    page.locator(".controls:visible input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("url => location.href !== url", arg=page.url)
    after = shown(page)
    assert after != before
    again = visit(page.url.removeprefix(page.evaluate("location.origin")))
    assert shown(again) == after


@pytest.mark.parametrize(("name", "tab"), TABS)
def test_figures_follow_a_slider_at_ten_frames_a_second(visit: Callable[..., Page], name: str, tab: str) -> None:
    page = open_tab(visit, name, tab)
    page.wait_for_timeout(500)
    slider = next(explorer for key, explorer in EXPLORERS.items() if key.startswith(name) and explorer.tab == tab)
    moved = next(name for name, control in slider.controls.items() if "Slider" in type(control.component).__name__)
    rates = [page.evaluate(REDRAWS, moved) for _ in range(3)]
    assert max(rates) >= 10, rates
