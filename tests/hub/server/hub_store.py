"""Repositories in a folder: content-addressed files, commits, branches and tags, without git.

Everything a reader can see hangs on one small file, the reference of a branch or a tag, which is replaced in one step:
a process killed at any moment leaves the repository as it was before or as it is after, never in between.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

GITATTRIBUTES = b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n*.png filter=lfs diff=lfs merge=lfs -text\n"
FORBIDDEN_PARTS = {"", ".", "..", ".git"}
LONGEST_PART = 255


class StaleParentError(Exception):
    """The branch is no longer where the writer believed it to be."""


class MissingError(Exception):
    """No such revision or file; `code` is the hub's word for which."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


def git_oid(content: bytes) -> str:
    """Return the id git gives to a file: the sha1 of a header and the content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def now() -> str:
    """Return the time as the hub writes it."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def check_path(path: str) -> str:
    """Return the path, or raise ValueError where it could leave the repository or no disk could hold it."""
    if any(part in FORBIDDEN_PARTS or len(part.encode()) > LONGEST_PART for part in path.split("/")) or "\\" in path:
        raise ValueError(f"invalid file name {path[:80]!r}")
    return path


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}")
    temporary.write_bytes(content)
    os.replace(temporary, path)


class Store:
    """All repositories below one folder, and the objects they share."""

    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "objects").mkdir(parents=True, exist_ok=True)

    def object(self, sha256: str) -> Path:
        return self.folder / "objects" / sha256

    def put(self, content: bytes) -> str:
        """Keep the content and return its sha256."""
        sha256 = hashlib.sha256(content).hexdigest()
        if not self.object(sha256).exists():
            write(self.object(sha256), content)
        return sha256

    def repository(self, kind: str, name: str) -> Repository:
        return Repository(self, kind, name)

    def repositories(self, kind: str) -> list[Repository]:
        found = sorted((self.folder / "repos" / kind).glob("*/*/meta.json"))
        return [Repository(self, kind, f"{meta.parent.parent.name}/{meta.parent.name}") for meta in found]


class Repository:
    """One repository: `kind` is model, dataset or space; `name` is owner/name."""

    def __init__(self, store: Store, kind: str, name: str):
        self.store, self.kind, self.name = store, kind, name
        self.folder = store.folder / "repos" / kind / name

    @property
    def owner(self) -> str:
        return self.name.split("/")[0]

    def exists(self) -> bool:
        return (self.folder / "meta.json").exists()

    @property
    def meta(self) -> dict:
        return json.loads((self.folder / "meta.json").read_text())

    def update(self, **meta: object) -> None:
        write(self.folder / "meta.json", json.dumps(self.meta | meta).encode())

    def create(self, **meta: object) -> None:
        """Start a repository as the hub does: with a first commit that holds `.gitattributes`."""
        self.commit({".gitattributes": GITATTRIBUTES}, message="initial commit", author="system")
        write(self.folder / "meta.json", json.dumps({"private": False} | meta).encode())

    def delete(self) -> None:
        shutil.rmtree(self.folder)

    def refs(self, kind: str) -> dict[str, str]:
        """Return {name: commit} of the branches (`heads`) or the tags (`tags`)."""
        folder = self.folder / "refs" / kind
        return {p.name: p.read_text() for p in sorted(folder.glob("*")) if not p.name.startswith(".")}

    def set_ref(self, kind: str, name: str, commit: str) -> None:
        write(self.folder / "refs" / kind / check_path(name), commit.encode())

    def resolve(self, revision: str) -> str:
        """Return the commit that a branch, a tag or a (shortened) commit id stands for."""
        for kind in ("heads", "tags"):
            if revision in (refs := self.refs(kind)):
                return refs[revision]
        full = [p.stem for p in (self.folder / "commits").glob(f"{revision}*.json")] if revision.isalnum() else []
        if len(full) != 1:
            raise MissingError("RevisionNotFound", f"Invalid rev id: {revision}")
        return full[0]

    def read_commit(self, commit: str) -> dict:
        return json.loads((self.folder / "commits" / f"{commit}.json").read_text())

    def files(self, revision: str) -> dict[str, dict]:
        """Return {path: {"sha256", "size", "oid", "lfs"}} at a revision; `lfs` says how the file was sent."""
        return self.read_commit(self.resolve(revision))["files"]

    def read(self, path: str, revision: str = "main") -> bytes:
        files = self.files(revision)
        if path not in files:
            raise MissingError("EntryNotFound", "Entry not found")
        return self.store.object(files[path]["sha256"]).read_bytes()

    def history(self, revision: str = "main") -> list[dict]:
        """Return the commits that lead to a revision, the newest first."""
        commit: str | None = self.resolve(revision)
        found = []
        while commit:
            found.append({"id": commit} | self.read_commit(commit))
            commit = found[-1]["parent"]
        return found

    def commit(
        self,
        add: Mapping[str, bytes | str],
        *,
        delete: tuple[str, ...] = (),
        message: str = "",
        author: str = "",
        parent: str | None = None,
        branch: str = "main",
    ) -> str:
        """Move the branch to a new commit and return its id.

        `add` maps a path to its bytes, or to the sha256 of an object that is already here.
        Raises StaleParentError where `parent` is given and isn't the head, ValueError for a bad path or an absent object.
        """
        head = self.refs("heads").get(branch)
        if parent and not (head or "").startswith(parent):
            raise StaleParentError
        files = dict(self.read_commit(head)["files"]) if head else {}
        for path in delete:
            gone = [p for p in files if p == path or (path.endswith("/") and p.startswith(path))]
            if not gone:
                raise MissingError("EntryNotFound", f"A file with this name doesn't exist: {path}")
            for p in gone:
                del files[p]
        for path, content in add.items():
            files[check_path(path)] = self._entry(content)
        record = {
            "parent": head,
            "files": files,
            "title": message,
            "author": author,
            "date": now(),
            "nonce": secrets.token_hex(8),
        }
        text = json.dumps(record).encode()
        commit = hashlib.sha1(text).hexdigest()
        write(self.folder / "commits" / f"{commit}.json", text)
        self.set_ref("heads", branch, commit)
        return commit

    def _entry(self, content: bytes | str) -> dict:
        lfs = isinstance(content, str)
        sha256 = content if isinstance(content, str) else self.store.put(content)
        if not self.store.object(sha256).exists():
            raise ValueError(f"LFS object {sha256} was never uploaded")
        data = self.store.object(sha256).read_bytes()
        pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n" % (sha256.encode(), len(data))
        return {"sha256": sha256, "size": len(data), "lfs": lfs, "oid": git_oid(pointer if lfs else data)}
