"""A page alone: two processes of it behind nginx, as the README sets it up, and one that leaves nothing behind."""

import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from tests.conftest import lacking
from tests.ui.conftest import ROOT, Server, free_port, wait_until_answered


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the processes have their temporary files."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def processes(temporary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Two processes of one page."""
    logs = tmp_path_factory.mktemp("logs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(temporary))
        servers = [Server("activations", logs / str(i), "--proxy", "127.0.0.1") for i in range(2)]
    try:
        for server in servers:
            server.wait()
        yield servers
    finally:
        for server in servers:
            server.stop()


@pytest.fixture
def front(processes: list[Server], tmp_path: Path) -> Iterator[str]:
    """The address of an nginx in front of them, with the README's configuration."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        lacking("nginx")
    port = free_port()
    (site,) = re.findall(r"```nginx\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    for old, server in zip(("127.0.0.1:7861", "127.0.0.1:7862"), processes, strict=True):
        site = site.replace(old, server.url.removeprefix("http://"))
    site = site.replace("listen 80;", f"listen 127.0.0.1:{port};")
    temporary = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    log = f"error_log {tmp_path}/nginx.log;"
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/nginx.pid; {log} events {{}} http {{ access_log off; {temporary} {site} }}"
    )
    command = [nginx, "-e", f"{tmp_path}/nginx.log", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    process = subprocess.Popen(command)
    try:
        wait_until_answered(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def test_one_of_two_processes_is_stopped_under_load_and_nothing_is_lost(
    visit: Callable[..., Page], processes: list[Server], front: str
) -> None:
    page = visit("/", base=front)  # its streams stay open, which must not keep the server from stopping
    page.locator(".summary:visible").wait_for()
    answers: list[int] = []
    over = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=front, trust_env=False, timeout=30) as client:
            while not over.is_set():
                answers.append(client.get("/api/activation?functions=relu&probe=2").status_code)

    programs = [threading.Thread(target=ask) for _ in range(4)]
    for program in programs:
        program.start()
    while len(answers) < 20:
        time.sleep(0.02)
    processes[0].process.send_signal(signal.SIGTERM)
    processes[0].process.wait(20)  # 8 seconds for what is under way, and a busy machine
    seen = len(answers)
    while len(answers) < seen + 20:
        time.sleep(0.02)
    over.set()
    for program in programs:
        program.join(30)
    assert set(answers) == {200}
    page.close()
    again = visit("/?probe=2", base=front)  # whoever was with the stopped process goes on with the other
    again.locator(".summary:visible").wait_for()
    slider = again.locator(".control-probe:visible input[type=range]")
    before = again.locator(".summary:visible").inner_text()
    slider.focus()
    again.keyboard.press("ArrowRight")
    again.wait_for_function("before => !document.querySelector('.summary')?.innerText.includes(before)", arg=before)


def test_a_page_runs_alone_and_leaves_nothing_behind(
    visit: Callable[..., Page], processes: list[Server], temporary: Path
) -> None:
    server = processes[1]
    page = visit("/", base=server.url)
    page.locator(".summary:visible").wait_for()
    page.close()  # before its server, whose absence it would report
    assert list(temporary.glob(f"first-nets-{server.process.pid}-*"))
    server.stop()
    assert not list(temporary.glob("first-nets-*"))
