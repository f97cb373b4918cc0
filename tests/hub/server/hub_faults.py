"""Faults that a network and a hub can have, switched on one at a time between the server and its client.

A fault is a row: which requests it hits, what it does to them, how often. `Faults` is an ASGI application around
another.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """What happens to the next `times` requests whose method and path match, after `skip` of them went well.

    kind: `status` answers with `status` and `headers` and does nothing;
    `refuse` closes the connection before the request is handled; `lose` handles it, then closes without an answer;
    `cut` closes after `after` bytes of the answer's body; `truncate` serves the first `after` bytes as if complete;
    `flip` inverts the byte at `after`; `replace` serves `body`; `stall` waits `seconds` before handling;
    `pause` sets `reached` and waits for `release` (before handling; after it with `late`);
    `kill` ends the server's own process with SIGKILL (before handling; after it with `late`).
    """

    kind: str
    path: str
    method: str = ".*"
    times: int = 1
    skip: int = 0
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"error": "the test asked for this"}'
    after: int = 0
    seconds: float = 60.0
    late: bool = False
    reached: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    hits: int = 0

    def takes(self, method: str, path: str) -> bool:
        """Count the request if it matches, and say whether this one is to fail."""
        if not (re.fullmatch(self.method, method) and re.search(self.path, path)):
            return False
        self.hits += 1
        return self.skip < self.hits <= self.skip + self.times


class Faults:
    """Wrap an ASGI application; apply the first active fault that takes a request."""

    def __init__(self, app: Callable):
        self.app = app
        self.active: list[Fault] = []
        self.log: list[tuple[str, str, bool]] = []

    def add(self, kind: str, path: str, **settings: Any) -> Fault:
        """Switch a fault on and return it."""
        self.active.append(Fault(kind, path, **settings))
        return self.active[-1]

    def clear(self) -> None:
        for fault in self.active:
            fault.release.set()
        self.active.clear()

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        method, path = scope["method"], scope["path"]
        self.log.append((method, path, any(name == b"authorization" for name, _ in scope["headers"])))
        fault = next((f for f in self.active if f.takes(method, path)), None)
        if fault is None:
            await self.app(scope, receive, send)
        else:
            await getattr(self, f"_{fault.kind}")(fault, scope, receive, send)

    async def _status(self, fault: Fault, scope: dict, receive: Callable, send: Callable) -> None:
        await _drain(receive)
        await _answer(send, fault.status, fault.body, fault.headers)

    async def _replace(self, fault: Fault, scope: dict, receive: Callable, send: Callable) -> None:
        await self._rewritten(lambda body: fault.body, scope, receive, send)

    async def _truncate(self, fault: Fault, scope: dict, receive: Callable, send: Callable) -> None:
        await self._rewritten(lambda body: body[: fault.after], scope, receive, send)

    async def _flip(self, fault: Fault, scope: dict, receive: Callable, send: Callable) -> None:
        def flipped(body: bytes) -> bytes:
            return body[: fault.after] + bytes([body[fault.after] ^ 0xFF]) + body[fault.after + 1 :]

        await self._rewritten(flipped, scope, receive, send)

    async def _refuse(self, fault: Fault, scope: dict, receive: Callable, send: Callable) -> None:
        _close(send)

    async def _lose(self, fault: Fault, scope: dict, receive: Callable, send: Callable) -> None:
        await self._captured(scope, receive)
        _close(send)

    async def _cut(self, fault: Fault, scope: dict, receive: Callable, send: Callable) -> None:
        start, body = await self._captured(scope, receive)
        await send(start)
        await send({"type": "http.response.body", "body": body[: fault.after], "more_body": True})
        await asyncio.sleep(0.05)
        _close(send)

    async def _stall(self, fault: Fault, scope: dict, receive: Callable, send: Callable) -> None:
        for _ in range(int(fault.seconds * 50)):
            if fault.release.is_set():
                break
            await asyncio.sleep(0.02)
        await self.app(scope, receive, send)

    async def _pause(self, fault: Fault, scope: dict, receive: Callable, send: Callable) -> None:
        if fault.late:
            answer = await self._captured(scope, receive)
        fault.reached.set()
        await asyncio.to_thread(fault.release.wait, fault.seconds)
        if fault.late:
            await _send(send, *answer)
        else:
            await self.app(scope, receive, send)

    async def _kill(self, fault: Fault, scope: dict, receive: Callable, send: Callable) -> None:
        if fault.late:
            await self._captured(scope, receive)
        os.kill(os.getpid(), signal.SIGKILL)

    async def _captured(self, scope: dict, receive: Callable) -> tuple[dict, bytes]:
        """Let the application handle the request; return its answer instead of sending it."""
        messages: list[dict] = []

        async def keep(message: dict) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        return messages[0], b"".join(m.get("body", b"") for m in messages[1:])

    async def _rewritten(self, change: Callable, scope: dict, receive: Callable, send: Callable) -> None:
        start, body = await self._captured(scope, receive)
        if scope["method"] != "HEAD" and start["status"] == 200:
            body = change(body)
            kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            start = start | {"headers": [*kept, (b"content-length", str(len(body)).encode())]}
        await _send(send, start, body)


async def _send(send: Callable, start: dict, body: bytes) -> None:
    await send(start)
    await send({"type": "http.response.body", "body": body})


async def _answer(send: Callable, status: int, body: bytes, headers: dict[str, str]) -> None:
    lines = {"content-type": "application/json", "content-length": str(len(body))} | headers
    raw = [(name.lower().encode(), value.encode()) for name, value in lines.items()]
    await _send(send, {"type": "http.response.start", "status": status, "headers": raw}, body)


async def _drain(receive: Callable) -> None:
    while (await receive()).get("more_body"):
        pass


def _close(send: Callable) -> None:
    """Close the connection abruptly, as a failing network does: uvicorn's transport is behind its `send`."""
    send.__self__.transport.abort()
