"""Nobody keeps everybody else out: limits for an address, a session and all together; proxies are believed by name only."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import gradio as gr
import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from demos.frame.fairness import BUSY, OF_SESSION, FairShare, Forwarded, share_queue


async def who(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer who asks, and under which name."""
    request = Request(scope)
    told = {"client": request.client.host if request.client else "", "host": request.headers.get("x-forwarded-host")}
    await JSONResponse(told)(scope, receive, send)


FORWARDED = {"x-forwarded-for": "203.0.113.9", "x-forwarded-host": "elsewhere", "x-forwarded-proto": "https"}


@pytest.mark.parametrize(
    ("proxies", "told"),
    [
        ("", {"client": "10.0.0.7", "host": None}),
        ("10.0.0.8,192.168.0.0/16", {"client": "10.0.0.7", "host": None}),
        ("10.0.0.0/24", {"client": "203.0.113.9", "host": "elsewhere"}),
        ("*", {"client": "203.0.113.9", "host": "elsewhere"}),
    ],
)
def test_forwarded_headers_are_believed_of_named_proxies_only(proxies: str, told: dict, awaited: Callable) -> None:
    async def ask() -> Any:
        transport = httpx.ASGITransport(Forwarded(who, proxies), client=("10.0.0.7", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
            return (await client.get("/", headers=FORWARDED)).json()

    assert awaited(ask()) == told


@pytest.mark.parametrize(("address", "refused"), [("10.0.0.7", True), ("127.0.0.1", False), ("::1", False)])
def test_an_address_has_so_many_requests_under_way(address: str, refused: bool, awaited: Callable) -> None:
    """The third of two is told when to come back; others, and this machine itself, are not concerned."""
    go = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await go.wait()
        await JSONResponse("done")(scope, receive, send)

    app = FairShare(slow, most=2)

    async def ask(client: str) -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as http:
            return await http.get("/", headers={"accept-language": "zh"})

    async def together() -> list[httpx.Response]:
        waiting = [asyncio.create_task(ask(address)) for _ in range(2)]
        await asyncio.sleep(0)
        while app.open[address] < 2:
            await asyncio.sleep(0.001)
        last = [asyncio.create_task(ask(client)) for client in (address, "10.0.0.8")]
        while app.open["10.0.0.8"] < 1:
            await asyncio.sleep(0.001)
        go.set()
        return await asyncio.gather(*waiting, *last)

    *others, third, neighbour = awaited(together())
    assert {answer.status_code for answer in (*others, neighbour)} == {200}
    assert (third.status_code == 429) == refused
    if refused:
        assert third.json() == {"detail": "服务器正忙，请 5 秒后再试。"}
        assert third.headers["retry-after"] == "5"
    assert not app.open


def event(address: str, session: str) -> SimpleNamespace:
    return SimpleNamespace(request=SimpleNamespace(client=SimpleNamespace(host=address)), session_hash=session)


@pytest.mark.parametrize(
    ("waiting", "address", "session", "refused"),
    [
        ([], "10.0.0.7", "a", False),
        ([event("10.0.0.7", str(i)) for i in range(30)], "10.0.0.7", "a", True),
        ([event("10.0.0.7", str(i)) for i in range(30)], "10.0.0.8", "a", False),
        ([event("127.0.0.1", str(i)) for i in range(30)], "127.0.0.1", "a", False),
        ([event(f"10.0.1.{i}", str(i)) for i in range(60)], "10.0.0.7", "a", True),
        ([event("127.0.0.1", "a")] * OF_SESSION, "127.0.0.1", "a", True),
        ([event("127.0.0.1", "a")] * OF_SESSION, "127.0.0.1", "b", False),
    ],
)
def test_a_queue_is_shared(waiting: list, address: str, session: str, refused: bool, awaited: Callable) -> None:
    with gr.Blocks(analytics_enabled=False) as blocks:
        gr.Textbox()

    async def push(body: Any, request: Any, username: str | None) -> tuple[bool, str, str]:
        return True, "an event", "success"

    blocks._queue.push = push
    share_queue(blocks, waiting=60, of_address=30)
    blocks._queue.event_queue_per_concurrency_id["fn"] = SimpleNamespace(queue=waiting)
    answer = awaited(blocks._queue.push(SimpleNamespace(session_hash=session), event(address, "").request, None))
    assert answer == ((False, BUSY, "queue_full") if refused else (True, "an event", "success"))
