"""The app as a whole: its addresses, two languages, and limits."""

import importlib
import re
from collections.abc import Callable

import gradio as gr
import httpx
import pytest
from playwright.sync_api import Page, expect

from demos.frame import navigation, server
from demos.frame.language import T, reader_language, translate
from demos.frame.limits import MAX_FILE, MAX_JSON
from demos.frame.sessions import Sessions, bound_queue
from tests.ui.conftest import Server


def paths() -> dict[str, str]:
    """Return the URL of each page by its module."""
    return {page.name: f"/{page.name}" if i else "/" for i, page in enumerate(navigation.PAGES)}


@pytest.fixture(scope="module", autouse=True)
def written_before(app: Server) -> int:
    """Return how long the app's log was before these tests: others send it what it must warn of."""
    return len(app.log.read_text())


def test_a_busy_port_is_one_line(app: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr("sys.argv", ["digits.py", "--port", app.url.rpartition(":")[2]])
    with pytest.raises(SystemExit) as ended:
        server.main(gr.Blocks())
    assert ended.value.code == 1
    error = capsys.readouterr().err
    assert re.fullmatch(r"error: can't listen at 127\.0\.0\.1, port \d+: Address already in use; --port .*\n", error)


def test_the_language_switch_keeps_the_page_and_the_choice_goes_along(visit: Callable[..., Page]) -> None:
    page = visit("/activations?tab=softmax&temperature=2")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("h1")).to_have_text("激活函数")
    expect(page.locator(".summary:visible")).to_contain_text("温度为 2 时")
    assert {"tab=softmax", "temperature=2", "lang=zh"} <= set(page.url.partition("?")[2].split("&"))
    page.get_by_role("link", name="损失函数", exact=True).click()
    expect(page.locator("h1")).to_have_text("损失函数")
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_have_text("Loss functions")


def test_every_page_has_one_address_and_plain_links_to_the_others(http: httpx.Client) -> None:
    there = [paths().get(each.name, f"/{each.name}") for each in navigation.ENTRIES]
    for name, path in paths().items():
        answer = http.get(path)
        bar = re.search(r'<nav class="menu pages".*?</nav>', answer.text)
        assert bar
        links = re.findall(r'<a href="([^"]+)"( aria-current="page")?>', bar[0])
        assert [str(answer.url.join(link).path) for link, _ in links] == there
        assert [answer.url.join(link).path for link, is_open in links if is_open] == [path]
        if name != navigation.PAGES[0].name:
            moved = http.get(f"{path}/?lang=zh")
            assert (moved.status_code, moved.headers["location"]) == (308, f"../{name}?lang=zh")


def test_a_visitor_costs_little() -> None:
    """A session holds what changes in it, not the configuration of every block of its page."""
    page = importlib.import_module("demos.losses").demo
    sessions = Sessions(page, most=3)
    one = sessions["a"]
    assert one.config_values == {}
    assert one.blocks_config.blocks == page.default_config.blocks
    for name in "bcd":
        sessions[name]
    assert list(sessions.session_data) == ["b", "c", "d"]


def test_calls_that_are_over_are_forgotten() -> None:
    with gr.Blocks(analytics_enabled=False) as blocks:
        gr.Textbox()
    bound_queue(blocks, most=3)
    for i in range(5):
        blocks._queue.pending_event_ids_session[f"call {i}"] = set()
    assert list(blocks._queue.pending_event_ids_session) == ["call 2", "call 3", "call 4"]


def test_health(http: httpx.Client) -> None:
    assert http.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("declared", [True, False], ids=["content-length", "streamed"])
def test_a_body_too_large_is_refused(http: httpx.Client, declared: bool) -> None:
    body = b'{"data": ["' + b"x" * MAX_JSON + b'"]}'
    content = body if declared else (body[i : i + 65536] for i in range(0, len(body), 65536))
    headers = {"content-type": "application/json", "accept-language": "zh"}
    answer = http.post("/gradio_api/run/predict", content=content, headers=headers)
    assert answer.status_code == 413
    assert answer.json() == {"detail": "这超出了任何页面会发送的内容。"}


def test_a_file_too_large_is_refused(http: httpx.Client) -> None:
    assert http.post("/gradio_api/upload", files={"files": b"x" * (MAX_FILE + 2**17)}).status_code == 413


def test_nothing_was_warned_of(app: Server, written_before: int) -> None:
    text = app.greeting + app.log.read_text()[written_before:]
    assert "Warning" not in text
    assert "Traceback" not in text


def test_texts_may_stand_inside_others_and_in_json() -> None:
    text = T(f"a {T('b', '乙')}\n", f"甲 {T('b', '乙')}")
    assert translate(text.encode(), "en") == b"a b\n"
    assert translate(text.encode(), "zh").decode() == "甲 乙"
    assert translate(b"[[en]] [[not ours]] [[/]]", "zh") == b"[[en]] [[not ours]] [[/]]"


@pytest.mark.parametrize(
    ("query", "referer", "accept", "language"),
    [
        ("", "", "", "en"),
        ("lang=zh", "", "en", "zh"),
        ("lang=ZH-cn", "", "", "zh"),
        ("", "http://host/losses?tab=coin&lang=en", "zh-CN", "en"),
        ("lang=en", "http://host/?lang=zh", "", "en"),
        ("lang=fr", "", "zh", "zh"),
        ("", "", "fr;q=0.9, zh-TW;q=0.8, en;q=0.7", "zh"),
        ("", "", "en;q=0.5, zh", "zh"),
        ("", "", "de, fr;q=x", "en"),
    ],
)
def test_the_address_decides_the_language_then_the_browser(
    query: str, referer: str, accept: str, language: str
) -> None:
    assert reader_language(query, referer, accept) == language
