"""Killed at the worst moments: kill -9 of the client in the middle of a push or a pull, of the hub, and of eight at once."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import time
from dataclasses import replace
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path

import hub_server
import pytest
import safetensors.torch
from hub_client import NAME, PROCESSES, REPOSITORY, contents, ended, published, put, run, start
from hub_store import MissingError, Store

from zoo import files, registry
from zoo.hub import lockfile
from zoo.hub.errors import HubError
from zoo.hub.pull import pull
from zoo.hub.push import push


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("path", ["/validate-yaml", "/preupload/", "/commit/main", "/tag/", "/refs$"])
def test_a_push_killed_at_a_request_is_all_or_nothing(path, late, shared, hub, client, versions):
    pause = hub.faults.add("pause", path, late=late)
    process = start(push, client, NAME, tag="v2")
    assert pause.reached.wait(30)
    process.kill()
    process.join()
    pause.release.set()
    time.sleep(0.05)
    assert published(hub) in (contents(versions[0]), contents(versions[1]))
    assert published(hub, "v1") == contents(versions[0])
    assert published(hub, "v2") in (None, contents(versions[1]))
    assert contents(shared / NAME) == contents(versions[1])
    push(NAME, tag="v2")
    assert published(hub) == published(hub, "v2") == contents(versions[1])
    assert len(hub.store.repository("model", REPOSITORY).history()) == 3, (
        "the next push completes it and repeats nothing"
    )


def pull_and_die(step: int, spec: str) -> None:
    """Pull, and kill this process with the step-th change that it is about to make in the registry."""
    count = 0

    def watched(real):
        def call(*arguments, **options):
            nonlocal count
            if any(str(registry.root()) in str(argument) for argument in arguments):
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return call

    for module, name in (
        (files.shutil, "copyfile"),
        (Path, "rename"),
        (os, "replace"),
        (files.shutil, "rmtree"),
        (os, "fsync"),
    ):
        setattr(module, name, watched(getattr(module, name)))
    pull(spec)


def test_a_pull_killed_at_any_step_is_all_or_nothing(shared, hub, client, versions):
    push(NAME, tag="v2")
    pull(f"{REPOSITORY}@v1", update=True)
    entry = lockfile.read()[NAME]
    for step in range(1, 30):
        ended = run(pull_and_die, client, step, f"{REPOSITORY}@v2")
        assert registry.names() == [NAME], "what was moved aside is found again"
        assert contents(shared / NAME) in (contents(versions[0]), contents(versions[1]))
        assert lockfile.read()[NAME].revision in ("v1", "v2")
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        pull(f"{REPOSITORY}@v1", update=True)
        assert (contents(shared / NAME), lockfile.read()[NAME]) == (contents(versions[0]), entry)
    assert step > 5, "it was killed at several steps before it went through"
    assert contents(shared / NAME) == contents(versions[1])
    assert not (shared / f".{NAME}.former").exists(), "nothing was left aside"


@pytest.mark.parametrize("file", registry.FILES)
def test_a_pull_killed_in_a_download_leaves_the_copy_here(file, shared, hub, client, versions):
    push(NAME, tag="v2")
    put(versions[0], shared)
    pause = hub.faults.add("pause", f"/resolve/.*{file}", method="GET", late=True)
    process = start(pull, {**client, "HF_HOME": client["HF_HOME"] + "2"}, f"{REPOSITORY}@v2")
    assert pause.reached.wait(30)
    process.kill()
    process.join()
    pause.release.set()
    assert contents(shared / NAME) == contents(versions[0])
    assert run(pull, {**client, "HF_HOME": client["HF_HOME"] + "2"}, f"{REPOSITORY}@v2", force=True) == 0
    assert contents(shared / NAME) == contents(versions[1])


def serve(folder: Path, *faults: dict, port: int = 0) -> tuple[BaseProcess, int]:
    """Start a hub in a process of its own and wait until it answers."""
    if not port:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
    process = PROCESSES.Process(target=hub_server.serve, args=(folder, port, faults), daemon=True)
    process.start()
    for _ in range(2000):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process, port
        except OSError:
            time.sleep(0.02)
    raise AssertionError("the hub does not start")


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("path", ["/repos/create", "/preupload/", "/commit/main", "/tag/", "/refs"])
def test_a_hub_killed_in_a_push_keeps_all_or_nothing(path, late, local, versions, tmp_path, monkeypatch, impatient):
    """The hub dies for good; after it is started again, the same command completes the push."""
    folder = tmp_path / "hub"
    process, port = serve(folder, {"kind": "kill", "path": path, "late": late})
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("HF_TOKEN", "hf_alice_may_write")
    with pytest.raises(HubError, match=r"^cannot "):
        push(NAME, tag="v1")
    assert ended(process) == -signal.SIGKILL
    repository = Store(folder).repository("model", REPOSITORY)
    try:
        held = set(repository.files("main"))
    except MissingError:
        held = set()
    assert held in (set(), {".gitattributes"}, {".gitattributes", *registry.FILES})
    process, _ = serve(folder, port=port)
    try:
        done = push(NAME, tag="v1")
    finally:
        process.kill()
    assert repository.resolve("v1") == done.commit
    assert len(repository.history()) == 2
    assert repository.read(registry.WEIGHTS, "v1") == (versions[0] / registry.WEIGHTS).read_bytes()


@pytest.mark.parametrize("path", ["/revision/", "/tree/", "/resolve/.*config.json", "/resolve/.*model.safetensors"])
def test_a_hub_killed_in_a_pull_leaves_the_copy_here(path, local, versions, tmp_path, monkeypatch, impatient):
    folder = tmp_path / "hub"
    process, port = serve(folder)
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("HF_TOKEN", "hf_alice_may_write")
    put(versions[1], local)
    push(NAME, tag="v1")
    process.kill()
    process.join()
    put(versions[0], local)
    process, _ = serve(folder, {"kind": "kill", "path": path}, port=port)
    with pytest.raises(HubError, match=r"^cannot "):
        pull(f"{REPOSITORY}@v1", force=True)
    assert ended(process) == -signal.SIGKILL
    assert contents(local / NAME) == contents(versions[0])


def push_one_of_many(number: int, folder: Path, together: Barrier) -> None:
    """Push a model that only this writer has, from a registry of its own."""
    os.environ["ZOO_WEIGHTS"] = str(folder / f"writer-{number}")
    together.wait(60)
    done = push(NAME, message=f"writer {number}")
    (folder / f"acknowledged-{number}").write_text(done.commit or "")


def put_variant(version: Path, weights: Path, number: int) -> None:
    """Make a model with weights, and with a config, that no other has the one that a registry holds."""
    folder = put(version, weights)
    config = registry.read_config(folder)
    state = safetensors.torch.load_file(folder / registry.WEIGHTS)
    content = safetensors.torch.save({key: tensor + number for key, tensor in state.items()})
    (folder / registry.WEIGHTS).write_bytes(content)
    sha256 = config.sha256 | {registry.WEIGHTS: hashlib.sha256(content).hexdigest()}
    (folder / registry.CONFIG).write_text(replace(config, sha256=sha256).to_json())


def test_of_eight_writers_at_once_each_is_in_the_history_or_was_refused(hub, local, client, versions, tmp_path):
    writers = range(1, 9)
    for number in writers:
        put_variant(versions[0], tmp_path / f"writer-{number}", number)
    together = PROCESSES.Barrier(len(writers))
    processes = [start(push_one_of_many, client, number, tmp_path, together) for number in writers]
    for process in processes:
        process.join(60)
    acknowledged = {
        n: (tmp_path / f"acknowledged-{n}").read_text() for n in writers if (tmp_path / f"acknowledged-{n}").exists()
    }
    assert {n for n, process in zip(writers, processes) if process.exitcode == 0} == acknowledged.keys()
    repository = hub.store.repository("model", REPOSITORY)
    history = {commit["id"]: commit for commit in repository.history() if commit["author"] != "system"}
    assert set(acknowledged.values()) == history.keys(), "every acknowledged push is there, and no other"
    assert acknowledged, "somebody got through"
    for number, commit in acknowledged.items():
        folder = tmp_path / f"writer-{number}" / NAME
        assert published(hub, commit) == contents(folder), "none is mixed with another"


def test_of_eight_pulls_at_once_all_end_well(shared, hub, client, versions):
    push(NAME, tag="v2")
    specs = [f"{REPOSITORY}@v{1 + number % 2}" for number in range(8)]
    processes = [start(pull, client, spec, update=True) for spec in specs]
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 8
    entry = lockfile.read()[NAME]
    assert contents(shared / NAME) == contents(versions[["v1", "v2"].index(entry.revision)])
    assert entry.differences(shared / NAME) == []
