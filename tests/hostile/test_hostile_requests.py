"""No request, whatever it holds, is answered with a 5xx, a traceback or a path of the machine, and none spoils the next."""

import http.client
import itertools
import json
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from hostile_pictures import PICTURES
from hostile_requests import ADDRESSES, BODIES, FOREIGN, PAGES, VALUES, Ask, file, post
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.conftest import Answer, Target, complaint
from tests.sweep import ALL

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


class Function(NamedTuple):
    """What anybody can call of a page, whether or not its page ever does so."""

    path: str
    number: int
    defaults: tuple[Any, ...]
    queued: bool


@pytest.fixture(scope="module")
def functions(target: Target) -> list[Function]:
    """Every function behind every page, the private ones too."""
    listed = []
    for page in PAGES:
        path = f"/{page}" if page else ""
        config = json.loads(target.ask(Ask(f"{path}/config"), longest=2**25).body)
        values = {each["id"]: each["props"].get("value") for each in config["components"]}
        for each in config["dependencies"]:
            if each["backend_fn"]:
                defaults = tuple(values.get(number) for number in each["inputs"])
                listed.append(Function(path, each["id"], defaults, bool(each["queue"])))
    return listed


@pytest.fixture(scope="module")
def routes(target: Target) -> dict[str, list[str]]:
    """The routes for programs, with the names of their parameters."""
    paths = json.loads(target.ask(Ask("/api/openapi.json")).body)["paths"]
    return {path: [each["name"] for each in verbs["get"]["parameters"]] for path, verbs in paths.items()}


ANYTHING = st.sampled_from(VALUES) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
CASES = 20_000 if ALL else 400
"""How many calls are made up; 20,000 take a quarter of an hour."""


def called(target: Target, function: Function, values: list[Any], event: Any) -> Answer:
    """Call a function as a page does: at once, or through the queue."""
    body = {"data": values, "fn_index": function.number, "session_hash": "fuzz", "event_data": event}
    if not function.queued:
        return target.ask(post(f"{function.path}/gradio_api/run/predict", body))
    body["session_hash"] = f"fuzz{next(SESSIONS)}"
    joined = target.ask(post(f"{function.path}/gradio_api/queue/join", body))
    if joined.status == 200:
        stream = target.ask(Ask(f"{function.path}/gradio_api/queue/data?session_hash={body['session_hash']}"))
        return joined._replace(body=joined.body + stream.body)
    return joined


SESSIONS = itertools.count()


def test_made_up_calls_of_every_function_are_answered(
    target: Target, functions: list[Function], routes: dict[str, list[str]]
):
    count, warm = 0, 0

    @settings(
        max_examples=CASES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def every(data: st.DataObject) -> None:
        nonlocal count, warm
        count += 1
        if count == CASES // 2:  # all that is loaded when it is first asked for is there
            warm = target.memory()
        kind = data.draw(st.sampled_from(["function"] * 8 + ["route", "pad"]))
        written = target.server.log.stat().st_size
        if kind == "function":
            function = data.draw(st.sampled_from(functions))
            honest = not (function.queued and function.path == "/training")  # which would train
            values = [data.draw((st.just(value) | ANYTHING) if honest else ANYTHING) for value in function.defaults]
            values = data.draw(st.sampled_from([values] * 4 + [values[:-1], [*values, None]]))
            answer = called(target, function, values, data.draw(st.none() | ANYTHING))
        elif kind == "route":
            path = data.draw(st.sampled_from(sorted(routes)))
            asked = data.draw(st.dictionaries(st.sampled_from([*routes[path], "x"]), ANYTHING, max_size=4))
            answer = target.ask(Ask(f"{path}?{urlencode(asked, errors='replace')}"))
        else:
            pad = {"component_id": target.component, "fn_name": "read_digit", "session_hash": "fuzz"}
            answer = target.ask(post("/gradio_api/component_server", {"data": data.draw(ANYTHING), **pad}))
        assert not complaint(answer)
        assert answer.seconds < 10
        assert b"Traceback" not in target.server.log.read_bytes()[written:]
        if count % 100 == 0:
            assert target.reads_a_seven()
            assert target.memory() < MOST

    every()
    assert target.reads_a_seven()
    assert target.memory() - warm < 150 * 2**20, "calls are forgotten"
