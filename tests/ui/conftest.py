"""A running app and a browser for the tests of the pages."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

ROOT = Path(__file__).resolve().parents[2]
expect.set_options(timeout=20_000)  # a busy machine may take longer than the 5 seconds of Playwright


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The whole app, started once."""
    server = Server("app", tmp_path_factory.mktemp("app") / "log")
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture
def http(app: Server) -> Iterator[httpx.Client]:
    """A program that calls the app."""
    with httpx.Client(base_url=app.url, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def readers(browser: Browser) -> Callable[..., BrowserContext]:
    """Browsers of people who differ in language, screen and light or dark: each kept, with its cache, for all tests."""

    @cache
    def reader(locale: str, width: int, dark: bool) -> BrowserContext:
        return browser.new_context(
            viewport={"width": width, "height": 844 if width < 500 else 900},
            has_touch=width < 500,
            locale=locale,
            color_scheme="dark" if dark else "light",
        )

    return reader


@pytest.fixture
def visit(readers: Callable[..., BrowserContext], app: Server) -> Iterator[Callable[..., Page]]:
    """Open a page of the app: `visit("/losses", locale="zh-CN", width=390, dark=True)`.

    Fails the test at its end if any page it opened wrote an error to the console or asked another host for anything.
    """
    pages, complaints = [], []

    def open_page(
        path: str, *, base: str = app.url, locale: str = "en-US", width: int = 1280, dark: bool = False
    ) -> Page:
        page = readers(locale, width, dark).new_page()
        pages.append(page)
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text) if _is_fault(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request", lambda request: None if request.url.startswith(_ours(base)) else complaints.append(request.url)
        )
        page.goto(base + path)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert not complaints


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
    parts = page.locator(":is(.shown > .picture, .shown > .words):visible .html-container").all()
    return without_ids("".join(part.inner_html() for part in parts))


def without_ids(html: str) -> str:
    """Return `html` without the ids that differ from one drawing to the next, the attributes of each tag in one order."""
    html = re.sub(r"\b[mp][0-9a-f]{10}\b|html-\w+", "id", html)
    return re.sub(r"(<[\w-]+)((?:\s[^\s=<>]+=\"[^\"]*\")+)", lambda tag: tag[1] + _sorted(tag[2]), html)


def _sorted(attributes: str) -> str:
    return "".join(sorted(re.findall(r"\s[^\s=]+=\"[^\"]*\"", attributes)))
