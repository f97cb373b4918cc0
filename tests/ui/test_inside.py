"""The look inside, under the pad: feature maps, evidence, changes, and digits kept in the browser."""

import re
from collections.abc import Callable

import pytest
from pads import ONE, SEVEN, answer, choose, draw, handwriting, opened
from playwright.sync_api import Locator, Page, expect


def look(page: Page, name: str) -> Locator:
    """Open a tab of the look inside, after a 7 was drawn -> its panel."""
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    page.get_by_role("tab", name=name).click()
    return page.locator("[role=tabpanel]:visible")


def painted(page: Page) -> str:
    return page.locator(".scene").evaluate("canvas => canvas.toDataURL()")


def test_the_picture_of_the_network_follows_the_pen(pad: Page):
    draw(pad, ONE, lift=False)
    whole = pad.locator(".connected[data-painted]")
    expect(whole).to_be_visible()
    before = painted(pad)
    draw(pad, SEVEN, lift=False)

    pad.wait_for_function("before => document.querySelector('.scene').toDataURL() !== before", arg=before)
    before = painted(pad)
    choose(pad, handwriting())  # a photo is prepared by the server; what the network makes of it is computed here
    pad.wait_for_function("before => document.querySelector('.scene').toDataURL() !== before", arg=before)
    expect(pad.locator(".connected .absent")).to_be_hidden()


NUMBER = re.compile(r"−?\d+\.\d+")


def numbers(text: str) -> list[float]:
    return [float(each.replace("−", "-")) for each in NUMBER.findall(text.replace(" − ", " −"))]


def test_a_number_of_the_picture_is_taken_apart_held_and_let_go(visit: Callable[..., Page]):
    page = opened(visit("/?draw=&at=conv2-4-5-5"))
    draw(page, SEVEN)
    told = page.locator(".connected .sum")
    expect(told.locator(".name")).to_contain_text("map 4, row 5, column 5")
    expect(told.locator("figure")).to_have_count(6)  # a window and a kernel of each map that it reads
    *parts, total, value = numbers(told.locator(".total").inner_text())
    assert len(parts) == 7, "a subtotal of each map, and the bias"
    assert sum(parts) == pytest.approx(total, abs=0.04)  # each rounded to two places
    assert value == max(0, total)
    expect(told.locator(".goes")).to_contain_text("Numbers of “average pooling 2 × 2” that read it (green): 1.")
    expect(told.locator(".goes")).to_contain_text("14 × 14 pixels")

    scene = page.locator(".scene")
    scene.focus()
    page.keyboard.press("ArrowRight")
    expect(told.locator(".name")).to_contain_text("row 5, column 6")
    page.wait_for_url(re.compile("at=conv2-4-5-6"))
    page.keyboard.press("PageDown")
    expect(told.locator(".how")).to_have_text("The mean of the window.")
    expect(page.locator(".connected .aloud")).to_contain_text("average pooling")
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()
    assert "at=" not in page.url

    whole = painted(page)
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_function("before => document.querySelector('.scene').toDataURL() !== before", arg=whole)
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function("before => document.querySelector('.scene').toDataURL() === before", arg=whole)

    page.locator(".connected select").select_option(label="Softmax regression")
    expect(page.locator(".verdict .by")).to_have_text("Softmax regression")
    page.wait_for_function("before => document.querySelector('.scene').toDataURL() !== before", arg=whole)
    box = scene.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.6)
    expect(told.locator(".how")).to_contain_text("Grey level")
    page.wait_for_url(re.compile("at=input-0-"))


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


def test_a_digit_said_to_be_wrong_is_kept_in_the_browser_and_sent_nowhere(visit: Callable[..., Page]):
    pad = opened(visit("/?draw="))
    panel = look(pad, "Wrong? Say the right digit")
    expect(panel.get_by_role("button", name="9")).to_be_enabled()
    pad.wait_for_timeout(1_000)  # what the drawing asked for has been answered
    sent: list[str] = []
    pad.on("request", lambda request: sent.append(request.url) if "/static/scripts/" not in request.url else None)
    panel.get_by_role("button", name="9").click()

    expect(panel.locator(".verdicts tr[data-model='lenet5-mnist'] td")).to_have_text(["LeNet-5", "7", re.compile("%$")])
    expect(panel.locator(".tally li").first).to_have_text("LeNet-5: 0 / 1")
    panel.get_by_role("button", name="7").click()  # second thoughts
    expect(panel.locator(".tally li").first).to_have_text("LeNet-5: 1 / 1")
    assert not [url for url in sent if not url.startswith("data:")]

    pad.reload()
    opened(pad)
    pad.get_by_role("tab", name="Wrong? Say the right digit").click()
    expect(panel.locator(".drawings figure")).to_have_count(1)
    pad.get_by_role("button", name="Clear").click()
    expect(panel.get_by_role("button", name="9")).to_be_disabled()
    panel.get_by_role("button", name="Forget them").click()
    expect(panel.locator(".kept")).to_be_hidden()


def test_the_tabs_are_worked_from_the_keyboard(visit: Callable[..., Page]):
    pad = opened(visit("/?draw="))
    pad.get_by_role("tab", name="The network").focus()
    pad.keyboard.press("ArrowRight")

    expect(pad.get_by_role("tab", name="Evidence")).to_have_attribute("aria-selected", "true")
    expect(pad.get_by_role("tab", name="Evidence")).to_be_focused()
    pad.keyboard.press("ArrowLeft")
    pad.keyboard.press("ArrowLeft")
    expect(pad.get_by_role("tab", name="Wrong? Say the right digit")).to_be_focused()
