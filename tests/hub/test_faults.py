"""Every fault of a network and a hub, at every request of a push and of a pull: nothing is lost, nothing is mixed.

A fault that passes must not be noticed. One that stays must end in a clear error, with the hub and the registry as they
were. In no case may a push be acknowledged that the hub doesn't have, or a half of anything be seen.
"""

from __future__ import annotations

import errno
import os
import threading
from itertools import product
from types import SimpleNamespace

import pytest
import typer
from hub_client import NAME, REPOSITORY, WRITE, contents, login, published
from huggingface_hub import constants

import zoo
from tests.sweep import cover
from zoo import registry
from zoo.commands import console
from zoo.hub import errors, lockfile
from zoo.hub.errors import HubError
from zoo.hub.pull import pull
from zoo.hub.push import push

PUSH_REQUESTS = {
    "info": ("GET", f"/api/models/{REPOSITORY}$"),
    "tree": ("GET", "/tree/"),
    "refs": ("GET", "/refs$"),
    "card": ("POST", "/validate-yaml"),
    "preupload": ("POST", "/preupload/"),
    "commit": ("POST", "/commit/main"),
    "tag": ("POST", "/tag/"),
}
PULL_REQUESTS = {
    "info": ("GET", f"/api/models/{REPOSITORY}/revision/"),
    "tree": ("GET", "/tree/"),
    "head": ("HEAD", "/resolve/.*/model.safetensors"),
    "config": ("GET", "/resolve/.*/config.json"),
    "weights": ("GET", "/resolve/.*/model.safetensors"),
}
PASSING = {
    "500": {"kind": "status", "status": 500},
    "502": {"kind": "status", "status": 502},
    "503 with a time": {"kind": "status", "status": 503, "headers": {"Retry-After": "1"}},
    "408": {"kind": "status", "status": 408},
    "429": {"kind": "status", "status": 429, "headers": {"Retry-After": "1"}},
    "refused": {"kind": "refuse"},
    "answer lost": {"kind": "lose"},
    "answer cut": {"kind": "cut", "after": 10},
    "no answer": {"kind": "stall", "seconds": 5},
}
STAYING = {
    "400": 400,
    "401": 401,
    "403": 403,
    "404": 404,
    "409": 409,
    "412": 412,
    "413": 413,
    "429 for an hour": 429,
    "500": 500,
    "503": 503,
}


def inject(hub, monkeypatch, path, *, method=".*", times=1, **settings):
    """Switch a fault on. Where it is silence, an answer may take half a second; others may take long on a busy machine."""
    if settings["kind"] == "stall":
        monkeypatch.setattr("zoo.hub.client.TIMEOUT", 0.5)
        monkeypatch.setattr("zoo.hub.errors.PATIENCE", 10.0 if times == 1 else 0.5)
        monkeypatch.setattr("huggingface_hub.file_download._ETAG_RETRY_TIMEOUT", 0.5)
        for name in ("HF_HUB_DOWNLOAD_TIMEOUT", "HF_HUB_ETAG_TIMEOUT"):
            monkeypatch.setattr(constants, name, 0.5)
    return hub.faults.add(path=path, method=method, times=times, **settings)


@pytest.mark.parametrize(("request_", "fault"), cover(PUSH_REQUESTS, PASSING, also=product(["commit"], PASSING)))
def test_a_push_outlives_a_fault_that_passes(request_, fault, shared, hub, versions, monkeypatch, impatient):
    method, path = PUSH_REQUESTS[request_]
    fault = inject(hub, monkeypatch, path, method=method, **PASSING[fault])
    done = push(NAME, tag="v2")
    assert fault.hits >= 1
    assert published(hub) == published(hub, "v2") == contents(versions[1])
    assert published(hub, "v1") == contents(versions[0])
    history = hub.store.repository("model", REPOSITORY).history()
    assert (history[0]["id"], len(history)) == (done.commit, 3), "once, however often it was sent"


@pytest.mark.parametrize(
    ("request_", "status"), cover(PUSH_REQUESTS, STAYING, also=product(["info", "commit"], STAYING))
)
def test_a_push_ends_clearly_where_a_fault_stays(request_, status, shared, hub, versions, impatient):
    method, path = PUSH_REQUESTS[request_]
    headers = {"Retry-After": "3600"} if "hour" in status else {}
    fault = hub.faults.add("status", path, method=method, times=999, status=STAYING[status], headers=headers)
    with pytest.raises(HubError) as error:
        push(NAME, tag="v2")
    assert fault.hits >= 1
    assert_clear(error.value)
    expected = versions[1] if request_ == "tag" else versions[0]
    assert published(hub) == contents(expected)
    assert published(hub, "v2") is None
    hub.faults.clear()
    push(NAME, tag="v2")
    assert published(hub, "v2") == contents(versions[1]), "the same command again completes it"


@pytest.mark.parametrize("status", STAYING)
def test_a_first_push_ends_clearly_where_the_repository_cannot_be_created(status, hub, local, impatient):
    headers = {"Retry-After": "3600"} if "hour" in status else {}
    hub.faults.add("status", "/repos/create", times=999, status=STAYING[status], headers=headers)
    with pytest.raises(HubError) as error:
        push(NAME)
    assert_clear(error.value)
    assert published(hub) is None
    assert lockfile.read() == {}


@pytest.mark.parametrize("fault", PASSING)
def test_a_first_push_outlives_a_fault_that_passes(fault, hub, local, versions, monkeypatch, impatient):
    inject(hub, monkeypatch, "/repos/create", **PASSING[fault])
    push(NAME)
    assert published(hub) == contents(versions[0])


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # of the client's own upload by LFS
@pytest.mark.parametrize(("path", "fault"), cover(["/objects/batch", "^/lfs/"], PASSING))
def test_an_upload_by_lfs_outlives_a_fault_that_passes(
    path, fault, start_hub, client, local, versions, monkeypatch, impatient
):
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    hub = start_hub(lfs=True)
    login(monkeypatch, hub, client)
    fault = inject(hub, monkeypatch, path, **PASSING[fault])
    push(NAME)
    assert fault.hits > 1
    assert published(hub) == contents(versions[0])


@pytest.fixture
def pulled(shared, bring, impatient):
    """The registry here holds v1 as pulled; v2 is on the hub, and the cache is empty."""

    def second():
        push(NAME, tag="v2")
        pull(f"{REPOSITORY}@v1", update=True)

    bring("v2 published, v1 pulled", second)
    return shared


@pytest.mark.parametrize(("request_", "fault"), cover(PULL_REQUESTS, PASSING, also=product(["weights"], PASSING)))
def test_a_pull_outlives_a_fault_that_passes(request_, fault, pulled, hub, versions, monkeypatch):
    method, path = PULL_REQUESTS[request_]
    fault = inject(hub, monkeypatch, path, method=method, **PASSING[fault])
    pull(f"{REPOSITORY}@v2")
    assert fault.hits >= 1
    assert contents(pulled / NAME) == contents(versions[1])
    assert lockfile.read()[NAME].revision == "v2"


STAYING_ON_THE_WAY = {
    **{status: {"kind": "status", "status": code} for status, code in STAYING.items() if "hour" not in status},
    "refused": {"kind": "refuse"},
    "answer cut": {"kind": "cut", "after": 10},
    "no answer": {"kind": "stall", "seconds": 5},
    "truncated": {"kind": "truncate", "after": 100},
    "flipped": {"kind": "flip", "after": 1},
    "a web page": {"kind": "replace", "body": b"<html>Log in to the hotel's network</html>"},
    "nothing": {"kind": "replace", "body": b""},
}


WRONG = ("truncated", "flipped", "a web page", "nothing")
"""Faults after which the client holds an answer."""


@pytest.mark.parametrize(
    ("request_", "fault"),
    cover(PULL_REQUESTS, STAYING_ON_THE_WAY, also=product(["info", "tree", "config", "weights"], WRONG)),
)
def test_a_pull_ends_clearly_where_a_fault_stays(request_, fault, pulled, hub, versions, monkeypatch):
    method, path = PULL_REQUESTS[request_]
    before = lockfile.read()
    settings = STAYING_ON_THE_WAY[fault]
    if method == "HEAD" and settings["kind"] in ("cut", "truncate", "flip", "replace"):
        settings = {"kind": "refuse"}
    inject(hub, monkeypatch, path, method=method, times=999, **settings)
    for call in (lambda: pull(f"{REPOSITORY}@v2"), lambda: zoo.load(f"{REPOSITORY}@v2")):
        with pytest.raises((HubError, registry.RegistryError)) as error:
            call()
        assert_clear(error.value)
    assert contents(pulled / NAME) == contents(versions[0])
    assert lockfile.read() == before
    hub.faults.clear()
    pull(f"{REPOSITORY}@v2")
    assert contents(pulled / NAME) == contents(versions[1]), "the same command again completes it"


def no_space(*arguments, **options):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "model.safetensors")


@pytest.mark.parametrize(
    "place", ["huggingface_hub.file_download.http_get", "zoo.hub.pull.shutil.copyfile", "zoo.files.os.replace"]
)
def test_a_full_disk_leaves_the_copy_here_as_it_was(place, pulled, versions, monkeypatch):
    """In the cache, in the registry, at the lockfile."""
    with monkeypatch.context() as full:
        full.setattr(place, no_space)
        with pytest.raises((HubError, OSError), match=r"the disk is full|No space left on device"):
            pull(f"{REPOSITORY}@v2")
    held = contents(pulled / NAME)
    assert held == contents(versions[1 if place.endswith("replace") else 0]), "whole, whichever it is"
    assert [p.name for p in pulled.iterdir() if p.name.startswith(f".{NAME}")] == [], "nothing half-done lies about"
    pull(f"{REPOSITORY}@v2")
    assert contents(pulled / NAME) == contents(versions[1])


def test_an_echo_of_the_token_is_not_repeated(shared, hub, caplog, capfd, impatient):
    """A hub, or a proxy in between, that quotes what it was sent."""
    import traceback

    body = f'{{"error": "bad header: Bearer {WRITE}"}}'.encode()
    for status in (400, 401, 402, 403, 404, 409, 418, 500):
        hub.faults.clear()
        hub.faults.add("status", "/commit/main", times=99, status=status, body=body, headers={"X-Error-Message": WRITE})
        with pytest.raises(HubError) as error:
            push(NAME)
        assert WRITE not in "".join(traceback.format_exception(error.value))
    out, err = capfd.readouterr()
    assert WRITE not in out + err + caplog.text
    kept = b"".join(path.read_bytes() for path in shared.parent.rglob("*") if path.is_file())
    assert WRITE.encode() not in kept


def test_what_a_hub_says_cannot_steer_a_terminal(capsys):
    class RefusalError(Exception):
        response = SimpleNamespace(status_code=403)
        server_message = "\x1b]0;owned\x07 \x1b[31mno\x9b2J, [bold]never[/bold]\r\nreally"

    text = errors.explain(RefusalError())
    assert text.endswith("(it says: ]0;owned [31mno 2J, [bold]never[/bold] really)")
    for words in (text, RefusalError.server_message):
        with pytest.raises(typer.Exit):
            console.fail(words)
    shown = capsys.readouterr().err
    assert "[bold]never[/bold]" in shown
    assert not {"\x1b", "\x07", "\x9b", "\r"} & set(shown)


def test_other_threads_may_use_the_client_meanwhile(shared, hub, versions):
    """The library's connection is shared: what one thread does must not disturb another."""
    found = []
    threads = [threading.Thread(target=lambda: found.append(zoo.load(f"{REPOSITORY}@v1").name)) for _ in range(8)]
    for thread in threads:
        thread.start()
    push(NAME, tag="v2")
    for thread in threads:
        thread.join()
    assert found == [NAME] * 8
    assert published(hub) == contents(versions[1])


def assert_clear(error: Exception) -> None:
    """An error is one line that says what failed and what can be done, without the library's own prose."""
    text = str(error)
    assert "\n" not in text
    assert len(text) < 500
    if isinstance(error, HubError):
        assert text.startswith(("cannot ", *registry.FILES)), text
    else:
        assert "fetch the model again" in text
