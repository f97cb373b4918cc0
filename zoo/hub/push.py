"""Push: publish a folder of the registry to a hub, in one commit on top of what was looked at."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zoo import card, registry
from zoo.hub import cache, client, gate, lockfile, specs
from zoo.hub.client import Remote
from zoo.hub.errors import STATUSES, ConflictError, HubError
from zoo.hub.status import overtaken


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
    if remote is None:
        remote = client.create(repository, private=private)
        if not force and any(path in remote.files for path in registry.FILES):  # which the gate has not seen
            raise ConflictError(f"cannot publish {name}: {STATUSES[412]}")
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
    theirs = (cache.download(remote, (registry.CARD,)) / registry.CARD).read_text(encoding="utf-8")
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
    published = cache.download(remote) if remote and complete else None
    objections, ours, theirs = gate.objections(folder, published)
    if remote and (news := overtaken(result.name, remote)):
        objections.append(news)
    return Push(**vars(result) | {"objections": objections, "accuracy": ours, "published_accuracy": theirs})
