"""Files of models in the client library's cache, each held against the id under which the hub lists it."""

import hashlib
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from zoo import registry
from zoo.hub import lockfile, specs
from zoo.hub.client import Remote, endpoint, git_id, owner_of, patiently, talking
from zoo.hub.errors import HubError


def download(remote: Remote, paths: tuple[str, ...] = (), *, progress: bool = False) -> Path:
    """Return a folder of the cache that holds the files of a commit, each compared with the id the hub lists for it.

    paths: by default all that a model folder has.
    """
    paths = paths or tuple(path for path in registry.FILES if path in remote.files or path in registry.REQUIRED)
    if absent := [path for path in paths if path not in remote.files]:
        raise _no_model(remote.repository, absent)
    folder = _snapshot(remote.repository, remote.commit, paths, progress)
    for path in paths:
        if not remote.holds(path, (folder / path).read_bytes()):
            _download_again(remote.repository, remote.commit, path)
        if not remote.holds(path, (folder / path).read_bytes()):
            raise HubError(
                f"{path} of {remote.repository} came with another content than the hub lists; it was not kept, try again"
            )
    return folder


def require(source: str, folder: Path, paths: Iterable[str]) -> None:
    """Raise HubError where a folder that came from `source` lacks one of these files."""
    if absent := [path for path in paths if not (folder / path).is_file()]:
        raise _no_model(source, absent)


def _no_model(source: str, absent: list[str]) -> HubError:
    return HubError(f"{source} holds no {', '.join(absent)}: it is no model of this zoo; nothing else is loaded")


def fetch(spec: str, *, progress: bool = False) -> Path:
    """Return a folder of the cache that holds the model of "owner/name@revision"; offline, what was fetched before.

    What is not as the hub listed it is fetched again. Raises RegistryError where that can't be, and where a commit that the
    lockfile pins is not what it was.
    """
    owner, name, revision = specs.parse(spec)
    repository = f"{owner_of(owner)}/{name}"
    folder = _snapshot(repository, revision, registry.FILES, progress)
    require(spec, folder, lockfile.PINNED)
    for path in altered(repository, folder):
        with suppress(HubError):
            _download_again(repository, folder.name, path)
            if path in altered(repository, folder):  # the client library leaves what stands in the place of its link
                (folder / path).unlink()
                _download_again(repository, folder.name, path)
    if wrong := altered(repository, folder):
        raise registry.RegistryError(
            f"{' and '.join(wrong)} of {repository} in the cache {folder} is damaged or was changed: it is not what the "
            "hub listed; fetch the model again with the hub in reach, or delete that folder"
        )
    lockfile.check(name, repository, folder.name, folder)
    return folder


def altered(repository: str, folder: Path) -> list[str]:
    """Return the files of a commit in the cache that are not what the hub listed, nor what they were stored as.

    Both ids were written when the files came; where the cache keeps neither (an old client library, a system without links),
    nothing can be told.
    """
    listed = _listed(repository, folder.name)
    paths = [path for path in lockfile.TENSORS_AND_FACTS if (folder / path).is_file()]
    return [path for path in paths if not _is_genuine(folder / path, listed.get(path))]


def _is_genuine(path: Path, listed: str | None) -> bool:
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {len(content)}\n"
    ids = {sha256, git_id(content), git_id(pointer.encode())}
    stored = path.resolve().name if path.is_symlink() else ""
    return (listed is None or listed in ids) and (
        stored in ids or not re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", stored)
    )


def _listed(repository: str, commit: str) -> dict[str, str]:
    """Return the ids of the listing that the client library keeps with a commit, by path; nothing where it keeps none."""
    try:
        from huggingface_hub import get_cached_repo_tree
        from huggingface_hub.errors import CachedRepoTreeNotFoundError
    except ImportError:  # older than 2.0
        return {}
    try:
        return {file.path: file.blob_id for file in get_cached_repo_tree(repository, revision=commit)}
    except CachedRepoTreeNotFoundError:
        return {}


def _download_again(repository: str, commit: str, path: str) -> None:
    """Replace a file of the cache, which the client library itself never looks into again."""
    from huggingface_hub import hf_hub_download

    options: dict[str, Any] = {"revision": commit, "endpoint": endpoint(), "force_download": True}
    with talking(f"fetch {path} of {repository} again"):
        patiently(lambda: hf_hub_download(repository, path, **options))


def _snapshot(repository: str, revision: str | None, paths: tuple[str, ...], progress: bool) -> Path:
    """Return the folder of the cache that holds these files of a revision, downloading what is missing."""
    from huggingface_hub import snapshot_download
    from tqdm.auto import tqdm  # type: ignore[import-untyped]

    class Silent(tqdm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs | {"disable": True})

    options: dict[str, Any] = {"allow_patterns": list(paths), "tqdm_class": None if progress else Silent}
    with talking(f"fetch {repository}" + (f"@{revision[:12]}" if revision else "")):
        return Path(patiently(lambda: snapshot_download(repository, revision=revision, endpoint=endpoint(), **options)))
