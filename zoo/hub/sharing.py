"""Share models: push a folder of the registry to a hub, pull one from there, and see where the two stand."""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zoo import card, files, registry
from zoo.config import Config
from zoo.hub import client, gate, lockfile, specs
from zoo.hub.client import Remote
from zoo.hub.errors import NAMES, ConflictError, HubError


@dataclass(frozen=True)
class Change:
    """A file that a push would send. before: its size on the hub, None where it is new there."""

    path: str
    size: int
    before: int | None
    sha256: str


@dataclass(frozen=True)
class Push:
    """What a push did, or with --dry-run would do.

    commit: what the hub holds now (None where that is nothing yet). sent: whether a commit was made. objections: why it is
    refused without --force.
    """

    name: str
    repository: str
    commit: str | None
    tag: str | None
    sent: bool
    changes: list[Change] = field(default_factory=list)
    accuracy: gate.Accuracy | None = None
    published_accuracy: gate.Accuracy | None = None
    objections: list[str] = field(default_factory=list)


def push(
    name: str,
    *,
    namespace: str | None = None,
    tag: str | None = None,
    private: bool = False,
    message: str | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> Push:
    """Publish a model of the registry in one commit, tag it, and pin it in the lockfile; nothing changed: no new commit.

    Raises HubError where the gate objects (unless `force`), ConflictError where somebody else published meanwhile.
    """
    folder = registry.find(name)
    name = registry.read_config(folder).name
    repository = f"{client.owner_of(namespace)}/{name}"
    contents = _contents(folder, f"{repository}@{tag}" if tag else repository)
    remote = client.look(repository)
    if tag and (tagged := _tagged(repository, remote, tag, contents)):
        if not dry_run:
            lockfile.record(name, folder, repository=repository, commit=tagged, revision=tag)
        return Push(name, repository, tagged, tag, sent=False)
    changes = _changes(contents, remote)
    result = Push(name, repository, remote.commit if remote else None, tag, False, changes)
    if changes:
        result = _judged(result, folder, remote, contents)
    if dry_run:
        return result
    if result.objections and not force:
        raise HubError(f"{name} was not published: {'; '.join(result.objections)} (--force publishes it all the same)")
    remote = remote or client.create(repository, private=private)
    commit = remote.commit
    if changes:
        sent = {change.path: contents[change.path] for change in changes}
        commit = client.publish(remote, sent, message or f"Publish {name}, test accuracy {result.accuracy}")
    lockfile.record(name, folder, repository=repository, commit=commit, revision=tag or "")
    if tag:
        client.set_tag(repository, tag, commit)
    return Push(**vars(result) | {"commit": commit, "sent": bool(changes)})


def _contents(folder: Path, source: str) -> dict[str, bytes]:
    """Return the files of a model folder as they are published: its card says where they can be had."""
    contents = {path: (folder / path).read_bytes() for path in registry.FILES if (folder / path).is_file()}
    if registry.CARD in contents:
        contents[registry.CARD] = card.with_source(contents[registry.CARD].decode(), source).encode()
    return contents


def _changes(contents: Mapping[str, bytes], remote: Remote | None) -> list[Change]:
    """Return the files that a hub holds otherwise or not at all. A card that only names another source has not changed."""
    held = remote.files if remote else {}
    return [
        Change(path, len(content), held[path].size if path in held else None, hashlib.sha256(content).hexdigest())
        for path, content in contents.items()
        if not (remote and (remote.holds(path, content) or (path == registry.CARD and _same_card(remote, content))))
    ]


def _same_card(remote: Remote, content: bytes) -> bool:
    if registry.CARD not in remote.files:
        return False
    theirs = (client.download(remote, (registry.CARD,)) / registry.CARD).read_text(encoding="utf-8")
    return card.with_source(theirs, "") == card.with_source(content.decode(), "")


def _tagged(repository: str, remote: Remote | None, tag: str, contents: Mapping[str, bytes]) -> str | None:
    """Return the commit that bears the tag and holds these very files, None where the tag is free. Raises HubError otherwise."""
    if not re.fullmatch(specs.WORD, tag) or tag == "main" or re.fullmatch("[0-9a-f]{7,40}", tag):
        raise ValueError(f"{tag[:120]!r} can't be a tag; expected something like v1")
    tags = client.tags(repository) if remote else {}
    if tag not in tags:
        return None
    if not _changes(contents, client.look(repository, tag)):
        return tags[tag]
    numbers = [int(match[1]) for each in tags if (match := re.fullmatch(r"v(\d+)", each))]
    raise HubError(
        f"{repository} has another model under the tag {tag}; the next free one is v{max(numbers, default=0) + 1}"
    )


def _judged(result: Push, folder: Path, remote: Remote | None, contents: Mapping[str, bytes]) -> Push:
    """Return the result with what speaks against publishing: the gate, and what others published since we last did."""
    complete = remote is not None and all(path in remote.files for path in registry.REQUIRED)
    published = client.download(remote) if remote and complete else None
    objections, ours, theirs = gate.objections(folder, published)
    if remote and (passed := _overtaken(result.name, remote)):
        objections.append(passed)
    return Push(**vars(result) | {"objections": objections, "accuracy": ours, "published_accuracy": theirs})


def _overtaken(name: str, remote: Remote) -> str | None:
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
    fetched = client.download(remote, progress=progress)
    client.require(repository, fetched, registry.files_of(registry.read_config(fetched)))
    lockfile.check(name, repository, remote.commit, fetched)
    if not force:
        _protect(name, repository, fetched, entry)
    with lockfile.exclusive():
        with client.talking(f"put {name} into {registry.root()}"), files.new_folder(registry.root() / name) as new:
            for path in (path for path in registry.FILES if (fetched / path).is_file()):
                shutil.copyfile(fetched / path, new / path)
            if (found := registry.load(new).name) != name:
                raise HubError(
                    f"{repository} holds the model {found!r}, not {name!r}; it was not put into the registry"
                )
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


def remote_models(namespace: str | None = None, word: str = "") -> Iterator[tuple[str, int, Config]]:
    """Yield "owner/name", the bytes of the weights and the config of each model in a namespace with `word` in its name."""
    for repository in client.list_remote(namespace, word):
        remote = client.look(repository)
        if remote and all(path in remote.files for path in lockfile.PINNED):
            folder = client.download(remote, (registry.CONFIG,))
            yield repository, remote.files[registry.WEIGHTS].size, registry.read_config(folder)


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
    """Return where models stand, by default all of the registry and the lockfile."""
    entries = lockfile.read()
    return [_standing(name, namespace, entries.get(name)) for name in names or sorted({*registry.names(), *entries})]


def _standing(name: str, namespace: str | None, entry: lockfile.Entry | None) -> Standing:
    owner = namespace or os.environ.get("ZOO_NAMESPACE")
    repository = f"{owner}/{name}" if owner else entry.repository if entry else None
    entry = entry if entry and entry.repository == repository else None
    commit = entry.commit if entry else None
    if repository is None:
        return Standing(name, None, "unpublished", note="no namespace is named")
    try:
        remote = client.look(repository)
        moved = remote and _overtaken(name, remote)
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
