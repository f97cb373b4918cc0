"""What visitors cost the server: start, sessions, calls, drawers, pages and memory, each beside an app that computes nothing."""

import base64
import io
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw

from zoo.bench import load
from zoo.bench.pages import FLAGS, chromium
from zoo.bench.served import Server, served

IMPORTS = "import gradio, torch, fastapi, uvicorn, matplotlib, PIL, numpy, safetensors.torch, pydantic, typer"
"""What the app imports of other projects."""

SESSIONS = """
import importlib, json, sys, time, tracemalloc
sys.path.insert(0, sys.argv[1])
from demos.frame import navigation
from demos.frame.sessions import Sessions
costs = {}
for page in navigation.PAGES:
    sessions = Sessions(importlib.import_module(f"demos.{page.name}").demo)
    sessions["first"]
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for i in range(100):
        sessions[f"memory {i}"]
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    start = time.perf_counter()
    for i in range(100):
        sessions[f"time {i}"]
    costs[page.name] = {"ms": 10 * (time.perf_counter() - start), "kb": grown / 100 / 1000}
print(json.dumps(costs))
"""


class Figure(NamedTuple):
    """One measured figure."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    """The most, or for a rate the least, that it should be."""
    least: bool = False

    @property
    def is_met(self) -> bool:
        return self.limit is None or (self.value >= self.limit if self.least else self.value <= self.limit)


def seven(side: int, mode: str = "RGB", ground: str = "white") -> bytes:
    """Return a drawn seven as a PNG file."""
    picture = Image.new(mode, (side, side), ground)
    places = [(x * side, y * side) for x, y in ((0.25, 0.22), (0.75, 0.22), (0.45, 0.83))]
    ImageDraw.Draw(picture).line(places, "black", max(1, side // 11), joint="curve")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


PICTURES = [seven(side) for side in (28, 60, 100, 200, 280, 400)]
DRAWING = "data:image/png;base64," + base64.b64encode(seven(280, "RGBA", "#00000000")).decode()


def serving(demos: Path, *, seconds: float = 10.0, visits: int = 5000) -> Iterator[Figure]:
    """Measure the apps in the folder demos/, and yield each figure as it is there.

    seconds: that each crowd stays. visits: how many sessions, and calls, before memory is weighed again.
    """
    yield from _sessions(demos.parent)
    imports = min(_imports() for _ in range(2))
    with served(demos / "digits.py") as alone:
        yield Figure("digits page alone: start, times the imports", alone.first_answer() / imports, "", 1.25)
    with served(demos / "app.py") as app:
        yield Figure("app: start, times the imports", app.first_answer() / imports, "", 1.5)
        urllib.request.urlopen(f"{app.url}/api/openapi.json", timeout=300).close()  # answers once all pages are there
        with served(demos / "frame" / "empty.py") as empty:
            empty.first_answer()
            for measure in (_drawers, _calls):
                yield from measure(app, empty, seconds)
            yield from _pages(app, empty)
        yield from _memory(app, visits)


def _imports() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return time.perf_counter() - start


def _sessions(root: Path) -> Iterator[Figure]:
    command = [sys.executable, "-c", SESSIONS, str(root)]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=os.environ | {"PYTHONWARNINGS": "ignore"}
    )
    costs = json.loads(done.stdout.splitlines()[-1])
    front = next(iter(costs))
    for name, unit, of_front, of_any in (("ms", "ms", 3, 8), ("kb", "kB", 30, 100)):
        worst = max(costs, key=lambda page: costs[page][name])
        yield Figure("session of the front page", costs[front][name], unit, of_front)
        yield Figure(f"session of the costliest page, {worst}", costs[worst][name], unit, of_any)


def _drawers(app: Server, empty: Server, seconds: float) -> Iterator[Figure]:
    for persons in (1, 4, 40):
        own, other = (
            load.crowd(
                server.url,
                load.drawings(load.pad(server.config(), function), function, [DRAWING]),
                visitors=persons,
                seconds=seconds,
            )
            for server, function in ((app, "read_digit"), (empty, "read"))
        )
        name = f"{persons} drawing"
        yield Figure(f"{name}: answers a second in all", own.rate, "", 120 if persons == 40 else None, True)
        yield Figure(f"{name}: share of the empty function's rate", own.rate / other.rate, "")
        yield Figure(f"{name}: p95", 1000 * own.p95, "ms", 500 if persons == 40 else None)
        yield Figure(f"{name}: who got fewest, share of the mean", own.fewest * persons / len(own.times), "", 0.5, True)
        yield Figure(f"{name}: failures", len(own.failures), "", 0)


def _calls(app: Server, empty: Server, seconds: float) -> Iterator[Figure]:
    own, other = (
        load.crowd(server.url, load.calls(endpoint, PICTURES), visitors=16, seconds=seconds)
        for server, endpoint in ((app, "classify_digit"), (empty, "classify"))
    )
    yield Figure("16 clients, /classify_digit: calls a second", own.rate, "")
    yield Figure("16 clients: share of the empty function's rate", own.rate / other.rate, "", 0.5, True)
    yield Figure("16 clients: p95", 1000 * own.p95, "ms", 400)
    many = load.crowd(app.url, load.calls("classify_digit", PICTURES), visitors=100, seconds=3 * seconds)
    yield Figure("100 clients: calls a second", many.rate, "")
    yield Figure("100 clients: p95", many.p95, "s", 4)
    yield Figure("100 clients: failures", len(many.failures), "", 0)


def _pages(app: Server, empty: Server) -> Iterator[Figure]:
    """Open pages in a browser until their heading stands there: the median of five, the first not counted."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return
    with sync_playwright() as driver:
        page = driver.chromium.launch(executable_path=chromium(), args=FLAGS).new_page()
        for name, url in (("empty", empty.url), ("/", app.url), ("/losses", f"{app.url}/losses")):
            times = []
            for _ in range(6):
                start = time.perf_counter()
                page.goto(url)
                page.locator("h1").first.wait_for()
                times.append(time.perf_counter() - start)
            yield Figure(f"page {name} in Chromium", 1000 * sorted(times[1:])[2], "ms")


def _memory(app: Server, visits: int) -> Iterator[Figure]:
    """Weigh the server before and after new sessions and calls, once it has seen some."""
    call, visit = load.calls("classify_digit", PICTURES), load.sessions("classify_digit")
    for work in (call, visit):
        load.crowd(app.url, work, visitors=16, count=visits // 5)
    before = app.memory()
    for work in (call, visit):
        load.crowd(app.url, work, visitors=16, count=visits)
    yield Figure("memory of the app", app.memory(), "MB")
    yield Figure(f"memory more after {visits} sessions and {visits} calls", app.memory() - before, "MB", 60)
