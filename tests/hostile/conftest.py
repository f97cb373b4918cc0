"""The app as hostile requests find it, and what it is asked after each of them."""

import base64
import http.client
import io
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from hostile_requests import Ask, post
from PIL import Image, ImageDraw

from tests.ui.conftest import ROOT, Server

http.client._MAXLINE = 10**6


class Answer(NamedTuple):
    """What came back: the first megabyte of it."""

    status: int
    body: bytes
    headers: dict[str, str]
    seconds: float


class Target:
    """A running app, as somebody sees it who wishes it no good."""

    def __init__(self, server: Server):
        self.server = server
        self.port = urlsplit(server.url).port
        self.pid = server.process.pid
        self._seven = self._drawn()
        self.component = self._component()

    def ask(self, ask: Ask, patience: float = 30, longest: int = 2**20) -> Answer:
        """Send a request as it is, odd headers and all."""
        connection, start = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience), time.monotonic()
        try:
            connection.putrequest(ask.method, ask.path, skip_host="host" in ask.headers, skip_accept_encoding=True)
            for key, value in ask.headers.items():
                connection.putheader(key, value.encode("utf-8", "surrogateescape"))
            if ask.body is not None:
                connection.putheader("content-length", str(len(ask.body)))
            connection.endheaders()
            with suppress(OSError):  # the server need not read on what it has refused
                connection.send(ask.body or b"")
            answer = connection.getresponse()
            headers = {key.lower(): value for key, value in answer.getheaders()}
            return Answer(answer.status, answer.read(longest), headers, time.monotonic() - start)
        finally:
            connection.close()

    def call(self, path: str, value: Any) -> Any:
        """Post JSON and return the JSON that answers."""
        return json.loads(self.ask(post(path, value)).body)

    def events(self, path: str) -> bytes:
        """Return an event stream to its end."""
        return self.ask(Ask(path)).body

    def log(self) -> str:
        return self.server.log.read_text(errors="replace")

    def memory(self) -> int:
        """Return the bytes that the server and its children hold."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return sum(_resident(pid) for pid in [self.pid, *children])

    def reads_a_seven(self) -> bool:
        """Say whether an honest drawing is answered rightly."""
        asked = {
            "data": {"picture": self._seven},
            "component_id": self.component,
            "fn_name": "read_digit",
            "session_hash": "x",
        }
        shares = self.call("/gradio_api/component_server", asked)["models"]["lenet5-mnist"]["probabilities"]
        return max(range(10), key=shares.__getitem__) == 7

    def _component(self) -> int:
        components = json.loads(self.ask(Ask("/config")).body.decode())["components"]
        return next(each["id"] for each in components if "read_digit" in each["props"].get("server_fns", []))

    @staticmethod
    def _drawn() -> str:
        picture = Image.new("RGBA", (280, 280))
        ImageDraw.Draw(picture).line([(70, 62), (210, 62), (126, 232)], "black", 25, joint="curve")
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _resident(pid: int | str) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return 1024 * int(status.split("VmRSS:")[1].split()[0]) if "VmRSS:" in status else 0


@pytest.fixture(scope="session")
def target(app: Server) -> Target:
    return Target(app)


def complaint(answer: Answer) -> str:
    """Return what an answer may not hold, "" where it is as it should be."""
    if answer.status >= 500:
        return f"answered {answer.status}"
    for secret in (str(ROOT).encode(), b"Traceback", b"site-packages", b"root:x:0:0"):
        if secret in answer.body:
            return f"answered {secret.decode()}"
    return ""
