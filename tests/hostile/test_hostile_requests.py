"""No request, whatever it holds, is answered with a 5xx, a traceback or a path of the machine, and none spoils the next."""

import http.client
import json
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hostile_pictures import PICTURES
from hostile_requests import ADDRESSES, BODIES, FOREIGN, PAGES, Ask, file

from tests.hostile.conftest import Target, complaint

MOST = 1500 * 2**20
"""Bytes that the server and its children may hold together."""


@pytest.fixture(autouse=True)
def nothing_in_the_log(target: Target):
    before = len(target.log())
    yield
    assert "Traceback" not in target.log()[before:]


@pytest.mark.parametrize("group", [ADDRESSES, BODIES, FOREIGN], ids=["addresses", "bodies", "foreign"])
def test_whatever_is_asked_is_answered_soundly(target: Target, group: dict[str, Ask]):
    complaints = {}
    for name, ask in group.items():
        answer = target.ask(ask)
        if fault := complaint(answer):
            complaints[name] = fault
        if b'"event_id"' in answer.body and answer.status == 200 and "/call/" in ask.path:
            event = json.loads(answer.body)["event_id"]
            if b"event: error" not in (stream := target.events(f"{ask.path}/{event}")):
                complaints[name] = f"took it for honest: {stream[:200]!r}"
    assert not complaints
    assert target.reads_a_seven()


@pytest.mark.parametrize("name", FOREIGN)
def test_what_foreign_sites_ask_for_is_refused(target: Target, name: str):
    assert target.ask(FOREIGN[name]).status == (421 if "host" in FOREIGN[name].headers else 403)


def test_our_own_pages_may_ask_under_every_name_of_this_machine(target: Target):
    for host in ("127.0.0.1", "localhost", "[::1]"):
        for origin in ("http://127.0.0.1:1", "http://localhost:1", "http://[::1]:9"):
            assert target.ask(file(host=f"{host}:{target.port}", origin=origin)).status == 200


def test_every_answer_carries_the_headers_and_none_a_cookie(target: Target):
    for path in [*(f"/{page}" for page in PAGES), "/healthz", "/config", "/nothing", "/static/img/logo.svg", "/api"]:
        headers = target.ask(Ask(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'self' https://huggingface.co" in headers["content-security-policy"]
        assert "set-cookie" not in headers


def test_more_json_than_any_page_sends_is_refused_at_once(target: Target):
    for name in (
        "1.3 million empty lists",
        "a million numbers",
        "60,000 lists in each other",
        "4 MB of quotes",
        "two pictures",
    ):
        answer = target.ask(BODIES[name])
        assert answer.status == 413, name
        assert answer.seconds < 1, name


def test_a_chunked_upload_that_is_too_long_is_a_413(target: Target):
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=30)
    connection.putrequest("POST", "/gradio_api/upload")
    connection.putheader("content-type", "multipart/form-data; boundary=x")
    connection.putheader("transfer-encoding", "chunked")
    connection.endheaders()
    connection.send(b"%x\r\n" % (len(head := file().body[:120])) + head + b"\r\n")
    with suppress(OSError):
        for _ in range(20):
            connection.send(b"100000\r\n" + bytes(2**20) + b"\r\n")
        connection.send(b"0\r\n\r\n")
    assert connection.getresponse().status == 413
    connection.close()


def test_uploads_lie_in_a_folder_of_the_apps_own_that_is_closed_to_others(target: Target):
    folder = Path(json.loads(target.ask(file()).body)[0]).parents[1]
    assert folder.name.startswith("first-nets-")
    assert folder.stat().st_mode & 0o077 == 0


def upload(target: Target, content: bytes) -> dict:
    path = json.loads(target.ask(file(content)).body)[0]
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


COSTLY = (
    "tiff with 120 tags on ten megabytes",
    "png with 10,000 EXIF tags on one megabyte",
    "webp of 16383 x 1900",
    "gif with one comment of 15 MB",
    "png of 7,000 x 7,000 with alpha",
    "png of 1 x 30,000,000",
    "jpeg of 90 scans over 16 megapixels",
    "avif of 12 megapixels",
)


def test_eight_costly_pictures_at_once_leave_room_for_others(target: Target):
    """Memory stays below 1.5 GB, and those who only draw are answered all the while."""
    uploads = [upload(target, PICTURES[name]()) for name in COSTLY]
    ended, peak = [], 0

    def attack(picture: dict) -> None:
        call = target.call("/gradio_api/call/classify_digit", {"data": [picture, None]})
        ended.append(target.events(f"/gradio_api/call/classify_digit/{call['event_id']}"))

    threads = [threading.Thread(target=attack, args=[picture]) for picture in uploads]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert target.reads_a_seven()
        peak = max(peak, target.memory())
        time.sleep(0.05)
    assert len(ended) == len(COSTLY)
    assert peak < MOST
