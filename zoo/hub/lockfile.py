"""`weights/registry.json`: which published commit each model folder stands for, so that it can be had again exactly.

Weights and config are pinned by sha256: the card and the figure are generated from the config.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from zoo import files, registry

PINNED = (registry.WEIGHTS, registry.CONFIG)
"""What is pinned: config.json holds the sha256 of everything else that is computed with."""
TENSORS_AND_FACTS = (*PINNED, registry.FAMILIARITY)
HEADLINES = ("test_accuracy", "test_accuracy_mean", "test_accuracy_std")


@dataclass(frozen=True)
class Entry:
    """What one model was when it was last pushed or pulled.

    repository: "owner/name". commit: 40 hexadecimal digits. revision: the tag that was named, "" for none.
    sha256, size: by file. metrics: the headline figures of its config.
    """

    repository: str
    commit: str
    revision: str
    sha256: dict[str, str]
    size: dict[str, int]
    metrics: dict[str, float]

    def differences(self, folder: Path) -> list[str]:
        """Return the pinned files that are missing from a folder or have another content there."""
        present = digests(folder)
        return [name for name in PINNED if present.get(name) != self.sha256.get(name)]


def path() -> Path:
    """Return where the lockfile lies: beside the models."""
    return registry.root() / "registry.json"


def read() -> dict[str, Entry]:
    """Return the entries by model name. Raises RegistryError where the file is damaged."""
    try:
        return {name: Entry(**entry) for name, entry in json.loads(path().read_text(encoding="utf-8")).items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as error:
        raise registry.RegistryError(
            f"{path()} is damaged ({error}); restore it, or delete it and pull again"
        ) from error


def record(name: str, folder: Path, *, repository: str, commit: str, revision: str) -> Entry:
    """Pin a model to what its folder holds now, and write the lockfile; writers in other processes are waited for."""
    config = registry.read_config(folder)
    entry = Entry(
        repository=repository,
        commit=commit,
        revision=revision,
        sha256=digests(folder),
        size={file: (folder / file).stat().st_size for file in PINNED},
        metrics={key: getattr(config.metrics, key) for key in HEADLINES},
    )
    with exclusive():
        entries: dict[str, Any] = {key: asdict(value) for key, value in read().items()}
        entries[name] = asdict(entry)
        files.write(path(), (json.dumps(entries, indent=1, sort_keys=True) + "\n").encode())
    return entry


def exclusive() -> FileLock:
    """Return the lock under which the registry and its lockfile are changed; it may be taken again by who holds it."""
    path().parent.mkdir(parents=True, exist_ok=True)
    return FileLock(path().with_name(".registry.json.lock"), is_singleton=True)


def check(name: str, repository: str, commit: str, folder: Path) -> None:
    """Raise RegistryError where a model is pinned to this commit of this repository and its folder holds something else."""
    entry = read().get(name)
    if entry and (entry.repository, entry.commit) == (repository, commit) and (wrong := entry.differences(folder)):
        raise registry.RegistryError(
            f"{' and '.join(wrong)} of {repository} at {commit[:8]} differ from what {path()} pins; somebody changed the hub "
            "or that file: don't trust either until you know which"
        )


def digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of the pinned files that a folder holds."""
    there = [name for name in PINNED if (folder / name).is_file()]
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in there}
