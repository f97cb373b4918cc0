"""The pad itself: mouse, fingers, keyboard, brush, undo, pictures, where it is read, and a server that is slow or away."""

import base64
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pads import BAR, ONE, SEVEN, answer, choose, draw, handwriting, opened
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

import zoo
from tests.ui.conftest import Server

ANSWERS = "**/component_server/**"


@pytest.fixture
def guest(browser: Browser, readers: Callable[..., BrowserContext], app: Server) -> Iterator[Callable[..., Page]]:
    """Open the page for a test that disturbs the network or needs another device: `guest(has_touch=True)`.

    without: addresses that can't be fetched. damaged: addresses whose files come with a wrong byte.
    """
    pages, contexts = [], []

    def open_page(*, path: str = "", without: str = "", damaged: str = "", **device: object) -> Page:
        if device:
            contexts.append(browser.new_context(locale="en-US", **device))
        pages.append((contexts[-1] if device else readers("en-US", False)).new_page())
        page = pages[-1]
        if without:
            page.route(without, lambda route: route.abort())
        if damaged:
            page.route(damaged, lambda route: route.fulfill(body=_damaged(route.fetch().body())))
        page.goto(f"{app.url}/{path}")
        return opened(page)

    yield open_page
    for each in (*pages, *contexts):
        each.close()


def _damaged(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def fingers(page: Page) -> Callable[..., None]:
    """Return what puts fingers on the pad: touch("touchMove", (x, y), ...), as shares of its width and height."""
    box = page.locator(".screen").bounding_box()
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    return touch


def test_a_finger_draws_a_second_does_not_and_the_page_stays_where_it_is(guest: Callable[..., Page]):
    page = guest(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=3)
    touch = fingers(page)
    touch("touchStart", SEVEN[0])
    for (x0, y0), (x1, y1) in itertools.pairwise(SEVEN):
        for i in range(1, 16):
            touch("touchMove", (x0 + (x1 - x0) * i / 15, y0 + (y1 - y0) * i / 15))
    touch("touchEnd")
    expect(answer(page)).to_have_text("7")
    assert page.evaluate("scrollY") == 0

    page.locator(".screen").press("Escape")
    touch("touchStart", (0.5, 0.15))
    touch("touchStart", (0.5, 0.15), (0.05, 0.9))
    for i in range(15):
        touch("touchMove", (0.5, 0.15 + 0.05 * i), (0.05 + 0.06 * i, 0.9))
    touch("touchEnd")
    expect(answer(page)).to_have_text("1")


def test_a_one_drawn_from_the_keyboard(pad: Page):
    pad.locator(".screen").focus()
    for key in [*["ArrowUp"] * 12, " ", *["ArrowDown"] * 24, " ", *["ArrowRight"] * 5]:
        pad.keyboard.press(key)

    expect(answer(pad)).to_have_text("1")


def test_undo_takes_back_a_stroke_and_clear_all_of_them(pad: Page):
    draw(pad, ONE)
    expect(answer(pad)).to_have_text("1")
    draw(pad, BAR)
    expect(answer(pad)).to_have_text("7")

    pad.get_by_role("button", name="Undo").click()
    expect(answer(pad)).to_have_text("1")
    draw(pad, BAR)
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
    brush = pad.get_by_label("Brush")
    usual = brush.input_value()
    brush.fill("40")
    draw(pad, ONE)

    assert 1.8 * thin < ink(pad) < 2.6 * thin
    brush.fill(usual)


def test_the_pad_is_sharp_on_a_dense_screen_and_follows_the_theme(guest: Callable[..., Page]):
    page = guest(viewport={"width": 1280, "height": 900}, device_scale_factor=2, color_scheme="dark")
    draw(page, ONE)

    width, shown = page.locator(".screen").evaluate("c => [c.width, c.clientWidth]")
    colour = page.locator(".screen").evaluate(
        "c => [...c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data]"
    )
    assert width == 2 * shown
    assert min(colour) > 200


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


def asked(page: Page, held: list[Route]) -> None:
    """Wait until the page has asked the server, whose answer is held."""
    for _ in range(400):
        if held:
            return
        page.wait_for_timeout(50)


def test_the_server_may_go_away_and_come_back(guest: Callable[..., Page]):
    page = guest()
    page.route(ANSWERS, lambda route: route.abort())
    choose(page, handwriting())
    expect(page.locator(".pad .message")).to_contain_text("The server does not answer")
    page.unroute(ANSWERS)

    expect(answer(page)).to_have_text("7")
    expect(page.locator(".pad .message")).to_be_hidden()


def test_an_answer_that_comes_after_clear_is_dropped(guest: Callable[..., Page]):
    page = guest()
    held: list[Route] = []
    page.route(ANSWERS, lambda route: held.append(route))
    choose(page, handwriting())
    expect(page.locator(".pad.busy")).to_be_visible()
    asked(page, held)
    page.get_by_role("button", name="Clear").click()
    with page.expect_response(ANSWERS):
        held[0].continue_()
    page.wait_for_timeout(200)

    expect(answer(page)).to_have_text("?")
    assert len(held) == 1


def test_only_one_request_is_under_way_at_a_time(guest: Callable[..., Page]):
    page = guest(without="**/static/weights/**")  # so that the server reads drawings too
    held: list[Route] = []
    page.route(ANSWERS, lambda route: held.append(route))
    draw(page, SEVEN)
    asked(page, held)
    page.wait_for_timeout(300)
    assert len(held) == 1

    page.unroute(ANSWERS)
    held[0].continue_()
    expect(answer(page)).to_have_text("7")


def test_drawing_asks_the_server_for_nothing(guest: Callable[..., Page]):
    page = guest(viewport={"width": 1280, "height": 2000})
    draw(page, ONE)
    expect(page.locator(".reading .reads")).to_have_text(["1"] * page.locator(".reading tbody tr").count())
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    for tab in ("Evidence", "Turn, shift, thicken", "The network"):
        page.get_by_role("button", name="Clear").click()
        page.get_by_role("tab", name=tab).click()
        draw(page, SEVEN)
        expect(answer(page)).to_have_text("7")

    assert sent == []
    expect(page.locator(".where")).to_have_text("Read in your browser: nothing is sent.")


def test_a_browser_that_can_not_fetch_a_network_has_the_server_read(guest: Callable[..., Page]):
    page = guest(without="**/static/weights/**")
    draw(page, SEVEN)

    expect(answer(page)).to_have_text("7")
    expect(page.locator(".where")).to_contain_text("Read by the server.")
    expect(page.locator(".connected .absent")).to_be_visible()


def test_a_damaged_network_is_refused_and_the_server_reads(guest: Callable[..., Page]):
    page = guest(damaged="**/softmax-mnist/*/model.safetensors", path="?model=softmax-mnist")
    draw(page, SEVEN)

    expect(answer(page)).to_have_text("7")
    expect(page.locator(".where")).to_contain_text("model.safetensors of softmax-mnist is damaged: its sha256 is")


def test_the_browser_reads_what_python_reads(pad: Page):
    """Through the whole page: what the canvas holds, saved and read by Python, gives the same answers of all models."""
    models = {name: zoo.load(name) for name in zoo.list_models()}
    models = {name: model for name, model in models.items() if model.config.dataset == "mnist"}
    for strokes in ([SEVEN], [ONE], [SEVEN, BAR], [[(0.3, 0.2), (0.65, 0.3), (0.4, 0.5), (0.6, 0.75), (0.3, 0.85)]]):
        for points in strokes:
            draw(pad, points)
        with pad.expect_download() as download:
            pad.get_by_role("button", name="Save").click()
        for name, model in models.items():
            label, share = next(iter(model.classify(download.value.path()).items()))
            row = pad.locator(f".reading tr[data-model='{name}']")
            expect(row.locator(".reads")).to_have_text(label)
            expect(row.locator(".percent")).to_have_text(f"{100 * share:.1f}%")
        pad.keyboard.press("Escape")
