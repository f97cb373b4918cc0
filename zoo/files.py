"""Files and folders that appear whole or not at all: written beside their place, then renamed into it."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder to fill; on leaving, it takes the place of `path`. After an error, `path` is as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.new-", dir=path.parent))
    try:
        yield temporary
        temporary.chmod(0o755)
        if path.exists():
            shutil.rmtree(_former(path), ignore_errors=True)  # of a process that died before it could
            path.rename(_former(path))
        temporary.rename(path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        settle(path)
        raise
    shutil.rmtree(_former(path), ignore_errors=True)


def settle(path: Path) -> None:
    """Put the former folder back where a process died between moving it aside and moving the new one in."""
    if not path.exists() and _former(path).exists():
        _former(path).rename(path)


def settle_all(parent: Path) -> None:
    """Call `settle` for every folder in `parent` that was moved aside."""
    for former in parent.glob(".*.former"):
        settle(former.with_name(former.name[1 : -len(".former")]))


def _sweep(path: Path) -> None:
    """Remove the half-filled folders of processes that died more than an hour ago."""
    for left in path.parent.glob(f".{path.name}.new-*"):
        if time.time() - left.stat().st_mtime > 3600:
            shutil.rmtree(left, ignore_errors=True)


def _former(path: Path) -> Path:
    return path.with_name(f".{path.name}.former")
