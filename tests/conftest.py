"""What tests need and a fresh machine may lack: data, a browser. Lacking, they skip; under ZOO_TEST_STRICT=1 they fail."""

import asyncio
import os
import shutil
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch

from zoo import data, registry

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.ui.conftest import Server

ROOT = Path(__file__).resolve().parent.parent
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What Chromium is started with."""


def lacking(reason: str) -> None:
    """Skip the test for a reason, or fail it where everything is meant to be there."""
    if os.environ.get("ZOO_TEST_STRICT") == "1":
        pytest.fail(f"under ZOO_TEST_STRICT=1 nothing may be missing: {reason}")
    pytest.skip(reason)


SLOW = (
    "browser",
    "hostile",
    "hub",
    "proxies",
    "ui",
    "test_cli.py",
    "test_cli_train.py",
    "test_contributing.py",
    "test_imports.py",
    "unit/bench",
)
"""Folders and files of tests/ that are left to the whole suite: browsers, servers, processes. Single tests bear the mark."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what lies in SLOW."""
    slow = [ROOT / "tests" / place for place in SLOW]
    for item in items:
        if any(item.path.is_relative_to(place) for place in slow):
            item.add_marker("slow")


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Use one thread in each of the two processes that pytest-xdist starts, so that they do not wait for each other's cores."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def datasets() -> dict[str, data.Files]:
    """The data sets, read from ZOO_DATA (unzipped there first where only the archives are)."""
    for name in data.FILES:
        try:
            data.load(name, "test")
        except data.DataError as error:
            lacking(f"the data sets: {error}")
    return data.FILES


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium or Chrome to drive."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if path := shutil.which(name):
            return path
    lacking("a browser: install Chromium or Chrome")
    raise AssertionError


@pytest.fixture(scope="session")
def browser(chromium: str) -> "Iterator[Browser]":
    """A browser, started once."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Server]":
    """The whole app, started once: for visitors, and for those who wish it no good."""
    from tests.ui.conftest import Server

    with Server("app", tmp_path_factory.mktemp("app") / "log") as server:
        server.wait()
        yield server


@pytest.fixture(scope="session")
def awaited() -> Callable[[Coroutine], Any]:
    """Run a coroutine to its end, on a thread of its own: on the main one a browser's loop may be running (Playwright's)."""

    def wait(coroutine: Coroutine) -> Any:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, coroutine).result()

    return wait


@pytest.fixture
def few_images(datasets: dict, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return a function that leaves each part of the data sets no more than so many images: the first."""
    load = data.load
    return lambda count: monkeypatch.setattr(data, "load", lambda *which: tuple(t[:count] for t in load(*which)))


@pytest.fixture
def quick_confidence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fit on a few pictures what is familiar to a trained network: of a short run, that takes the most time."""
    monkeypatch.setattr("zoo.runs.strangers.MOST", 200)
    monkeypatch.setattr("zoo.runs.strangers.MEASURED", 100)


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped models that a test may change, as the registry."""
    copy = tmp_path / "weights"
    copy.mkdir()
    for name in registry.names(ROOT / "weights"):
        shutil.copytree(ROOT / "weights" / name, copy / name)
    monkeypatch.setenv("ZOO_WEIGHTS", str(copy))
    return copy
