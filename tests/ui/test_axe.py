"""What axe-core finds on the pages: nothing serious or critical, but for what is Gradio's own (gradios_own.json).

One tab of each page, in one of the four kinds of reader (light or dark, English or Chinese) in turn: the tabs of a page
are made of the same parts. ZOO_TEST_ALL=1 takes every tab for every kind of reader, in about ten minutes.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page, expect

from demos.frame.navigation import PAGES, address
from tests.sweep import ALL

AXE = Path(AXE_FILE_PATH).read_text(encoding="utf-8")
GRADIOS_OWN = json.loads(Path(__file__).with_name("gradios_own.json").read_text(encoding="utf-8"))
"""[{"rule", "selector", "reason"}]: what neither theme, style nor script can mend."""

READERS = [("en-US", False), ("zh-CN", True), ("en-US", True), ("zh-CN", False)]

FIND = """async (own) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const serious = violations.filter((each) => ["serious", "critical"].includes(each.impact));
  return serious.flatMap(({ id, nodes }) => nodes
    .filter(({ target }) => !own.some(({ rule, selector }) =>
      rule === id && document.querySelector(target.at(-1))?.matches(selector)))
    .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 120)} ${failureSummary.split("\\n").at(-1).slice(0, 160)}`));
}"""


def combinations() -> Iterator[tuple[str, str, bool]]:
    for i, page in enumerate(PAGES):
        for locale, dark in READERS if ALL else [READERS[i % len(READERS)]]:
            yield page.name, locale, dark


def wait(page: Page) -> None:
    page.locator(".summary:visible, .flow:visible, .screen:visible, .zoo:visible, #garment:visible").first.wait_for()
    expect(page.locator(".busy")).to_have_count(0)  # half transparent, until the first answer is there
    page.wait_for_timeout(300)


@pytest.mark.parametrize(("name", "locale", "dark"), list(combinations()))
def test_axe_finds_nothing_serious(visit: Callable[..., Page], name: str, locale: str, dark: bool) -> None:
    page = visit(f"/{address(name).removeprefix('./')}", locale=locale, dark=dark)
    wait(page)
    page.evaluate(AXE)
    assert page.evaluate(FIND, GRADIOS_OWN) == []
    tabs = page.locator("nav.sections a")
    for i in range(1, tabs.count() if ALL else 1):
        tabs.nth(i).click()
        wait(page)
        assert page.evaluate(FIND, GRADIOS_OWN) == [], tabs.nth(i).inner_text()


def test_what_is_listed_as_gradios_own_says_why() -> None:
    assert all(set(each) == {"rule", "selector", "reason"} and each["reason"] for each in GRADIOS_OWN)
