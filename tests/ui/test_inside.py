"""The look inside, under the pad: feature maps, evidence, changes, and digits kept in the browser."""

import re
from collections.abc import Callable

import pytest
from pads import ONE, SEVEN, answer, draw, opened
from playwright.sync_api import Locator, Page, expect


@pytest.fixture
def pad(visit: Callable[..., Page]) -> Page:
    return opened(visit("/?draw="))


def look(page: Page, name: str) -> Locator:
    """Open a tab of the look inside, after a 7 was drawn -> its panel."""
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    page.get_by_role("tab", name=name).click()
    return page.locator("[role=tabpanel]:visible")


def test_feature_maps_follow_the_pen(pad: Page):
    draw(pad, ONE, lift=False)
    maps = pad.locator(".stages canvas:not(.empty)")
    expect(maps).to_have_count(8)
    assert maps.nth(1).evaluate("canvas => [canvas.width, canvas.height]") == [6 * 29 - 1, 28]
    before = maps.nth(1).evaluate("canvas => canvas.toDataURL()")
    draw(pad, SEVEN, lift=False)

    pad.wait_for_function("before => document.querySelectorAll('.stages canvas')[1].toDataURL() !== before", arg=before)


def test_evidence_of_softmax_regression(pad: Page):
    panel = look(pad, "Evidence")
    scores = panel.locator("figure span")
    expect(scores.first).to_have_text(re.compile(r"^-?[0-9.]+$"))

    values = [float(text) for text in scores.all_inner_texts()]
    assert values.index(max(values)) == 7
    expect(panel.locator(".best b")).to_have_text("7")


def test_how_far_the_digit_may_be_changed(pad: Page):
    panel = look(pad, "Turn, shift, thicken")
    expect(panel.locator(".subject")).to_have_text("7")
    expect(panel.locator(".dial")).to_have_count(3)
    expect(panel.locator("polyline").first).to_have_attribute("points", re.compile(r"^0,0?\.?\d+ "))
    row = panel.locator("tr[data-model='lenet5-mnist'] td")
    expect(row.nth(1)).to_have_text(re.compile("^−?[0-9.]+ … [0-9.]+°$"))

    panel.get_by_role("slider", name="Turn").fill("16")
    expect(panel.locator("output").first).to_have_text("60°")
    panel.get_by_role("slider", name="Turn").fill("0")
    expect(panel.locator("output").first).to_have_text("−60°")


def test_a_digit_said_to_be_wrong_is_kept_in_the_browser_and_sent_nowhere(pad: Page):
    panel = look(pad, "Wrong? Say the right digit")
    expect(panel.get_by_role("button", name="9")).to_be_enabled()
    pad.wait_for_timeout(1_000)  # what the drawing asked for has been answered
    sent: list[str] = []
    pad.on("request", lambda request: sent.append(request.url) if not request.url.startswith("data:") else None)
    panel.get_by_role("button", name="9").click()

    expect(panel.locator(".verdicts tr[data-model='lenet5-mnist'] td")).to_have_text(["LeNet-5", "7", re.compile("%$")])
    expect(panel.locator(".tally li").first).to_have_text("LeNet-5: 0 / 1")
    panel.get_by_role("button", name="7").click()  # second thoughts
    expect(panel.locator(".tally li").first).to_have_text("LeNet-5: 1 / 1")
    assert not sent

    pad.reload()
    opened(pad)
    pad.get_by_role("tab", name="Wrong? Say the right digit").click()
    expect(panel.locator(".drawings figure")).to_have_count(1)
    pad.get_by_role("button", name="Clear").click()
    expect(panel.get_by_role("button", name="9")).to_be_disabled()
    panel.get_by_role("button", name="Forget them").click()
    expect(panel.locator(".kept")).to_be_hidden()


def test_the_tabs_are_worked_from_the_keyboard(pad: Page):
    pad.get_by_role("tab", name="Feature maps").focus()
    pad.keyboard.press("ArrowRight")

    expect(pad.get_by_role("tab", name="Evidence")).to_have_attribute("aria-selected", "true")
    expect(pad.get_by_role("tab", name="Evidence")).to_be_focused()
    pad.keyboard.press("ArrowLeft")
    pad.keyboard.press("ArrowLeft")
    expect(pad.get_by_role("tab", name="Wrong? Say the right digit")).to_be_focused()
