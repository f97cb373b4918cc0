"""A finger on a phone: it scrolls through figures, takes their grips, and finds everything large enough to press."""

import re
from collections.abc import Callable

import pytest
from pads import opened
from playwright.sync_api import Page, expect


def at_rest(page: Page) -> Page:
    page.locator(
        ".summary:visible, .refusal:visible, .flow:visible, .screen:visible, .zoo:visible, #garment:visible"
    ).first.wait_for()
    page.wait_for_timeout(300)
    return page


def swipe(page: Page, x: float, y: float, dx: float = 0, dy: float = 0) -> None:
    """Move a finger from (x, y) in the window by (dx, dy) pixels."""
    finger, steps = page.context.new_cdp_session(page), 12
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for i in range(1, steps + 1):
        at = {"x": x + dx * i / steps, "y": y + dy * i / steps}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
        page.wait_for_timeout(16)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(200)


def middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.fixture
def losses(visit: Callable[..., Page]) -> Page:
    """A figure with a grip at 3, on a page that the tests of it share."""
    page = visit("/losses?tab=residual&residual=3", width=390, again=True)
    page.evaluate("scrollTo(0, 0)")
    page.locator(".control-residual input[type=number]").fill("3")
    return at_rest(page)


def test_a_swipe_over_a_figure_scrolls_the_page_and_changes_no_setting(losses: Page) -> None:
    swipe(losses, *middle(losses, ".handle"), dy=-200)

    assert losses.evaluate("scrollY") > 100
    expect(losses.locator(".control-residual input[type=range]")).to_have_value("3")


def test_a_swipe_to_the_side_turns_to_the_next_figure_and_a_dot_marks_it(losses: Page) -> None:
    x, y = middle(losses, ".handle")
    swipe(losses, x + 60, y - 60, dx=-220)

    expect(losses.locator(".dots:visible button").nth(1)).to_have_attribute("aria-current", "")
    expect(losses.locator(".control-residual input[type=range]")).to_have_value("3")
    losses.locator(".dots:visible button").first.click()
    expect(losses.locator(".dots:visible button").first).to_have_attribute("aria-current", "")


def test_a_grip_stands_at_the_value_and_a_finger_drags_it(losses: Page) -> None:
    x, y = middle(losses, ".grip")
    handle = losses.locator(".handle").first.bounding_box()
    assert x == pytest.approx(handle["x"] + handle["width"] * (3 + 4) / 8, abs=1)
    assert losses.locator(".grip").first.bounding_box()["width"] >= 44

    swipe(losses, x, y, dx=-handle["width"] / 2)

    expect(losses.locator(".control-residual input[type=number]")).not_to_have_value("3")
    assert float(losses.locator(".control-residual input[type=range]").input_value()) == pytest.approx(-1, abs=0.6)


def test_labels_of_controls_pass_below_the_figure_that_stays_in_sight(visit: Callable[..., Page]) -> None:
    page = at_rest(visit("/optimizers", width=390))
    page.locator(".control-function [data-testid=block-info]").evaluate(
        "label => scrollBy(0, label.getBoundingClientRect().y - 60)"
    )

    assert page.evaluate("Boolean(document.elementFromPoint(60, 60).closest('.picture'))")


def test_the_picture_of_the_network_is_tapped_pinched_and_swiped_past(visit: Callable[..., Page]) -> None:
    page = opened(visit("/?draw=", width=390))
    page.get_by_role("button", name="Sample: 7").click()
    whole, scene = page.locator(".connected"), page.locator(".scene")
    whole.evaluate("each => each.scrollIntoView()")
    expect(page.locator(".connected[data-painted]")).to_be_visible()

    before = page.evaluate("scrollY")
    swipe(page, 195, 500, dy=-150)
    assert page.evaluate("scrollY") > before + 80
    expect(page.locator(".connected .sum")).to_be_hidden()

    scene.evaluate("each => scrollTo(0, scrollY + each.getBoundingClientRect().y)")
    page.touchscreen.tap(195, 60)  # the digit's picture, at the top
    expect(page.locator(".connected .how")).to_contain_text("Grey level")
    page.wait_for_url(re.compile("at=input-0-"))
    page.touchscreen.tap(195, 60)
    expect(page.locator(".connected .sum")).to_be_hidden()
    before = page.evaluate("scrollY")
    page.touchscreen.tap(195, 720)  # a unit, where the read-out is about to be
    expect(page.locator(".connected .sum")).to_be_visible()
    page.wait_for_function("before => scrollY > before + 100", arg=before)
    page.evaluate("before => scrollTo(0, before)", before)

    finger = page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 40), *(("touchMove", 40 + 12 * i) for i in range(1, 8)), ("touchEnd", 0)):
        points = [{"x": 195 + side * apart, "y": 200, "id": side + 1} for side in (-1, 1)] if apart else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(page.locator(".connected.close")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
