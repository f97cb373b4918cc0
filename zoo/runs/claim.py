"""A claim: while one process trains a model or one of its runs, others that want to are told who does."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout


class ClaimError(RuntimeError):
    """Another process trains the same; the message says which."""


@contextmanager
def claim(what: str, path: Path, *, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock file at `path`, in which stands who holds it; it stays, empty of meaning, when nobody does.

    what: what is being trained, for the message. patience: seconds to wait for who holds it. Raises ClaimError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise ClaimError(f"{what} is being trained by {_holder(path)}; wait for it, or end it") from None
    try:
        with suppress(OSError):  # Windows lets nobody write into a locked file
            path.write_text(f"process {os.getpid()} on {platform.node()}", encoding="utf-8")
        yield
    finally:
        lock.release()


def _holder(path: Path) -> str:
    """Return who holds a lock file, as it says."""
    with suppress(OSError):
        return path.read_text(encoding="utf-8")[:200] or "another process"
    return "another process"
