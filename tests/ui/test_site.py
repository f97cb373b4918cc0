"""The static site: `python demos/site.py FOLDER`, served by `python -m http.server` from a folder below its root."""

import base64
import gzip
import hashlib
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from firefox import firefox
from pads import ONE, SEVEN, answer, choose, draw, handwriting, opened
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from demos.widgets import site as files
from tests.conftest import lacking
from tests.ui.conftest import ROOT, free_port, wait_until_answered

KEPT = """new Promise((kept) => navigator.serviceWorker.controller
    ? kept(true) : navigator.serviceWorker.addEventListener("controllerchange", () => kept(true)))"""
WATCH = """new MutationObserver(() => {
    if (/\\d/.test(document.querySelector(".verdict .answer")?.textContent)) window.answered ??= Date.now();
}).observe(document, { childList: true, characterData: true, subtree: true })"""
MOST = 400_000  # bytes, compressed, until the first answer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as the command writes it, at /nets of a web server."""
    folder = tmp_path_factory.mktemp("www") / "nets"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["site.py", str(folder)])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(ROOT / "demos" / "site.py"), run_name="__main__")
    assert not ended.value.code
    return folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The address of the site."""
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(folder.parent)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        wait_until_answered(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/nets/"
        server.terminate()


@pytest.fixture
def reader(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open a page as a new visitor: `reader("models.html", locale="zh-CN")`. What it asks for is added to `sent`.

    A word in the console, or a request for anything outside the site, fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(path: str = "", *, sent: list[Request] | None = None, watch: str = "", **visitor: object) -> Page:
        settings = {"viewport": {"width": 1280, "height": 1000}, "locale": "en-US"} | visitor
        log: list[Request] = [] if sent is None else sent
        contexts.append(browser.new_context(**settings))
        page = contexts[-1].new_page()
        page.add_init_script(watch)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: log.append(asked))
        page.on("request", lambda asked: None if asked.url.startswith(site) else complaints.append(asked.url))
        page.goto(site + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def test_a_digit_is_read_and_little_is_fetched_for_it(reader: Callable[..., Page], site: str, folder: Path):
    sent: list[Request] = []
    page = opened(reader(sent=sent, watch=WATCH))
    draw(page, SEVEN)
    expect(answer(page)).to_have_text("7")
    expect(page.locator(".reading .reads")).to_have_text(
        ["7"] * 6
    )  # the others were fetched since, and their times are known
    answered = page.evaluate("answered")

    needed = [request.url for request in sent if request.timing["startTime"] <= answered]
    paths = {url.removeprefix(site).split("?")[0] or "index.html" for url in needed}
    assert {"index.html", "site.css"} < paths
    sizes = {path: len(gzip.compress((folder / path).read_bytes())) for path in paths}
    assert sum(sizes.values()) <= MOST, sizes
    assert any(path.endswith("model.safetensors") for path in paths)
    expect(page.locator(".where")).to_have_text("Read in your browser: nothing is sent.")


def test_every_page_is_strict_about_what_it_loads(folder: Path):
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) == 2 * (2 + 16)
    for page in pages:
        html = page.read_text()
        assert "content=\"default-src 'self';" in html
        assert not re.search(
            r' style=| on\w+="|data:image|<script>|https?://(?!www\.w3\.org)', _without_programs(html)
        ), page
        for address in re.findall(r'(?:href|src)="([^"#?]+)"', html):
            assert (page.parent / address).is_file(), f"{page}: {address}"


def _without_programs(html: str) -> str:
    return re.sub(r"<pre>.*?</pre>", "", html, flags=re.DOTALL)


def test_it_works_without_a_network_after_the_first_visit(reader: Callable[..., Page], site: str):
    page = opened(reader())
    page.evaluate(KEPT)
    page.context.set_offline(True)
    page.goto(f"{site}zh/index.html?model=softmax-mnist&look=evidence")
    draw(opened(page), ONE)

    expect(answer(page)).to_have_text("1")
    expect(page.locator(".verdict .by")).to_have_text("softmax 回归")
    expect(page.get_by_role("tab", name="证据")).to_have_attribute("aria-selected", "true")
    page.goto(f"{site}models.html")
    expect(page.locator("table.zoo tr[data-model]")).to_have_count(16)


def test_a_chinese_reader_with_a_phone_at_night(reader: Callable[..., Page], site: str):
    phone = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "color_scheme": "dark", "has_touch": True}
    page = reader("?model=mlp-256-mnist", **phone)
    page.wait_for_url(f"{site}zh/index.html?model=mlp-256-mnist")
    expect(page.locator(".hint")).to_have_text("写一个数字")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 21, 29)"
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"{site}index.html?model=mlp-256-mnist")
    page.goto(site)
    expect(page.locator("h1")).to_have_text("Digits")  # the choice is remembered


def test_a_model_has_a_page_with_its_curves_confusion_and_files(reader: Callable[..., Page], site: str):
    page = reader("models.html")
    page.get_by_role("link", name="lenet5-mnist", exact=False).first.click()
    page.wait_for_url(f"{site}models/lenet5-mnist.html")

    assert page.locator(".sheet svg[role=img]").count() == 4  # loss, accuracy, and how sure it is with reason
    assert page.locator(".sheet svg path").first.evaluate("path => getComputedStyle(path).stroke") != "none"
    expect(page.locator(".confusion tbody tr")).to_have_count(10)
    page.locator("[data-cell='4-9']").click()
    expect(page.locator(".cell")).to_contain_text(
        "MNIST's test file, which is not here. “python -m zoo eval lenet5-mnist”"
    )
    expect(page.locator(".programs")).to_contain_text('zoo.load("lenet5-mnist")')
    with page.expect_download() as download:
        page.get_by_role("link", name="model.safetensors").click()
    content = Path(download.value.path()).read_bytes()
    expect(page.locator(".sheet .aside code")).to_have_text(hashlib.sha256(content).hexdigest())


def test_firefox_reads_the_same(site: str, tmp_path: Path):
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None:
        lacking("Firefox")
    with firefox(str(path), free_port(), tmp_path) as window:
        window.open(site)
        window.draw(".screen", SEVEN)
        window.wait("document.querySelector('.verdict .answer').textContent", "7")
        reads = "[...document.querySelectorAll('.reading .reads')].map((cell) => cell.textContent).join('')"
        window.wait(reads, "777777")
        window.wait("document.querySelector('.where').textContent", "Read in your browser: nothing is sent.")


def test_a_picture_needs_a_server_and_is_told_so(reader: Callable[..., Page]):
    page = opened(reader())
    choose(page, handwriting())

    expect(page.locator(".refused")).to_contain_text("can't be read without the server: draw the digit")


def test_a_network_learns_the_visitors_hand_here_too(reader: Callable[..., Page]):
    page = opened(reader())
    entries = [{"digit": i, "seen": base64.b64encode(bytes([60 + i] * 784)).decode(), "said": {}} for i in (1, 7)]
    page.evaluate("entries => localStorage.setItem('first-nets-digits', JSON.stringify(entries))", entries)
    page.goto(f"{page.url}?look=wrong&model=softmax-mnist")
    page.get_by_role("button", name="Train on these 2 digits").click()
    expect(page.locator(".tuning .told")).to_contain_text("It reads the pad now")
    expect(page.locator(".tuning .scored")).to_contain_text("“python -m zoo eval lenet5-mnist” has fetched MNIST")
    expect(page.locator(".tuning .score")).to_be_hidden()
    expect(page.locator(".tuning .few")).to_have_text("That takes five digits at least.")


def test_only_a_site_is_written_over(tmp_path: Path):
    new, thesis = tmp_path / "new", tmp_path / "thesis"
    thesis.mkdir()
    assert files.is_free(thesis)
    (thesis / "thesis.tex").write_text("years of work")
    assert not files.is_free(thesis)

    assert files.is_free(new)
    files.write(new, {"sw.js": b"1", "static/a.js": b"1"})
    assert files.is_free(new)
    files.write(new, {"sw.js": b"2", "static/b.js": b"2"})
    assert {path.name for path in new.rglob("*.js")} == {"sw.js", "b.js"}
