"""The first screen shows the thing working, and a drawing stays with its address."""

import re
from collections.abc import Callable

from pads import SEVEN, answer, draw, opened
from playwright.sync_api import Page, expect


def test_a_digit_writes_itself_and_is_read_until_somebody_draws(visit: Callable[..., Page]) -> None:
    page = opened(visit("/"))
    expect(answer(page)).to_have_text(re.compile("[0-9]"))
    expect(page.locator(".pad.writing")).to_be_visible()
    assert "draw" not in page.url
    assert page.locator(".connected .scene").bounding_box()["y"] < 900

    draw(page, SEVEN)

    expect(answer(page)).to_have_text("7")
    expect(page.locator(".pad.writing")).to_have_count(0)


def test_a_drawing_stays_through_a_reload_and_a_change_of_language(visit: Callable[..., Page]) -> None:
    page = opened(visit("/?draw="))
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    page.wait_for_url(re.compile(r"/#draw=[\w-]{9,}"))
    assert len(page.url) < 200

    sent: list[str] = []
    page.on("request", lambda request: sent.extend([request.url, request.headers.get("referer", "")]))
    page.reload()
    expect(answer(page)).to_have_text("7")
    assert "draw=" not in " ".join(url.partition("#")[0] for url in sent), "the server is not told what was drawn"
    page.goto(page.url.replace("/#", "/?"))  # as links once were
    expect(answer(page)).to_have_text("7")
    page.wait_for_url(re.compile("/#draw="))
    page.get_by_role("link", name="中文").click()
    expect(page.locator("h1")).to_have_text("手写数字")
    expect(answer(page)).to_have_text("7")
    page.get_by_role("button", name="清空").click()
    expect(answer(page)).to_have_text("?")
    assert "draw" not in page.url


def test_an_address_that_holds_no_drawing_leaves_a_blank_pad(visit: Callable[..., Page]) -> None:
    expect(answer(opened(visit("/?draw=k!!%00")))).to_have_text("?")


def test_a_sample_is_read_when_it_is_clicked(visit: Callable[..., Page]) -> None:
    page = opened(visit("/?draw="))
    for digit in ("2", "8"):
        page.get_by_role("button", name=f"Sample: {digit}").click()
        expect(answer(page)).to_have_text(digit)


def test_the_pad_for_ones_own_network_is_on_the_first_screen(visit: Callable[..., Page]) -> None:
    page = visit("/training")
    page.locator(".screen").wait_for()
    assert page.locator(".screen").bounding_box()["y"] < 700


def test_on_a_phone_the_examples_maps_do_not_stay_over_ones_own_drawing(visit: Callable[..., Page]) -> None:
    page = visit("/convolution?tab=lenet5", width=390)
    page.locator(".summary:visible").wait_for()
    page.locator(".pad:visible").evaluate("pad => scrollBy(0, pad.getBoundingClientRect().y - 300)")

    assert page.evaluate("document.elementsFromPoint(195, 40).every(each => !each.closest('.shown > .picture'))")
