"""The work of reading pictures, for many people at once: a few workers, one thread of PyTorch each, several pictures a batch.

Threads that each run PyTorch on all cores slow one another; here there are as many as cores, and what waits is read
together. A kind of work, such as drawings, is one worker's at a time: two of the same kind would only pass Python's lock to
and fro (131 readings a second where one gives 152), and photos do not keep drawings waiting. Everybody's pictures are read in
the order in which they came, of one person only the newest: an older one that still waits is dropped.
"""

import itertools
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple

import torch

from demos.frame.language import T

WORKERS = min(4, os.cpu_count() or 1)
BATCH = 20
"""Pictures that a worker reads together: more would keep the first of them waiting."""
WAITING = 256
"""Pictures that may wait; whoever sends more is asked to come back."""
PATIENCE = 30.0
"""Seconds to wait for an answer."""

Work = Callable[[Sequence[Any]], Sequence[Any]]
"""Answers several pictures at once: an answer or an exception for each."""


class BusyError(RuntimeError):
    """Too much waits already; the text is for the visitor."""


class DroppedError(RuntimeError):
    """The same person sent a newer picture before this one was read."""


class _Job(NamedTuple):
    work: Work
    picture: Any
    answer: Future


class Pool:
    """Workers and what waits for them."""

    def __init__(self, workers: int = WORKERS, *, batch: int = BATCH, waiting: int = WAITING):
        self._workers, self._batch, self._most = workers, batch, waiting
        self._jobs: OrderedDict[Hashable, _Job] = OrderedDict()
        self._under_way: set[Work] = set()
        self._arrived = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._numbers = itertools.count()

    def read(self, work: Work, picture: Any, *, person: str = "") -> Any:
        """Wait for the answer of `work` to a picture; what it raises is raised here.

        person: whose picture it is, "" for somebody unknown. Raises BusyError and DroppedError.
        """
        job = _Job(work, picture, Future())
        with self._arrived:
            self._start()
            older = self._jobs.pop(person, None) if person else None
            if older:
                older.answer.set_exception(DroppedError())
            if len(self._jobs) >= self._most:
                raise BusyError(
                    T("Many people are here just now. Try again in 5 seconds.", "现在人很多，请 5 秒后再试。")
                )
            self._jobs[person or next(self._numbers)] = job
            if work not in self._under_way:
                self._arrived.notify()
        return job.answer.result(PATIENCE)

    def _start(self) -> None:
        """Start the workers with the first picture, not at import."""
        while len(self._threads) < self._workers:
            self._threads.append(threading.Thread(target=self._serve, daemon=True, name="inference"))
            self._threads[-1].start()

    def _serve(self) -> None:
        torch.set_num_threads(1)
        while True:
            jobs = self._take()
            try:
                answers = jobs[0].work([job.picture for job in jobs])
            except Exception as error:
                answers = [error] * len(jobs)
            for job, answer in zip(jobs, answers, strict=True):
                if isinstance(answer, Exception):
                    job.answer.set_exception(answer)
                else:
                    job.answer.set_result(answer)
            with self._arrived:
                self._under_way.remove(jobs[0].work)
                self._arrived.notify()

    def _take(self) -> list[_Job]:
        """Wait for pictures and take those of one kind of work that came first."""
        with self._arrived:
            work = self._arrived.wait_for(self._next)
            assert work is not None
            self._under_way.add(work)
            keys = itertools.islice((key for key, job in self._jobs.items() if job.work == work), self._batch)
            return [self._jobs.pop(key) for key in list(keys)]

    def _next(self) -> Work | None:
        """Return the work of the first picture that is of no kind under way."""
        return next((job.work for job in self._jobs.values() if job.work not in self._under_way), None)


POOL = Pool()
