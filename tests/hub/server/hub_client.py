"""The other end of the test hub: who logs in, models to share, and clients in processes of their own that may be killed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from hub_access import TOKENS
from hub_server import Hub
from hub_store import MissingError

from zoo import card, registry

WRITE, READ, OTHER = TOKENS
NAME = "softmax-mnist"
REPOSITORY = f"alice/{NAME}"
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["zoo.hub.push", "zoo.hub.pull", "huggingface_hub.hf_api", "matplotlib.figure", "hub_server"]
)


def login(monkeypatch: pytest.MonkeyPatch, hub: Hub, client: dict[str, str], token: str | None = WRITE) -> None:
    """Point this process, and those it starts with the environment `client`, at the hub."""
    for name, value in (("HF_ENDPOINT", hub.url), ("HF_TOKEN", token)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
            client.pop(name, None)
        else:
            monkeypatch.setenv(name, value)
            client[name] = value


def use_home(home: Path, set_constant: Callable[[str, Any], None]) -> None:
    """Give the client library a home: most of its environment it reads once, at import, so its constants are set."""
    set_constant("HF_HUB_CACHE", str(home / "hub"))
    set_constant("HF_TOKEN_PATH", str(home / "token"))
    set_constant("AGENT_HARNESSES_PATH", str(home / "harnesses.json"))
    set_constant("HF_HUB_DISABLE_TELEMETRY", True)
    set_constant("HF_HUB_DISABLE_PROGRESS_BARS", True)


def put(version: Path, weights: Path) -> Path:
    """Make a version of the model the one that the registry in `weights` holds."""
    shutil.rmtree(weights / NAME, ignore_errors=True)
    return shutil.copytree(version, weights / NAME)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a model, the card as if it named no source: that line is the only one that may differ."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    return found | {registry.CARD: card.with_source(found[registry.CARD].decode(), "").encode()}


def published(hub: Hub, revision: str = "main", name: str = REPOSITORY) -> dict[str, bytes] | None:
    """Return what the hub holds of a model, as `contents` does; None where there is no such model."""
    repository = hub.store.repository("model", name)
    try:
        found = {path: repository.read(path, revision) for path in repository.files(revision)}
    except (MissingError, FileNotFoundError):
        return None
    found.pop(".gitattributes")
    if registry.CARD in found:
        found[registry.CARD] = card.with_source(found[registry.CARD].decode(), "").encode()
    return found


def start(action: Callable[..., None], client: dict[str, str], *arguments: Any, **options: Any) -> BaseProcess:
    """Run an action in a process of its own, logged in as `client` says."""
    environment = {name: client[name] for name in client if name.startswith(("HF_", "ZOO_"))}
    process = PROCESSES.Process(target=_act, args=(action, environment, arguments, options), daemon=True)
    process.start()
    return process


def _act(action: Callable[..., None], environment: dict[str, str], arguments: tuple, options: dict) -> None:
    from huggingface_hub import constants

    os.environ.update(environment)
    use_home(Path(environment["HF_HOME"]), lambda name, value: setattr(constants, name, value))
    action(*arguments, **options)


def run(action: Callable[..., None], client: dict[str, str], *arguments: Any, **options: Any) -> int:
    """Run an action in a process of its own and return how it ended: 0, 1 after an error, -9 when killed."""
    return ended(start(action, client, *arguments, **options))


def ended(process: BaseProcess) -> int:
    """Wait until a process ends and return how."""
    process.join(60)
    assert process.exitcode is not None, "it hangs"
    return process.exitcode
