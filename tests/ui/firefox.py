"""Firefox, driven by its own protocol (WebDriver BiDi): Debian's, which Playwright can't drive."""

import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect


class Firefox:
    """One window of a Firefox that was started for it."""

    def __init__(self, wire: ClientConnection):
        self._wire = wire
        self._last = 0
        self.call("session.new", capabilities={})
        self._window = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method: str, **params: Any) -> Any:
        """Return what the browser answers to a command."""
        self._last += 1
        self._wire.send(json.dumps({"id": self._last, "method": method, "params": params}))
        while True:
            answer = json.loads(self._wire.recv(timeout=60))
            if answer.get("id") == self._last:
                assert answer["type"] == "success", answer
                return answer["result"]

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        self.call("browsingContext.navigate", context=self._window, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Return the value, text or number, of an expression in the page."""
        target = {"context": self._window}
        found = self.call("script.evaluate", expression=expression, target=target, awaitPromise=True)
        return found["result"].get("value")

    def wait(self, expression: str, value: Any, seconds: float = 30) -> None:
        """Wait until an expression in the page has a value."""
        end = time.monotonic() + seconds
        while (found := self.evaluate(expression)) != value:
            assert time.monotonic() < end, f"{expression} is {found!r}, not {value!r}"
            time.sleep(0.1)

    def draw(self, selector: str, points: Sequence[tuple[float, float]]) -> None:
        """Draw a stroke with the mouse on an element; points as shares of its width and height."""
        shape = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        left, top, width, height = (self.evaluate(f"{shape}.{side}") for side in ("left", "top", "width", "height"))
        moves = [
            {"type": "pointerMove", "x": round(left + x * width), "y": round(top + y * height), "duration": 100}
            for x, y in points
        ]
        actions = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:], {"type": "pointerUp", "button": 0}]
        mouse = {"type": "pointer", "id": "mouse", "actions": actions}
        self.call("input.performActions", context=self._window, actions=[mouse])


@contextmanager
def firefox(path: str, port: int, profile: Path) -> Iterator[Firefox]:
    """Start a Firefox without a screen for a while, with a profile of its own."""
    command = [path, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            with _patiently(f"ws://127.0.0.1:{port}/session") as wire:
                yield Firefox(wire)
        finally:
            process.terminate()


def _patiently(address: str, seconds: float = 60) -> ClientConnection:
    end = time.monotonic() + seconds
    while True:
        try:
            return connect(address, proxy=None, max_size=None)
        except OSError:
            assert time.monotonic() < end, f"no answer at {address}"
            time.sleep(0.2)
