"""Drawing on the pad of the digits page, for the tests of that page."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

SEVEN = [(0.25, 0.2), (0.72, 0.2), (0.42, 0.85)]
ONE = [(0.5, 0.15), (0.5, 0.85)]
BAR = [(0.25, 0.15), (0.75, 0.15)]


def opened(page: Page) -> Page:
    page.locator(".screen").wait_for()
    expect(page.locator(".verdict .by")).not_to_be_empty()  # written by the script, so that it is listening now
    return page


def blank(page: Page) -> Page:
    """Clear the pad of an open page, which looks at the network."""
    opened(page).locator(".screen").press("Escape")
    expect(answer(page)).to_have_text("?")
    page.get_by_role("tab", name="The network").click()
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
