"""Pull: put a model from a hub into the registry, whole or not at all, and pin it."""

import os
import shutil
from pathlib import Path

from zoo import files, registry
from zoo.hub import cache, client, lockfile, specs
from zoo.hub.errors import NAMES, ConflictError, HubError


def pull(
    spec: str, *, namespace: str | None = None, update: bool = False, force: bool = False, progress: bool = False
) -> lockfile.Entry:
    """Put a model from a hub into the registry, whole or not at all, and pin it in the lockfile.

    spec: NAME or OWNER/NAME, each with @REVISION. Without a revision it is the commit that the lockfile pins, or with `update`
    (or where nothing is pinned) the newest. A model that exists only here is replaced only with `force`.
    """
    owner, name, revision = specs.parse(spec)
    entry = lockfile.read().get(name)
    repository = _repository(owner or namespace, name, entry)
    pinned = entry if entry and entry.repository == repository and not update else None
    remote = client.look(repository, revision or (pinned.commit if pinned else None))
    if remote is None:
        raise HubError(f"cannot fetch {spec}: {NAMES['RepositoryNotFoundError']}")
    if pinned and revision and pinned.revision == revision and pinned.commit != remote.commit:
        raise ConflictError(
            f"{repository}@{revision} was {pinned.commit[:8]} when it was pinned and is {remote.commit[:8]} now; "
            "if the change is meant, pull it with --update"
        )
    fetched = cache.download(remote, progress=progress)
    cache.require(repository, fetched, registry.files_of(registry.read_config(fetched)))
    lockfile.check(name, repository, remote.commit, fetched)
    if not force:
        _protect(name, repository, fetched, entry)
    with lockfile.exclusive():
        with client.talking(f"put {name} into {registry.root()}"), files.new_folder(registry.root() / name) as new:
            for path in (path for path in registry.FILES if (fetched / path).is_file()):
                shutil.copyfile(fetched / path, new / path)
            if (held := registry.load(new).name) != name:
                raise HubError(f"{repository} holds the model {held!r}, not {name!r}; it was not put into the registry")
        folder = registry.root() / name
        return lockfile.record(name, folder, repository=repository, commit=remote.commit, revision=revision or "")


def _repository(owner: str | None, name: str, entry: lockfile.Entry | None) -> str:
    """Return the repository that is meant: the owner's, else the one that the lockfile names, else one's own."""
    if entry and not owner and not os.environ.get("ZOO_NAMESPACE"):
        return entry.repository
    return f"{client.owner_of(owner)}/{name}"


def _protect(name: str, repository: str, fetched: Path, entry: lockfile.Entry | None) -> None:
    """Raise HubError where the registry holds a sound model that was never published and would be lost."""
    folder = registry.root() / name
    if not folder.exists() or lockfile.digests(folder) == lockfile.digests(fetched):
        return
    if entry and not entry.differences(folder):
        return
    try:
        registry.load(folder)
    except registry.RegistryError:
        return
    if client.was_published(repository, {path: (folder / path).read_bytes() for path in lockfile.PINNED}):
        return
    raise HubError(
        f"{folder} holds a model that {repository} never had, and it would be lost; --force replaces it all the same"
    )
