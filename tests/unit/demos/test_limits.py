"""What a visitor may send is weighed before it is parsed, and what was sent does not stay."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from demos.frame import uploads
from demos.frame.guard import Guard
from demos.frame.language import reader_language
from demos.frame.limits import MAX_DEPTH, MAX_FILE, MAX_JSON, MAX_VALUES, BodyLimit, weigh

PICTURE = "data:image/png;base64," + "A" * 3_000_000


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "text",
        [],
        {},
        ["a" * 1000],
        {"data": [PICTURE, None]},
        {"data": {"picture": PICTURE, "look": "maps"}},
        list(range(2000)),
    ],
    ids=str,
)
def test_what_pages_send_passes(value: object) -> None:
    assert weigh(json.dumps(value).encode()) == ""


@pytest.mark.parametrize(
    "body",
    [
        b"[" * (MAX_DEPTH + 1),
        b"[" * 900,
        b"[" + b"0," * MAX_VALUES + b"0]",
        b'"' + b"a" * MAX_JSON + b'"',
        b'"data:image/png;base64,' + b"A" * MAX_JSON + b'"' + b" " * (MAX_JSON + 1),
        b'["' + PICTURE.encode() + b'","' + PICTURE.encode() + b'"]',
        b'"\\' * 2_000_000,
        b'"' * 4_000_000,
    ],
    ids=[
        "deep",
        "as deep as Gradio fails at",
        "many",
        "long",
        "long beside a picture",
        "two pictures",
        "backslashes",
        "quotes",
    ],
)
def test_what_no_page_sends_is_not_parsed(body: bytes) -> None:
    assert weigh(body)


@pytest.mark.parametrize(("path", "kind"), [("/gradio_api/upload", "multipart/form-data"), ("/x", "application/json")])
def test_what_says_that_it_is_too_long_is_refused_before_a_byte_of_it_is_read(
    path: str, kind: str, awaited: Callable
) -> None:
    statuses: list[int] = []

    async def send(message: dict) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    async def receive() -> dict:
        raise AssertionError("the body was asked for")

    headers = [(b"content-length", b"%d" % (2 * MAX_FILE)), (b"content-type", kind.encode())]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
    awaited(BodyLimit(None)(scope, receive, send))  # type: ignore[arg-type]
    assert statuses == [413]


def test_brackets_in_a_text_count_for_nothing() -> None:
    assert weigh(json.dumps(["[[[[" * 100, '\\"[[' * 100]).encode()) == ""


@pytest.mark.parametrize("referer", ["http://[", "http://[?lang=zh", "//[", "\0", "?lang=zh"])
def test_any_referer_gives_a_language(referer: str) -> None:
    assert reader_language("", referer, "") == ("zh" if "lang=zh" in referer else "en")


def aged(path: Path, size: int, seconds: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def test_old_uploads_go_with_their_folders(tmp_path: Path) -> None:
    old, new = aged(tmp_path / "a" / "old.png", 10, 700), aged(tmp_path / "b" / "new.png", 10, 5)
    (tmp_path / "tmpabc").write_bytes(b"broken off")
    os.utime(tmp_path / "tmpabc", (time.time() - 700,) * 2)
    os.utime(tmp_path / "a", (time.time() - 700,) * 2)
    assert uploads.sweep(tmp_path, age=600) == 10
    assert new.exists()
    assert not old.exists()
    assert not (tmp_path / "tmpabc").exists()


def test_the_oldest_go_first_where_room_is_needed_and_the_newest_stay(tmp_path: Path) -> None:
    files = [aged(tmp_path / f"{age}", 100, age) for age in (5, 50, 100, 200)]
    assert uploads.sweep(tmp_path, room=250) == 200
    assert [path.name for path in files if path.exists()] == ["5", "50"]
    assert uploads.sweep(tmp_path, room=0) == 100, "what came just now is still to be read"


async def refusal(
    headers: dict[str, str], method: str = "GET", path: str = "/", hosts: tuple[str, ...] = ("localhost",)
) -> int:
    """Return the status with which a guard answers."""
    statuses = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        statuses.extend([message["status"]] if "status" in message else [])

    raw = [(key.encode(), value.encode()) for key, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": raw}
    await Guard(app, ["losses"], hosts)(scope, None, send)  # type: ignore[arg-type]
    return statuses[0]


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (200, {"headers": {"host": "localhost:7860"}}),
        (421, {"headers": {"host": "evil.example"}}),
        (421, {"headers": {}}),
        (200, {"headers": {"host": "any.example"}, "hosts": ()}),
        (
            200,
            {
                "headers": {"host": "any.example", "origin": "https://any.example"},
                "hosts": (),
                "method": "POST",
                "path": "/gradio_api/upload",
            },
        ),
        (
            200,
            {
                "headers": {"host": "inner", "x-forwarded-host": "any.example", "origin": "https://any.example"},
                "hosts": (),
                "method": "POST",
                "path": "/losses/gradio_api/queue/join",
            },
        ),
        (
            403,
            {
                "headers": {"host": "any.example", "origin": "https://other.example"},
                "hosts": (),
                "method": "POST",
                "path": "/gradio_api/upload",
            },
        ),
        (200, {"headers": {"host": "localhost"}, "method": "POST", "path": "/gradio_api/upload"}),
        (404, {"headers": {"host": "localhost"}, "path": "/gradio_api/deep_link"}),
        (404, {"headers": {"host": "localhost"}, "path": "/fashion"}),
        (405, {"headers": {"host": "localhost"}, "path": "/losses", "method": "DELETE"}),
    ],
)
def test_who_is_let_through(status: int, asked: dict, awaited: Callable) -> None:

    assert awaited(refusal(**asked)) == status


def test_a_class_sends_its_pictures_at_once_up_to_what_there_is_room_for(tmp_path: Path, awaited: Callable):
    """Room is counted by what each upload declares: a hundred small ones do not take a hundred times the largest."""

    async def together() -> list[int]:
        go, statuses = asyncio.Event(), []

        async def app(scope, receive, send):
            await go.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})

        async def send(message):
            statuses.extend([message["status"]] if "status" in message else [])

        uploads_of_all = uploads.Uploads(app, tmp_path, cap=100_000)
        raw = [(b"content-length", b"1000")]
        scope = {"type": "http", "path": "/gradio_api/upload", "query_string": b"", "headers": raw}
        everybody = [asyncio.create_task(uploads_of_all(dict(scope), None, send)) for _ in range(101)]  # type: ignore[arg-type]
        while not statuses:
            await asyncio.sleep(0.001)
        go.set()
        await asyncio.gather(*everybody)
        return statuses

    assert sorted(awaited(together())) == [200] * 100 + [429]
