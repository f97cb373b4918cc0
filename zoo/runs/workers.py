"""Worker processes that carry out jobs side by side and never outlive who started them.

Each worker is tied to its starter by one pipe: jobs go in, and records of epochs come out. When the pipe closes, because the
starter closed it, was killed or crashed, on any system, the worker ends where it stands, having removed what it was writing.
"""

import _thread
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

J = TypeVar("J")
Work = Callable[[Any, Callable[[Any], None]], object]
"""What is done with a job: a function of a module, called with the job and with what its records are told to."""

GRACE = 5.0
"""Seconds that a worker without a starter has for ending."""

RECORD, DONE, ERROR = range(3)


class WorkerError(RuntimeError):
    """A worker ended in the middle of its job, for example because the system was short of memory."""


def share(jobs: list[J], count: int, work: Work, on_record: Callable[[J, Any], None]) -> Iterator[J]:
    """Carry jobs out in at most `count` processes and yield each when it is done; leaving the iteration ends them all.

    Raises what `work` raises, and WorkerError.
    """
    waiting, busy = deque(jobs), dict[Any, J]()
    pool = dict(_start(work) for _ in range(min(count, len(jobs))))
    idle = list(pool)
    try:
        while waiting or busy:
            while waiting and idle:
                pipe = idle.pop()
                busy[pipe] = waiting.popleft()
                pipe.send(busy[pipe])
            for pipe in wait(list(busy)):
                kind, content = _hear(pipe, busy[pipe])
                if kind == ERROR:
                    raise content
                if kind == RECORD:
                    on_record(busy[pipe], content)
                else:
                    idle.append(pipe)
                    yield busy.pop(pipe)
    finally:
        for pipe in pool:
            pipe.close()
        for process in pool.values():
            process.join(2 * GRACE)


def _start(work: Work) -> tuple[Any, BaseProcess]:
    """Start a worker -> the pipe to it, and the process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(work, theirs))
    process.start()
    theirs.close()
    return ours, process


def _hear(pipe: Any, job: object) -> tuple[int, Any]:
    try:
        return pipe.recv()
    except (EOFError, OSError):
        raise WorkerError(
            f"the process of {job} ended in the middle of it; is the memory enough for so many at once?"
        ) from None


def _work(work: Work, pipe: Any) -> None:
    """Carry out what comes through the pipe, one job after the other, until it closes: what a worker does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; who started this decides
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # an exception: what is half-written is removed on its way
    jobs: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(pipe, jobs), daemon=True).start()
    while (job := jobs.get()) is not None:
        try:
            work(job, lambda record: pipe.send((RECORD, record)))
            pipe.send((DONE, None))
        except Exception as error:
            with suppress(OSError):
                pipe.send((ERROR, error))


def _receive(pipe: Any, jobs: "queue.SimpleQueue[Any]") -> None:
    """Pass jobs on; when the pipe closes, end the process."""
    with suppress(EOFError, OSError):
        while True:
            jobs.put(pipe.recv())
    jobs.put(None)
    _thread.interrupt_main(signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)
