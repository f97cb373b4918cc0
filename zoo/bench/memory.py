"""How much memory a piece of work takes at most, weighed in a process of its own."""

import multiprocessing
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def peak(work: Callable[..., object], *arguments: Any) -> int | None:
    """Return the largest resident size in bytes of a new process that calls `work`; None where no system call tells (Windows).

    work: a function of a module, which the new process imports.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_weighed, (work, arguments))


def _weighed(work: Callable[..., object], arguments: tuple[Any, ...]) -> int | None:
    work(*arguments)
    if sys.platform == "linux":  # where ru_maxrss starts from the size of the process that started this one
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        return int(status["VmHWM"].split()[0]) * 1024
    try:
        import resource
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
