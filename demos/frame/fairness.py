"""What one address, one session and all together may have waiting, so that nobody keeps everybody else out.

A classroom sits behind one address, so an address may do much, only never all there is. This machine itself is not
limited. Whoever is beyond a limit is told to come back, and when.
"""

import ipaddress
from collections import Counter
from typing import Any

import gradio as gr
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from demos.frame.language import T, Translate

WAITING = 512
"""Calls of a page that may wait in all."""
OF_ADDRESS = WAITING // 2
"""Of one address among them."""
OF_SESSION = 16
"""Of one session among them."""
OPEN = 400
"""Requests of one address under way at once, the streams included that stay open as long as a page does."""
RETRY = 5
"""Seconds after which to come back."""

BUSY = T(f"Busy: try again in {RETRY} seconds.", f"服务器正忙，请 {RETRY} 秒后再试。")


def is_local(address: str) -> bool:
    """Say whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return True  # a socket's path, or a test's client


class Forwarded:
    """ASGI middleware that believes X-Forwarded headers of named proxies, as to who asks, and takes all others' off."""

    def __init__(self, app: ASGIApp, proxies: str):
        """proxies: addresses or networks with commas between them, "*" for all."""
        self.app = app
        self.through = ProxyHeadersMiddleware(app, proxies or [])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer = scope.get("client")
        if peer and peer[0] in self.through.trusted_hosts:
            await self.through(scope, receive, send)
            return
        if "headers" in scope:
            kept = [each for each in scope["headers"] if not each[0].startswith((b"x-forwarded-", b"forwarded"))]
            scope = {**scope, "headers": kept}
        await self.app(scope, receive, send)


class FairShare:
    """ASGI middleware that bounds what one address has under way, and says when to come back wherever that is the answer."""

    def __init__(self, app: ASGIApp, most: int = OPEN):
        self.app, self.most = app, most
        self.open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (429, 503):
                MutableHeaders(raw=message["headers"])["retry-after"] = str(RETRY)
            await send(message)

        address = (scope.get("client") or ("",))[0]
        if not is_local(address) and self.open[address] >= self.most:
            await Translate(JSONResponse({"detail": BUSY}, 429))(scope, receive, answer)
            return
        self.open[address] += 1
        try:
            await self.app(scope, receive, answer)
        finally:
            self.open[address] -= 1
            if not self.open[address]:
                del self.open[address]


def share_queue(blocks: gr.Blocks, *, waiting: int = WAITING, of_address: int = OF_ADDRESS) -> None:
    """Bound what waits in the queue of a page's blocks: in all, of each address, of each session."""
    queue = blocks._queue
    queue.max_size = None  # counted here
    push = queue.push

    async def push_if_fair(body: Any, request: Any, username: str | None) -> Any:
        events = [event for line in queue.event_queue_per_concurrency_id.values() for event in line.queue]
        address = request.client.host if request.client else ""
        own = sum(_address(event) == address for event in events)
        same = sum(event.session_hash == body.session_hash for event in events)
        if len(events) >= waiting or same >= OF_SESSION or (own >= of_address and not is_local(address)):
            return False, BUSY, "queue_full"
        return await push(body, request, username)

    queue.push = push_if_fair


def _address(event: Any) -> str:
    return event.request.client.host if event.request.client else ""
