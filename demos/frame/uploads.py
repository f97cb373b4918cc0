"""Visitors' files: in a folder of this server's own, for a minute, and never more of them than a cap.

Gradio puts uploads, broken-off ones too, and the pictures it sends into the folder that GRADIO_TEMP_DIR names, and keeps
them for good.
"""

import asyncio
import os
import secrets
import shutil
import tempfile
import threading
import time
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from demos.frame.language import T, Translate
from demos.frame.limits import MAX_FILE

CAP = 512 * 2**20
"""Bytes of all files together."""
AGE = 60.0
"""Seconds after which a file may go. Its answer needs it for a few; but two visitors who send the same picture share the
file, since Gradio names it by its content, so an answer must not take it away from a call that is still to come."""
_OURS = "first-nets-"
YOUNG = 30.0
"""Seconds for which a file is safe from making room for others."""


def name_folder() -> None:
    """Name a folder for this process's uploads, unless GRADIO_TEMP_DIR does. Before pages are made: they remember it."""
    if not os.environ.get("GRADIO_TEMP_DIR"):
        name = f"{_OURS}{os.getpid()}-{secrets.token_hex(8)}"
        os.environ["GRADIO_TEMP_DIR"] = str(Path(tempfile.gettempdir()) / name)


def make_folder() -> Path:
    """Make the folder for uploads, which goes with this process if we named it, and is nobody else's to read."""
    made = folder()
    made.mkdir(parents=True, exist_ok=True)
    if made.name.startswith(_OURS):
        made.chmod(0o700)
        for left in made.parent.glob(f"{_OURS}*"):  # by a server that was killed
            if time.time() - left.stat().st_mtime > 24 * 3600:
                shutil.rmtree(left, ignore_errors=True)
    return made


def remove_folder() -> None:
    """Remove the folder for uploads, where this process named it: a process that it started may have the name from it."""
    if folder().name.startswith(f"{_OURS}{os.getpid()}-"):
        shutil.rmtree(folder(), ignore_errors=True)


def folder() -> Path:
    """Return where uploads lie."""
    return Path(os.environ.get("GRADIO_TEMP_DIR") or Path(tempfile.gettempdir()) / "gradio").resolve()


def sweep(root: Path, *, age: float = AGE, room: int = CAP) -> int:
    """Remove what is older than `age` seconds, then the oldest until the rest takes `room` bytes -> the bytes that stay.

    What came within YOUNG seconds stays in any case.
    """
    now, files = time.time(), []
    for path in root.rglob("*"):
        try:
            status = path.lstat()
            if not path.is_dir():
                files.append((status.st_mtime, status.st_size, path))
            elif now - status.st_mtime > age:
                path.rmdir()  # where it is empty
        except OSError:
            continue
    files.sort()
    total = sum(size for _, size, _ in files)
    for modified, size, path in files:
        old = now - modified
        if old > age or (total > room and old > YOUNG):
            path.unlink(missing_ok=True)
            total -= size
    return total


def keep_swept(root: Path, every: float = 15.0) -> None:
    """Sweep now and then, in a thread of its own."""

    def work() -> None:
        while True:
            time.sleep(every)
            sweep(root)

    threading.Thread(target=work, daemon=True, name="uploads").start()


class Uploads:
    """ASGI middleware that makes room for an upload before it comes, and refuses it with 429 where there is none."""

    def __init__(self, app: ASGIApp, root: Path, cap: int = CAP):
        self.app, self.root, self.cap = app, root, cap
        self.coming = 0
        """Bytes that uploads under way may bring."""
        self.stored = 0
        """Bytes of all files at most: what the last sweep left, and what has come since."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith("/upload"):
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        size = min(int(declared), MAX_FILE) if declared.isdigit() else MAX_FILE
        self.coming += size
        try:
            if await self._has_room():
                await self.app(scope, receive, send)
                self.stored += size
            else:
                text = T(
                    "Too many pictures are being sent. Try again in a minute.", "正在发送的图片太多，请一分钟后再试。"
                )
                refusal = JSONResponse({"detail": text}, 429, {"retry-after": "60"})
                await Translate(refusal)(scope, receive, send)
        finally:
            self.coming -= size

    async def _has_room(self) -> bool:
        """Say whether what is coming finds room, which is made only where there is none: looking at all files takes long."""
        if self.stored + self.coming > self.cap:
            self.stored = await asyncio.to_thread(sweep, self.root, room=max(0, self.cap - self.coming))
        return self.stored + self.coming <= self.cap
