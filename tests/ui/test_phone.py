"""Every page on a phone: it opens without a jump, each tab suits fingers and eyes, and its picture follows its controls."""

import re
from collections.abc import Callable

import pytest
from explorers import TABS
from phones import ENGLISH, SHIFTS, SMALL, TINY
from playwright.sync_api import Locator, Page, expect

from demos.frame.navigation import PAGES
from tests.sweep import ALL
from tests.ui.conftest import shown

PATHS = {page.name: f"/{page.name}" if i else "/" for i, page in enumerate(PAGES)}
CHOSEN = tuple(PATHS) if ALL else ("digits", "training", "losses")
"""Pages that are also opened by a reader who chose English, though the browser asks for Chinese."""


@pytest.mark.parametrize(("name", "language"), [*((name, "zh") for name in PATHS), *((name, "en") for name in CHOSEN)])
def test_every_page_opens_on_a_phone(visit: Callable[..., Page], name: str, language: str) -> None:
    """Each in Chinese with all its tabs, some in English."""
    chosen = "?lang=en" if language == "en" else ""
    page = visit(PATHS[name] + chosen, locale="zh-CN", width=390, dark=language == "zh")
    heading = page.locator("h1")
    expect(heading).to_have_text(re.compile("[一-鿿]" if language == "zh" else "^[^一-鿿]*[A-Za-z][^一-鿿]*$"))
    expect(page).to_have_title(f"{heading.text_content()} · First Nets")
    assert page.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[language]
    if (
        shifts(page) > 0.02
    ):  # a page waits six seconds for its parts, and the first visit of a busy server may take longer
        page.reload()
        assert shifts(page) <= 0.02, "something jumped while the page opened"
    assert "[[" not in page.locator("body").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if language == "zh":
        walk(page, name)


def shifts(page: Page) -> float:
    in_sight(page)
    page.wait_for_timeout(800)
    return page.evaluate(SHIFTS)


def in_sight(page: Page) -> None:
    page.locator(":is(.summary, .flow, .screen, .zoo, #garment button):visible").first.wait_for()


def walk(page: Page, name: str) -> None:
    """Go through the tabs of a page, move a control of each, and open the last address anew."""
    tabs = [tab for page, tab in TABS if page == name]
    for tab in tabs or [""]:
        if tab:
            turn_to(page, tab)
        suits_fingers_and_eyes(page, tab)
        if tab:
            follows_its_control(page, tab)
            assert f"tab={tab}" in page.url or tab == tabs[0]
    if tabs:
        after = settled(page)
        page.goto(page.url)
        assert changed(page, "", until=after) == after, "the address opens something else"


def turn_to(page: Page, tab: str) -> None:
    link = page.locator(f"nav.sections a[href$='?tab={tab}']")
    link.evaluate("link => link.click()")  # which lies in a menu that is folded
    expect(link).to_have_attribute("aria-current", "page")
    in_sight(page)


def suits_fingers_and_eyes(page: Page, tab: str) -> None:
    """Nothing to press is under 44 pixels, no text under 11, nothing is cut, no word English."""
    page.wait_for_timeout(100)
    assert page.evaluate(SMALL) == [], tab
    assert page.evaluate(TINY) == [], tab
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, tab
    assert page.evaluate(ENGLISH) == [], tab


def follows_its_control(page: Page, tab: str) -> None:
    """Move a control: the picture and the address follow."""
    before, address = shown(page), page.url
    radios, sliders = (page.locator(f".controls:visible input[type={kind}]:visible") for kind in ("radio", "range"))
    if radios.count():
        radios.last.check()
    elif not sliders.count():
        page.locator(".controls:visible :is(textarea, input[type=text])").first.fill("4, 3, 2")
    else:
        move(page, sliders.first)
    page.wait_for_function("url => location.href !== url", arg=address)
    assert changed(page, before) != before, f"the picture of {tab} did not follow its control"


def move(page: Page, slider: Locator) -> None:
    slider.focus()
    page.keyboard.press("ArrowRight")


def settled(page: Page) -> str:
    """Return what is shown once it stays: pictures come after the words."""
    before, after = "", shown(page)
    while after != before:
        page.wait_for_timeout(500)
        before, after = after, shown(page)
    return after


def changed(page: Page, before: str, until: str = "") -> str:
    """Return what is shown once it is no longer `before`, or has become `until`; at last what it is after 20 seconds."""
    after = before
    for _ in range(400):
        after = shown(page)
        if after == until or (after != before and not until):
            break
        page.wait_for_timeout(50)
    return after
