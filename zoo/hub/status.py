"""Status: where models stand, here, in the lockfile and on a hub, and what a namespace there holds."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from zoo import registry
from zoo.config import Config
from zoo.hub import cache, client, lockfile
from zoo.hub.client import Remote
from zoo.hub.errors import HubError


@dataclass(frozen=True)
class Standing:
    """Where a model stands: here, in the lockfile and on the hub.

    state: "same", "ahead" (changed here), "behind" (changed there), "differs" (both, or nothing tells), "missing" here,
    "unpublished", or "unknown" where the hub could not be asked. commit: the one pinned. head: the hub's newest.
    """

    name: str
    repository: str | None
    state: str
    commit: str | None = None
    head: str | None = None
    note: str = ""


def status(names: list[str] | None = None, *, namespace: str | None = None) -> list[Standing]:
    """Return where models stand, by default all of the registry and the lockfile.

    A hub that does not answer is asked once, not for every model.
    """
    entries = lockfile.read()
    asked = names or sorted({*registry.names(), *entries})
    named = namespace or os.environ.get("ZOO_NAMESPACE")
    try:
        client.greet()
        me = named or client.me()
    except HubError as error:
        return [_unknown(name, named, entries.get(name), str(error)) for name in asked]
    return [_standing(name, named, me, entries.get(name)) for name in asked]


def _unknown(name: str, named: str | None, entry: lockfile.Entry | None, reason: str) -> Standing:
    repository = f"{named}/{name}" if named else entry.repository if entry else None
    return Standing(name, repository, "unknown", entry.commit if entry else None, note=reason)


def _standing(name: str, named: str | None, me: str | None, entry: lockfile.Entry | None) -> Standing:
    """Return where a model stands. named: the owner who is meant; me: who is logged in, whose it is if nothing names another."""
    repository = f"{named}/{name}" if named else entry.repository if entry else f"{me}/{name}" if me else None
    entry = entry if entry and entry.repository == repository else None
    commit = entry.commit if entry else None
    if repository is None:
        return Standing(name, None, "unpublished", note="no namespace is named, and nobody is logged in")
    try:
        remote = client.look(repository)
        moved = remote and overtaken(name, remote)
    except HubError as error:
        return Standing(name, repository, "unknown", commit, note=str(error))
    if remote is None:
        return Standing(name, repository, "unpublished", commit)
    folder = registry.root() / name
    there = all((folder / path).is_file() for path in lockfile.PINNED)
    if not there:
        state = "missing"
    elif all(remote.holds(path, (folder / path).read_bytes()) for path in lockfile.PINNED):
        state = "same"
    elif entry is None:
        state = "differs"
    elif not moved:
        state = "ahead"
    else:
        state = "differs" if entry.differences(folder) else "behind"
    return Standing(name, repository, state, commit, remote.commit, note=moved or "")


def overtaken(name: str, remote: Remote) -> str | None:
    """Say so where the hub holds another model than the one we last pushed or pulled."""
    entry = lockfile.read().get(name)
    if entry is None or entry.repository != remote.repository or entry.commit == remote.commit:
        return None
    known = client.look(remote.repository, entry.commit)
    if known and _pinned_ids(known) == _pinned_ids(remote):
        return None
    return f"somebody published {remote.commit[:8]} since {entry.commit[:8]}, the last one known here; see `zoo diff`, or pull it"


def _pinned_ids(remote: Remote) -> list[str | None]:
    return [file.blob_id if (file := remote.files.get(path)) else None for path in lockfile.PINNED]


def remote_models(namespace: str | None = None, word: str = "") -> Iterator[tuple[str, int, Config]]:
    """Yield "owner/name", the bytes of the weights and the config of each model in a namespace with `word` in its name."""
    client.greet()
    for repository in client.list_remote(namespace, word):
        remote = client.look(repository)
        if remote and all(path in remote.files for path in lockfile.PINNED):
            folder = cache.download(remote, (registry.CONFIG,))
            yield repository, remote.files[registry.WEIGHTS].size, registry.read_config(folder)
