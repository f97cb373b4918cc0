"""A running app and a browser for the tests of the pages."""

import os
import re
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest
from pads import blank
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, expect

ROOT = Path(__file__).resolve().parents[2]
expect.set_options(timeout=20_000)  # a busy machine may take longer than the 5 seconds of Playwright


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_answered(url: str, seconds: float = 20) -> None:
    """Wait until something listens at an address of this machine."""
    end = time.monotonic() + seconds
    while True:
        try:
            httpx.get(url, trust_env=False)
            return
        except httpx.TransportError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


class Server:
    """`python demos/<script>.py` as a user starts it, in its own process."""

    def __init__(self, script: str, log: Path, *options: str):
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self.log = log
        # PYTHONWARNINGS: what the pages warn of goes to the log, which a test reads
        environment = os.environ | {"PYTHONWARNINGS": "default::UserWarning", "PYTHONUNBUFFERED": "1"}
        environment.pop("GRADIO_TEMP_DIR", None)  # which the pages name where they are imported, as tests do
        command = [sys.executable, f"demos/{script}.py", "--port", str(port), *options]
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def wait(self, seconds: float = 90) -> None:
        """Wait until /healthz answers, and keep what the server has written until then."""
        end = time.monotonic() + seconds
        with httpx.Client(trust_env=False) as client:
            while time.monotonic() < end:
                if self.process.poll() is not None:
                    raise RuntimeError(f"the app ended with {self.process.returncode}:\n{self.log.read_text()}")
                try:
                    if client.get(f"{self.url}/healthz").is_success:
                        self.greeting = self.log.read_text()
                        return
                except httpx.TransportError:
                    time.sleep(0.2)
        self.stop()
        raise TimeoutError(f"no answer within {seconds} s:\n{self.log.read_text()}")

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def http(app: Server) -> Iterator[httpx.Client]:
    """A program that calls the app."""
    with httpx.Client(base_url=app.url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def readers(browser: Browser) -> Callable[..., BrowserContext]:
    """Browsers of people who differ in language and in having a mouse or a finger: each kept, with its cache, for all tests."""

    @cache
    def reader(locale: str, has_touch: bool) -> BrowserContext:
        return browser.new_context(locale=locale, has_touch=has_touch)

    return reader


@pytest.fixture(scope="session")
def idle() -> dict[BrowserContext, list[Page]]:
    """Tabs that earlier tests have left: a page opens in one of them for two thirds of what it costs in a new one."""
    return defaultdict(list)


@pytest.fixture(scope="module")
def left(idle: dict[BrowserContext, list[Page]]) -> Iterator[dict[Hashable, Page]]:
    """Pages as tests of a file have left them, by what was asked of `visit`."""
    pages: dict[Hashable, Page] = {}
    yield pages
    for page in pages.values():
        _put_away(page, idle)


@pytest.fixture
def visit(
    readers: Callable[..., BrowserContext],
    idle: dict[BrowserContext, list[Page]],
    left: dict[Hashable, Page],
    app: Server,
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., Page]]:
    """Open a page of the app: `visit("/losses", locale="zh-CN", width=390, dark=True)`.

    again: take the page as the last test of the file left it that asked for the same, where there is one that passed.
    Fails the test at its end if any page it opened wrote an error to the console or asked another host for anything.
    """
    pages: list[tuple[Page, Callable[[], None], Hashable]] = []
    complaints: list[str] = []
    failures = request.session.testsfailed

    def open_page(
        path: str,
        *,
        base: str = app.url,
        locale: str = "en-US",
        width: int = 1280,
        dark: bool = False,
        again: bool = False,
    ) -> Page:
        asked = (base + path, locale, width, dark)
        page = left.pop(asked, None) if again else None
        is_open, page = page is not None, page or _tab(readers(locale, width < 500), idle)
        pages.append((page, _listen(page, _ours(base), complaints), asked if again else None))
        page.bring_to_front()  # a tab in the background is painted once a second
        if not is_open:
            page.set_viewport_size({"width": width, "height": 844 if width < 500 else 900})
            page.emulate_media(media="screen", color_scheme="dark" if dark else "light")
            page.goto(base + path)
        return page

    yield open_page
    for page, ignore, asked in pages:
        ignore()
        if page.is_closed():
            continue
        page.mouse.up()
        page.mouse.move(0, 0)
        if asked and request.session.testsfailed == failures:
            left[asked] = page
        else:
            _put_away(page, idle)
    assert not complaints


def _tab(reader: BrowserContext, idle: dict[BrowserContext, list[Page]]) -> Page:
    page = idle[reader].pop() if idle[reader] else reader.new_page()
    page.set_default_timeout(20_000)
    return page


def _put_away(page: Page, idle: dict[BrowserContext, list[Page]]) -> None:
    page.unroute_all(behavior="ignoreErrors")
    page.goto("about:blank")
    idle[page.context].append(page)


@pytest.fixture
def pad(visit: Callable[..., Page]) -> Page:
    """The blank pad of the digits page, which the tests of a file share."""
    return blank(visit("/?draw=", again=True))


def _listen(page: Page, ours: tuple[str, ...], complaints: list[str]) -> Callable[[], None]:
    """Note what a page writes as an error and whom else it asks, until the function that comes back is called."""

    def wrote(message: ConsoleMessage) -> None:
        if _is_fault(message):
            complaints.append(message.text)

    def failed(error: Error) -> None:
        complaints.append(str(error))

    def asked(request: Request) -> None:
        if not request.url.startswith(ours):
            complaints.append(request.url)

    page.on("console", wrote)
    page.on("pageerror", failed)
    page.on("request", asked)

    def ignore() -> None:
        page.remove_listener("console", wrote)
        page.remove_listener("pageerror", failed)
        page.remove_listener("request", asked)

    return ignore


def _is_fault(message: ConsoleMessage) -> bool:
    # A page that is left while an answer is on its way stops listening, and Gradio's client writes so. Where a request
    # really fails, Chromium writes an error of its own beside Gradio's, so nothing is missed.
    left = ("signal is aborted without reason", "Unexpected error Connection errored out")
    return message.type == "error" and not any(words in message.text for words in left)


def _ours(base: str) -> tuple[str, ...]:
    # Gradio calls the server by the name in the address bar or by localhost
    return (base, base.replace("127.0.0.1", "localhost"), "data:", "blob:", "about:")


def shown(page: Page) -> str:
    """Return the words and the picture in sight, once they are there, without the ids that change with every drawing."""
    page.locator(".summary:visible, .refusal:visible, .flow:visible").first.wait_for()
    parts = page.locator(":is(.shown > .picture, .shown > .words):visible .html-container")
    return without_ids(parts.evaluate_all("parts => parts.map(each => each.innerHTML).join('')"))


def without_ids(html: str) -> str:
    """Return `html` without the ids that differ from one drawing to the next, the attributes of each tag in one order."""
    html = re.sub(r"\b[mp][0-9a-f]{10}\b|html-\w+", "id", html)
    return re.sub(r"(<[\w-]+)((?:\s[^\s=<>]+=\"[^\"]*\")+)", lambda tag: tag[1] + _sorted(tag[2]), html)


def _sorted(attributes: str) -> str:
    return "".join(sorted(re.findall(r"\s[^\s=]+=\"[^\"]*\"", attributes)))
