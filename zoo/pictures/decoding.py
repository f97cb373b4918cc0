"""Decode pictures from strangers within bounds: small, plain ones here, all others in child processes of limited memory and time.

`containers.strip` proves of most pictures that decoding them is cheap. The rest (large PNG, progressive JPEG, TIFF, AVIF
...) goes through a pipe to one of a few children, `python -m zoo.pictures.decoding`, each of which ends itself when it
takes too much, and is replaced when it is next needed. Where the platform has no such limits (Windows), the checks
before decoding and the time still hold.
"""

import atexit
import json
import os
import queue
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from PIL import Image

from zoo.pictures import containers, opening

HERE_BYTES = 2**24
"""Memory times passes up to which a picture is decoded in this process: a PNG of 4 megapixels, a photo of 50."""
CHILDREN = 2
MEMORY = 256 * 2**20
"""Bytes that a child may take beside what it starts with."""
SECONDS = 2.5
"""Of a processor, that a child may take for one picture."""
PATIENCE = 10.0
"""Seconds to wait for a free child, and for its answer, on a machine that is busy."""

_ENVIRONMENT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR", "TEMP")  # no secret of the server's among them
_REQUEST = struct.Struct("<IiI")  # longest, orientation or -1, length of the content


class CostlyError(ValueError):
    """A picture takes more memory or time than one visitor may, or all children are busy with others'."""


def decode(content: bytes, *, longest: int, formats: tuple[str, ...] = opening.FORMATS) -> Image.Image:
    """Return the picture that a file of this content holds, as `opening.open_picture` does with `longest`.

    formats: the ones to expect, as Pillow names them. Raises ValueError where it is no such picture, CostlyError where
    it takes too much.
    """
    stripped = containers.strip(content)
    if stripped is None:
        if not set(formats) - {"PNG", "JPEG", "GIF", "WEBP"}:
            raise ValueError(f"expected a picture as {', '.join(formats)}")
        return _POOL.decode(content, longest, None)
    if stripped.format not in formats:
        raise ValueError(f"expected a picture as {', '.join(formats)}, got {stripped.format}")
    if stripped.memory(longest) * stripped.passes <= HERE_BYTES:
        return opening.open_content(stripped.content, longest=longest, orientation=stripped.orientation)
    return _POOL.decode(stripped.content, longest, stripped.orientation)


class Pool:
    """A few children, started when they are first needed."""

    def __init__(self, children: int = CHILDREN):
        self._free: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(children):
            self._free.put(None)

    def decode(self, content: bytes, longest: int, orientation: int | None) -> Image.Image:
        """Decode in a child, which is ended and forgotten where it fails."""
        try:
            child = self._free.get(timeout=PATIENCE)
        except queue.Empty:
            raise CostlyError("too many pictures are being decoded; try again") from None
        try:
            if child and not child.is_alive():
                child.end()
                child = None
            child = child or _Child()
            return child.decode(content, longest, orientation)
        except (OSError, EOFError):
            if child:
                child.end()
            child = None
            raise CostlyError("the picture takes too much memory or time; send it smaller, as PNG or JPEG") from None
        finally:
            self._free.put(child)

    def close(self) -> None:
        """End the children that are idle."""
        idle = []
        while not self._free.empty():
            idle.append(self._free.get())
        for child in idle:
            if child:
                child.end()
            self._free.put(None)


class _Child:
    def __init__(self) -> None:
        environment = {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ}
        environment |= {"PYTHONPATH": str(Path(__file__).parents[2]), "OPENBLAS_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "zoo.pictures.decoding"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def decode(self, content: bytes, longest: int, orientation: int | None) -> Image.Image:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        late = threading.Timer(PATIENCE, self.process.kill)
        late.start()
        try:
            self.process.stdin.write(_REQUEST.pack(longest, -1 if orientation is None else orientation, len(content)))
            self.process.stdin.write(content)
            self.process.stdin.flush()
            answer = json.loads(_exactly(self.process.stdout, _int(self.process.stdout)))
            if error := answer.get("error"):
                raise (CostlyError if answer["costly"] else ValueError)(error)
            pixels = _exactly(self.process.stdout, _int(self.process.stdout))
        finally:
            late.cancel()
        return Image.frombytes(answer["mode"], answer["size"], pixels)

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def _int(stream: IO[bytes]) -> int:
    return int.from_bytes(_exactly(stream, 4), "little")


def _exactly(stream: IO[bytes], count: int) -> bytes:
    content = stream.read(count) if count <= MEMORY else b""
    if len(content) < count:
        raise EOFError
    return content


_POOL = Pool()
atexit.register(_POOL.close)


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Decode what comes in until it ends: a child's work."""
    while head := requests.read(_REQUEST.size):
        longest, orientation, length = _REQUEST.unpack(head)
        _limit_time(SECONDS)
        answer, pixels = _answer(requests.read(length), longest, None if orientation < 0 else orientation)
        _limit_time(0)
        for part in (json.dumps(answer).encode(), *pixels):
            answers.write(len(part).to_bytes(4, "little"))
            answers.write(part)
        answers.flush()


def _answer(content: bytes, longest: int, orientation: int | None) -> tuple[dict, list[bytes]]:
    try:
        image = opening.open_content(content, longest=longest, orientation=orientation)
        return {"mode": image.mode, "size": image.size}, [image.tobytes()]
    except ValueError as error:
        return {"error": str(error), "costly": False}, []
    except MemoryError:
        return {"error": "the picture takes too much memory; send it smaller, as PNG or JPEG", "costly": True}, []


def _limit_time(seconds: float) -> None:
    """End this process once it has worked for so long; 0 takes the limit back."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory() -> None:
    """Let this process take MEMORY bytes more than it has, leave no dump, write no file, and give way to others."""
    try:
        import resource
    except ImportError:  # Windows
        return
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    statm = Path("/proc/self/statm")
    if statm.exists():
        limit = int(statm.read_text().split()[0]) * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _main() -> None:
    from PIL import AvifImagePlugin

    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # opening checks the size, and the memory is limited
    _limit_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    _main()
