"""The digits page in a browser: drawing by mouse, touch and keyboard, pictures, and what the networks say meanwhile."""

import base64
import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import pytest
from conftest import Server
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, Route, expect

SEVEN = [(0.25, 0.2), (0.72, 0.2), (0.42, 0.85)]
ONE = [(0.5, 0.15), (0.5, 0.85)]
ANSWERS = "**/component_server/**"


@pytest.fixture
def pad(visit: Callable[..., Page]) -> Page:
    return opened(visit("/"))


@pytest.fixture
def guest(browser: Browser, app: Server) -> Iterator[Callable[..., Page]]:
    """Open the page for a test that disturbs the network or needs another device: `guest(has_touch=True)`."""
    contexts = []

    def open_page(**device: object) -> Page:
        contexts.append(browser.new_context(locale="en-US", **device))
        page = contexts[-1].new_page()
        page.goto(app.url)
        return opened(page)

    yield open_page
    for context in contexts:
        context.close()


def opened(page: Page) -> Page:
    page.locator(".screen").wait_for()
    expect(page.locator(".verdict .by")).not_to_be_empty()  # written by the script, so that it is listening now
    return page


def draw(page: Page, points: Sequence[tuple[float, float]], *, lift: bool = True) -> None:
    """Draw a stroke with the mouse; points as shares of the pad's width and height."""
    box = page.locator(".screen").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=10)
    if lift:
        page.mouse.up()


def answer(page: Page) -> Locator:
    return page.locator(".verdict .answer")


def handwriting(ground: str = "white", ink: str = "black") -> bytes:
    """Return a PNG file of a 7."""
    picture = Image.new("RGB", (500, 300), ground)
    ImageDraw.Draw(picture).line([(170, 50), (330, 50), (220, 260)], ink, 26, joint="curve")
    return png(picture)


def png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def choose(page: Page, content: bytes, name: str = "picture.png") -> None:
    page.set_input_files(".pad .file", {"name": name, "mimeType": "image/png", "buffer": content})


def test_a_blank_pad_asks_for_a_digit_and_guesses_nothing(pad: Page):
    expect(answer(pad)).to_have_text("?")
    expect(pad.locator(".hint")).to_have_text("Draw a digit")
    expect(pad.locator(".verdict .sure")).to_have_text("Draw a digit")
    expect(pad.locator(".reading td.reads").first).to_have_text("–")
    for name in ("Undo", "Clear", "Save"):
        expect(pad.get_by_role("button", name=name)).to_be_disabled()


def test_a_seven_drawn_with_the_mouse_is_read_as_a_seven(pad: Page):
    draw(pad, SEVEN)

    expect(answer(pad)).to_have_text("7")
    expect(pad.locator(".hint")).to_be_hidden()


def test_the_answer_comes_while_the_pen_is_down(pad: Page):
    draw(pad, SEVEN, lift=False)

    expect(answer(pad)).to_have_text("7")


def test_a_seven_drawn_with_a_finger_is_read_and_the_page_stays_where_it_is(guest: Callable[..., Page]):
    page = guest(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=3)
    box = page.locator(".screen").bounding_box()
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    send("touchStart", SEVEN[0])
    for (x0, y0), (x1, y1) in itertools.pairwise(SEVEN):
        for i in range(1, 16):
            send("touchMove", (x0 + (x1 - x0) * i / 15, y0 + (y1 - y0) * i / 15))
    send("touchEnd")

    expect(answer(page)).to_have_text("7")
    assert page.evaluate("scrollY") == 0


def test_a_second_finger_does_not_draw(guest: Callable[..., Page]):
    page = guest(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    box = page.locator(".screen").bounding_box()
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    send("touchStart", (0.5, 0.15))
    send("touchStart", (0.5, 0.15), (0.05, 0.9))
    for i in range(15):
        send("touchMove", (0.5, 0.15 + 0.05 * i), (0.05 + 0.06 * i, 0.9))
    send("touchEnd")

    expect(answer(page)).to_have_text("1")


def test_a_one_drawn_from_the_keyboard(pad: Page):
    pad.locator(".screen").focus()
    for key in [*["ArrowUp"] * 12, " ", *["ArrowDown"] * 24, " ", *["ArrowRight"] * 5]:
        pad.keyboard.press(key)

    expect(answer(pad)).to_have_text("1")


def test_undo_takes_back_a_stroke_and_clear_all_of_them(pad: Page):
    draw(pad, ONE)
    expect(answer(pad)).to_have_text("1")
    draw(pad, [(0.25, 0.15), (0.75, 0.15)])
    expect(answer(pad)).to_have_text("7")

    pad.get_by_role("button", name="Undo").click()
    expect(answer(pad)).to_have_text("1")
    draw(pad, [(0.25, 0.15), (0.75, 0.15)])
    expect(answer(pad)).to_have_text("7")
    pad.keyboard.press("Control+z")
    expect(answer(pad)).to_have_text("1")

    pad.get_by_role("button", name="Clear").click()
    expect(answer(pad)).to_have_text("?")
    draw(pad, ONE)
    expect(answer(pad)).to_have_text("1")
    pad.keyboard.press("Escape")
    expect(answer(pad)).to_have_text("?")


def ink(page: Page) -> int:
    """Return how many of the pad's pixels are drawn on."""
    return page.locator(".screen").evaluate(
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((v, i) => i % 4 == 3 && v > 127).length"
    )


def test_the_brush_widens_the_line(pad: Page):
    draw(pad, ONE)
    thin = ink(pad)
    pad.keyboard.press("Escape")
    pad.get_by_label("Brush").fill("40")
    draw(pad, ONE)

    assert 1.8 * thin < ink(pad) < 2.6 * thin


def test_the_pad_is_sharp_on_a_dense_screen_and_follows_the_theme(guest: Callable[..., Page]):
    page = guest(viewport={"width": 1280, "height": 900}, device_scale_factor=2, color_scheme="dark")
    draw(page, ONE)

    width, shown = page.locator(".screen").evaluate("c => [c.width, c.clientWidth]")
    colour = page.locator(".screen").evaluate(
        "c => [...c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data]"
    )
    assert width == 2 * shown
    assert min(colour) > 200


def test_what_the_network_sees_is_shown_step_by_step(pad: Page):
    draw(pad, SEVEN)
    expect(answer(pad)).to_have_text("7")

    steps = pad.locator(".steps li")
    names = ["Your drawing", "Find the ink", "Crop", "Even the strokes", "Centre, 28 × 28"]
    expect(steps.locator("span")).to_have_text(names)
    assert steps.locator("img").last.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [28, 28]


def test_confidences_are_ranked(pad: Page):
    draw(pad, [(0.3, 0.2), (0.65, 0.3), (0.4, 0.5), (0.6, 0.75), (0.3, 0.85)])
    expect(answer(pad)).not_to_have_text("?")

    rows = pad.locator(".confidences li").evaluate_all(
        "rows => rows.map(row => [getComputedStyle(row).getPropertyValue('--rank'), row.querySelector('.percent').textContent])"
    )
    shares = [float(share.rstrip("%")) for _, share in sorted(rows, key=lambda row: int(row[0]))]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=0.6)
    assert len(shares) == 10


def test_every_model_reads_the_same_drawing(pad: Page):
    draw(pad, SEVEN)
    expect(answer(pad)).to_have_text("7")

    rows = pad.locator(".reading tbody tr")
    names = rows.evaluate_all("rows => rows.map(row => row.dataset.model)")
    assert {"lenet5-mnist", "softmax-mnist"} <= set(names)
    assert names[0] == "lenet5-mnist"
    for i in range(rows.count()):
        expect(rows.nth(i).locator(".reads")).to_have_text(re.compile("[0-9]"))
        expect(rows.nth(i).locator(".ms")).to_have_text(re.compile(r"^[0-9.]+$"))
        expect(rows.nth(i).locator(".parameters")).to_have_text(re.compile(r"^[0-9,]+$"))


def test_a_chosen_model_answers_and_stays_in_the_address(pad: Page):
    draw(pad, SEVEN)
    pad.get_by_role("radio", name="Softmax regression").check()

    expect(pad.locator(".verdict .by")).to_have_text("Softmax regression")
    assert "model=softmax-mnist" in pad.url
    pad.reload()
    expect(pad.locator(".verdict .by")).to_have_text("Softmax regression")


def test_a_picture_can_be_chosen_and_drawn_over(pad: Page):
    choose(pad, handwriting("#c8d8e8", "#402010"))
    expect(answer(pad)).to_have_text("7")

    draw(pad, ONE)
    expect(answer(pad)).to_have_text("1")


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_picture_can_be_pasted_or_dropped(pad: Page, way: str):
    make = """async data => {
      const blob = await (await fetch('data:image/png;base64,' + data)).blob();
      const carried = new DataTransfer();
      carried.items.add(new File([blob], 'picture.png', { type: 'image/png' }));
    """
    events = {
        "paste": "new ClipboardEvent('paste', { clipboardData: carried, bubbles: true })",
        "drop": "new DragEvent('drop', { dataTransfer: carried, bubbles: true })",
    }
    send = f"document.querySelector('.paper').dispatchEvent({events[way]}); }}"
    pad.evaluate(make + send, base64.b64encode(handwriting()).decode())

    expect(answer(pad)).to_have_text("7")


def test_a_file_that_is_no_picture_is_explained_and_the_drawing_stays(pad: Page):
    draw(pad, ONE)
    expect(answer(pad)).to_have_text("1")
    choose(pad, b"hello")

    expect(pad.locator(".pad .message")).to_contain_text("can't open this file as a picture")
    expect(answer(pad)).to_have_text("1")


def test_a_picture_of_nothing_is_not_guessed_at(pad: Page):
    choose(pad, png(Image.new("RGB", (60, 40), "pink")))

    expect(pad.locator(".refused")).to_contain_text("No ink found")
    expect(answer(pad)).to_have_text("?")


def test_the_server_may_go_away_and_come_back(guest: Callable[..., Page]):
    page = guest()
    page.route(ANSWERS, lambda route: route.abort())
    draw(page, SEVEN)
    expect(page.locator(".pad .message")).to_contain_text("The server does not answer")
    page.unroute(ANSWERS)

    expect(answer(page)).to_have_text("7")
    expect(page.locator(".pad .message")).to_be_hidden()


def test_an_answer_that_comes_after_clear_is_dropped(guest: Callable[..., Page]):
    page = guest()
    held: list[Route] = []
    page.route(ANSWERS, lambda route: held.append(route))
    draw(page, SEVEN)
    expect(page.locator(".pad.busy")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    with page.expect_response(ANSWERS):
        held[0].continue_()
    page.wait_for_timeout(200)

    expect(answer(page)).to_have_text("?")
    assert len(held) == 1


def test_only_one_request_is_under_way_at_a_time(guest: Callable[..., Page]):
    page = guest()
    held: list[Route] = []
    page.route(ANSWERS, lambda route: held.append(route))
    draw(page, SEVEN)
    page.wait_for_timeout(300)
    assert len(held) == 1

    page.unroute(ANSWERS)  # lets what was held go on
    expect(answer(page)).to_have_text("7")


def look(page: Page, name: str) -> Locator:
    """Open a tab of the look inside, after a 7 was drawn -> its panel."""
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    page.get_by_role("tab", name=name).click()
    return page.locator("[role=tabpanel]:visible")


def test_feature_maps_follow_the_pen(pad: Page):
    draw(pad, ONE, lift=False)
    maps = pad.locator(".stages img")
    expect(maps).to_have_count(8)
    expect(maps.nth(1)).to_have_attribute("src", re.compile("^data:image/png"))
    assert maps.nth(1).evaluate("image => [image.naturalWidth, image.naturalHeight]") == [6 * 29 - 1, 28]
    before = maps.nth(1).get_attribute("src")
    draw(pad, SEVEN, lift=False)

    expect(maps.nth(1)).not_to_have_attribute("src", before)


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
    pad.wait_for_load_state("networkidle")
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


def test_the_drawing_can_be_saved_and_opened_again(pad: Page):
    draw(pad, SEVEN)
    with pad.expect_download() as download:
        pad.get_by_role("button", name="Save").click()
    drawing = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == "drawing.png"
    pad.get_by_role("button", name="Clear").click()
    expect(answer(pad)).to_have_text("?")
    choose(pad, drawing)

    expect(answer(pad)).to_have_text("7")


def test_labels_follow_the_pen_many_times_a_second(pad: Page):
    pad.evaluate("""() => {
      window.delays = [];
      let moved = 0;
      document.querySelector('.screen').addEventListener('pointermove', () => (moved ||= performance.now()));
      new MutationObserver(() => { if (moved) delays.push(performance.now() - moved); moved = 0; })
        .observe(document.querySelector('.verdict'), { subtree: true, childList: true, characterData: true });
    }""")
    began = pad.evaluate("performance.now()")
    for _ in range(4):
        draw(pad, [(0.5, 0.2), (0.7, 0.4), (0.5, 0.5), (0.7, 0.7), (0.3, 0.85)])
    seconds = (pad.evaluate("performance.now()") - began) / 1000
    delays = pad.evaluate("delays")

    assert len(delays) / seconds > 10
    assert median(delays) < 100


def test_a_chinese_reader_gets_chinese(visit: Callable[..., Page]):
    page = opened(visit("/", locale="zh-CN"))
    expect(page.locator(".hint")).to_have_text("写一个数字")
    expect(page.get_by_role("button", name="清空")).to_be_visible()
    choose(page, png(Image.new("RGB", (60, 40), "pink")))
    expect(page.locator(".refused")).to_contain_text("没有找到笔迹")
