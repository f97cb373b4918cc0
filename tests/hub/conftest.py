"""A hub on loopback for every test here, and a client that knows nothing else: no cache, no token, no other address."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
import torch
from hub_client import NAME, login, put, use_home
from hub_server import Hub, Listener, listening
from huggingface_hub import constants

from zoo import data, registry
from zoo.hub.push import push

SHIPPED = Path(__file__).resolve().parents[2] / "weights" / NAME


@pytest.fixture(scope="session", autouse=True)
def one_reading_of_the_certificates() -> Iterator[None]:
    """Read the certificates, which nothing on loopback asks for, once and not for every new connection of the client."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", lru_cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session")
def listener() -> Iterator[Listener]:
    """Return the address where the hubs of all tests are, one after the other."""
    with listening() as listener:
        yield listener


@pytest.fixture
def start_hub(listener: Listener, tmp_path: Path) -> Iterator[Callable[..., Hub]]:
    """Return a function that starts an empty hub with the given settings; its faults end with the test."""
    hubs = []

    def start(**settings: Any) -> Hub:
        hubs.append(Hub(listener, tmp_path / "hub", **settings))
        return hubs[-1]

    yield start
    for hub in hubs:
        hub.faults.clear()


@pytest.fixture
def hub(start_hub: Callable[..., Hub], client: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Hub:
    """Return a running hub that this process is logged in to as alice, who may write."""
    hub = start_hub()
    login(monkeypatch, hub, client)
    return hub


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give the client library a home of its own; return the environment that does so for a new process."""
    home = tmp_path / "hf-home"
    use_home(home, lambda name, value: monkeypatch.setattr(constants, name, value))
    for name in ("HF_TOKEN", "ZOO_NAMESPACE"):
        monkeypatch.delenv(name, raising=False)
    huggingface_hub.close_session()
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "ZOO_"))}
    return plain | {
        "HF_HOME": str(home),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    }


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every pause between two tries a short one."""
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, 0.01)))


@pytest.fixture
def run_hf(client: dict[str, str], tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs the `hf` command in a process of its own."""
    command = str(Path(sys.executable).parent / "hf")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [command, *arguments], env=client, cwd=tmp_path, capture_output=True, text=True, timeout=60
        )

    return run


@pytest.fixture(scope="session")
def versions(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return three versions of a model, each a little better by its config than the one before."""
    shipped = registry.load(SHIPPED)
    config, state = shipped.config, shipped.model.state_dict()
    folders = []
    for step in range(3):
        moved = {key: tensor + 1e-4 * step * torch.ones_like(tensor) for key, tensor in state.items()}
        metrics = replace(config.metrics, test_accuracy=config.metrics.test_accuracy + 1e-4 * step)
        folders.append(tmp_path_factory.mktemp("versions") / NAME)
        registry.save(folders[-1], moved, replace(config, metrics=metrics), shipped.familiar)
    return folders


@pytest.fixture
def local(versions: list[Path], tmp_path: Path, client: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the registry of this machine, which holds the first version; the data sets are not at hand."""
    weights = tmp_path / "registry"
    put(versions[0], weights)
    for name, value in (("ZOO_WEIGHTS", weights), ("ZOO_DATA", tmp_path / "no-data")):
        monkeypatch.setenv(name, str(value))
        client[name] = str(value)
    return weights


@pytest.fixture(scope="session")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the states that `bring` has made are kept."""
    return tmp_path_factory.mktemp("states")


@pytest.fixture
def bring(hub: Hub, local: Path, states: Path) -> Callable[[str, Callable[[], object]], None]:
    """Return a function that brings the hub and the registry here into a state: made once, from then on copied.

    Each fault of each request begins with the same pushes. The client's cache is empty then.
    """

    def bring(name: str, make: Callable[[], object]) -> None:
        places = {states / name / "hub": hub.store.folder, states / name / "registry": local}
        if (states / name).exists():
            for copy, place in places.items():
                shutil.rmtree(place)
                shutil.copytree(copy, place)
        else:
            make()
            for copy, place in places.items():
                shutil.copytree(place, copy)
        shutil.rmtree(constants.HF_HUB_CACHE, ignore_errors=True)

    return bring


@pytest.fixture
def shared(bring: Callable, local: Path, versions: list[Path]) -> Path:
    """Return the registry here, which holds the second version, to be pushed as v2; the first is published as v1."""

    def first() -> None:
        push(NAME, tag="v1")
        put(versions[1], local)

    bring("v1 published", first)
    return local


@pytest.fixture(scope="session")
def data_root(datasets: dict[str, data.Files]) -> Path:
    """Return where the data sets lie."""
    return data.root().resolve()
