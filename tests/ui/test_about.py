"""What the app says of itself, and of the notes that it corrects."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.ui.test_axe import AXE, FIND, GRADIOS_OWN
from zoo import notes


@pytest.mark.parametrize(("accept", "others"), [("en", "[一-鿿]"), ("zh", r"\b(the|and|of|your)\b")])
def test_about_tells_each_mistake_of_the_notes_in_the_readers_language(
    http: httpx.Client, accept: str, others: str
) -> None:
    page = http.get("/about", headers={"accept-language": accept}).text
    body = page[page.index("<main>") :]
    for key in notes.SECTIONS:
        assert f'id="{key}"' in body
    assert 'href="learn/' in body  # a mistake leads to the lesson that shows it
    for part in ("who", "class", "privacy", "measured", "run", "cite", "licence"):
        assert f'id="{part}"' in body
    told = re.sub(r"<pre.*?</pre>|<i>.*?</i>|<[^>]+>", "", body, flags=re.DOTALL)
    assert not re.search(others, told.replace("中文", ""))


def test_notes_lead_to_what_they_are(visit: Callable[..., Page], http: httpx.Client) -> None:
    for path in ("/models", "/fashion"):
        assert "about#notes" in http.get(path).text
    page = visit("/optimizers?tab=rules")
    page.locator(".words:visible").get_by_role("link", name="printed in the notes").click()
    expect(page).to_have_url(re.compile(r"/about#D$"))
    expect(page.locator("nav.pages [aria-current=page]")).to_have_text("About")
    expect(page.locator("#D")).to_be_in_viewport()
    page.evaluate(AXE)
    assert page.evaluate(FIND, GRADIOS_OWN) == []


def test_a_pupil_who_opens_a_passed_on_step_needs_nothing_but_plain_requests(visit: Callable[..., Page]) -> None:
    """As /about promises teachers."""
    page = visit("/about")
    sockets: list[object] = []
    page.on("websocket", lambda socket: sockets.append(socket))
    page.goto(page.url.replace("about", "learn/overfitting?step=2"))
    page.get_by_role("button", name="Try without a guess").locator("visible=true").click()
    page.locator(".summary:visible").first.wait_for()
    page.locator("input[type=range]:visible").first.press("ArrowRight")
    page.wait_for_timeout(500)
    assert not sockets
    assert page.context.cookies(page.url) == []
