"""Many visitors at once: a small HTTP client that costs little beside the server it measures, and what visitors do with it."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

Answer = tuple[int, bytes]
"""Status and body."""


class Visitor:
    """One kept-alive connection to a server."""

    def __init__(self, url: str):
        parts = urlsplit(url)
        self._host, self._port, self._base = str(parts.hostname), parts.port or 80, parts.path.rstrip("/")
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> Answer:
        """Send a request and return (status, body); of an event stream, its body when it ends."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        assert self._reader is not None
        head = f"{method} {self._base}{path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Type: {kind}\r\n"
        self._writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        content = await self._content(self._reader, headers)
        if headers.get("connection") == "close":
            await self.leave()
        return int(lines[0].split()[1]), content

    async def _content(self, reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return await reader.readexactly(int(headers.get("content-length", 0)))
        content = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            content += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
        return content

    async def leave(self) -> None:
        """Close the connection."""
        if self._writer:
            self._writer.close()
        self._reader = self._writer = None


@dataclass
class Tally:
    """What came of many requests."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    """Seconds that each answered request took."""
    failures: list[str] = field(default_factory=list)
    fewest: int = 0
    """Answers that the visitor who got fewest was given."""

    @property
    def rate(self) -> float:
        """Answers a second, of all visitors together."""
        return len(self.times) / self.seconds

    @property
    def p95(self) -> float:
        """Seconds that 95 of 100 answers took at most."""
        return sorted(self.times)[int(0.95 * (len(self.times) - 1))] if self.times else float("inf")


Work = Callable[[Visitor, int], Awaitable[None]]
"""What a visitor does again and again: gets the visitor and a running number; raises ValueError where it is not answered."""


def crowd(url: str, work: Work, *, visitors: int, seconds: float = 0.0, count: int = 0) -> Tally:
    """Let visitors do `work`, each as soon as it has its answer, for so many seconds or until it was done `count` times."""
    return asyncio.run(_crowd(url, work, visitors, seconds, count))


async def _crowd(url: str, work: Work, visitors: int, seconds: float, count: int) -> Tally:
    tally, begun = Tally(), time.perf_counter()
    numbers = iter(range(count or 10**9))

    async def visit() -> int:
        visitor, answers = Visitor(url), 0
        for number in numbers:
            start = time.perf_counter()
            if seconds and start - begun > seconds:
                break
            try:
                await asyncio.wait_for(work(visitor, number), 60)
                tally.times.append(time.perf_counter() - start)
                answers += 1
            except (ValueError, OSError, EOFError, asyncio.TimeoutError) as error:
                tally.failures.append(f"{type(error).__name__}: {error}"[:100])
                await visitor.leave()
                await asyncio.sleep(0.2)
        await visitor.leave()
        return answers

    answers = await asyncio.gather(*(visit() for _ in range(visitors)))
    tally.seconds, tally.fewest = time.perf_counter() - begun, min(answers)
    return tally


def calls(endpoint: str, pictures: list[bytes]) -> Work:
    """Return the work of a program: upload a picture, call an endpoint without a session, wait for its result."""

    async def call(visitor: Visitor, number: int) -> None:
        boundary = b"first-nets-bench"
        part = b'Content-Disposition: form-data; name="files"; filename="picture.png"\r\nContent-Type: image/png'
        body = b"--%s\r\n%s\r\n\r\n%s\r\n--%s--\r\n" % (boundary, part, pictures[number % len(pictures)], boundary)
        kind = f"multipart/form-data; boundary={boundary.decode()}"
        (path,) = _answered(await visitor.ask("POST", "/gradio_api/upload", body, kind))
        data = {"data": [{"path": path, "meta": {"_type": "gradio.FileData"}}, None]}
        route = f"/gradio_api/call/{endpoint}"
        event = _answered(await visitor.ask("POST", route, json.dumps(data).encode()))["event_id"]
        status, stream = await visitor.ask("GET", f"{route}/{event}")
        if status != 200 or b"event: complete" not in stream:
            raise ValueError(f"{status}: {stream[:80]!r}")

    return call


def drawings(component: int, function: str, pictures: list[str]) -> Work:
    """Return the work of a pad: send a picture (a data URL) to a component's function, each visitor with a session."""

    async def draw(visitor: Visitor, number: int) -> None:
        person = f"person-{id(visitor)}"
        body = {
            "data": {"picture": pictures[number % len(pictures)], "look": "", "person": person},
            "component_id": component,
            "fn_name": function,
            "session_hash": person,
        }
        answer = _answered(await visitor.ask("POST", "/gradio_api/component_server", json.dumps(body).encode()))
        if "models" not in answer:
            raise ValueError(f"no reading: {str(answer)[:80]}")

    return draw


def sessions(endpoint: str) -> Work:
    """Return the work of visitors who each come for the first time: a session each, and a call that brings no picture."""

    async def visit(visitor: Visitor, number: int) -> None:
        body = {"data": [None, None], "session_hash": f"new-{number}-{time.perf_counter_ns()}"}
        status, answer = await visitor.ask("POST", f"/gradio_api/run/{endpoint}", json.dumps(body).encode())
        if status != 400:
            raise ValueError(f"{status}: {answer[:80]!r}")

    return visit


def pad(config: dict[str, Any], function: str) -> int:
    """Return the number of the component with this function, from an app's /config."""
    return next(each["id"] for each in config["components"] if function in each["props"].get("server_fns", []))


def _answered(answer: Answer) -> Any:
    status, body = answer
    if status != 200:
        raise ValueError(f"{status}: {body[:80]!r}")
    return json.loads(body)
