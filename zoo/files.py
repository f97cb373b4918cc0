"""Files and folders that appear whole or not at all: written beside their place, then renamed into it."""

import ctypes
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

T = TypeVar("T")
LOCK = ".lock"
"""The file in a folder of folders that whoever moves one of them holds."""

STALE = 3600
"""Seconds after which a half-filled folder is taken for that of a process that died."""


def write(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash at any moment, sees the old content or the new one. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def between(text: str, begin: str, end: str) -> str:
    """Return what stands between two marks of a text. Raises ValueError where one is missing."""
    return text[slice(*_bounds(text, begin, end))]


def write_between(path: Path, begin: str, end: str, content: str) -> None:
    """Put content between two marks of a text file; the rest stays as it is. Raises ValueError where a mark is missing."""
    text = path.read_text(encoding="utf-8")
    first, last = _bounds(text, begin, end)
    write(path, (text[:first] + content + text[last:]).encode())


def _bounds(text: str, begin: str, end: str) -> tuple[int, int]:
    if begin not in text or end not in text:
        raise ValueError(f"the text lacks the marks {begin.strip()!r} and {end!r}, between which a table goes")
    first = text.index(begin) + len(begin)
    return first, text.index(end, first)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder to fill; on leaving, it takes the place of `path`. After an error, `path` is as it was.

    Where `path` is a link, the folder takes the place of the link and what it pointed to stays. Any number of processes may do so
    at once, and others may read: the last to leave wins.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.new-", dir=path.parent))
    try:
        yield temporary
        temporary.chmod(0o755)
        with FileLock(path.parent / LOCK):
            _sweep(path)
            _put_back(path)
            _replace(path, temporary)
    except BaseException:
        _remove(temporary)
        raise


def settle(path: Path) -> None:
    """Put the former folder back where a process died between moving it aside and moving the new one in."""
    if not os.path.lexists(path) and os.path.lexists(_former(path)):
        with suppress(OSError), FileLock(path.parent / LOCK):  # a process that still lives is waited for
            _put_back(path)


def settle_all(parent: Path) -> None:
    """Call `settle` for every folder in `parent` that was moved aside."""
    for former in parent.glob(".*.former"):
        settle(former.with_name(former.name[1 : -len(".former")]))


def read_steadily(path: Path, read: Callable[[Path], T]) -> T:
    """Return read(path), of one and the same state of a folder: read again where it was replaced meanwhile.

    Raises what `read` raises of a folder that nobody replaces.
    """
    for _ in range(100):
        settle(path)
        before = _identity(path)
        if before is None and os.path.lexists(_former(path)):
            continue
        try:
            value = read(path)
        except (OSError, ValueError):
            if _identity(path) == before:
                raise
        else:
            if _identity(path) == before:
                return value
    return read(path)


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a folder from the one that takes its place, None where there is none."""
    with suppress(OSError):
        state = path.stat()
        return state.st_ino, state.st_ctime_ns
    return None


def _replace(path: Path, new: Path) -> None:
    """Put `new` in the place of `path`, in one step where the system has one; the caller holds the lock."""
    if not os.path.lexists(path):
        new.rename(path)
    elif _exchange(path, new):
        _remove(new)
    else:
        _remove(_former(path))  # of a process that died before it could
        path.rename(_former(path))
        try:
            new.rename(path)
        finally:
            _put_back(path)
        _remove(_former(path))


def _exchange(path: Path, other: Path) -> bool:
    """Let two names change places in one step. Tell whether the system can: Linux does, on most file systems."""
    at_fdcwd, exchange = -100, 2  # fcntl.h, linux/fs.h
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    return rename is not None and rename(at_fdcwd, os.fsencode(path), at_fdcwd, os.fsencode(other), exchange) == 0


def _put_back(path: Path) -> None:
    """Move the former folder back where it was moved aside and nothing took its place."""
    if not os.path.lexists(path) and os.path.lexists(_former(path)):
        _former(path).rename(path)


def _sweep(path: Path) -> None:
    """Remove the half-filled folders of processes that died."""
    for left in path.parent.glob(f".{path.name}.new-*"):
        with suppress(OSError):  # its owner may be done with it by now
            if time.time() - left.stat().st_mtime > STALE:
                _remove(left)


def _remove(path: Path) -> None:
    """Remove a folder with all that is in it, or a link and nothing else; what is not there or can't be removed is left."""
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _former(path: Path) -> Path:
    return path.with_name(f".{path.name}.former")
