"""Training runs that visitors start from a page: one at a time each, few at once, bounded in time, never left behind.

Who comes first trains first; whoever waits is told how many are before them.
"""

import math
import threading
import time
from copy import deepcopy
from enum import Enum
from typing import Any, NamedTuple

import torch
from torch import nn

from demos.explorers.training.turned import WATCHED, Turned, turned
from demos.frame.language import T
from zoo import data, train
from zoo.recipes import Recipe

AT_ONCE = 2
"""Runs that train at the same time; others wait."""
MOST = 48
"""Runs that train or wait: a class."""
SECONDS = 180.0
"""How long a run may train."""
PATIENCE = 8.0
"""Seconds without anyone asking about a run after which it ends: its page is closed."""


class State(Enum):
    """Where a run stands; all but the first two are its end."""

    WAITING = "waiting"
    TRAINING = "training"
    FINISHED = "finished"
    STOPPED = "stopped"
    LATE = "late"
    DIVERGED = "diverged"
    DAMAGED = "damaged"
    FAILED = "failed"


class Trained(NamedTuple):
    """A network that a visitor trained, in eval mode."""

    recipe: Recipe
    model: nn.Module
    accuracy: float
    """On the test set."""


class _Ended(Exception):  # noqa: N818
    """Raised inside a run to end it."""

    def __init__(self, state: State):
        self.state = state


class Line:
    """Runs in the order in which they came, of which the first few train."""

    def __init__(self, at_once: int):
        self._at_once = at_once
        self._jobs: list[VisitorRun] = []
        self._moved = threading.Condition()

    def join(self, job: "VisitorRun") -> None:
        with self._moved:
            self._jobs.append(job)

    def leave(self, job: "VisitorRun") -> None:
        with self._moved:
            self._jobs.remove(job)
            self._moved.notify_all()

    def place(self, job: "VisitorRun") -> int:
        """Return 0 for a run whose turn it is, 1 for the next one, and so on."""
        with self._moved:
            return self._place(job)

    def _place(self, job: "VisitorRun") -> int:
        return max(0, self._jobs.index(job) - self._at_once + 1) if job in self._jobs else 0

    def is_turn(self, job: "VisitorRun", seconds: float) -> bool:
        """Wait for a run's turn, at most so long, and tell whether it has come."""
        with self._moved:
            return self._moved.wait_for(lambda: self._place(job) == 0, seconds)


class VisitorRun:
    """A training run in a thread of its own. `look` tells it that somebody still watches."""

    def __init__(
        self,
        recipe: Recipe,
        seed: int,
        line: Line,
        *,
        seconds: float,
        patience: float,
        threads: int | None,
    ):
        self.recipe = recipe
        self.state = State.WAITING
        self.history: list[train.Epoch] = []
        self.batch = 0
        """Batches trained on so far, over all epochs."""
        self.losses: list[float] = []
        """Of every batch so far."""
        self.turned: Turned | None = None
        """What the newest epoch changed."""
        self.trained: Trained | None = None
        self.snapshot: Trained | None = None
        """The network as it was when `photograph` was last asked for; its accuracy is not known."""
        self.replaced = False
        """Another run of the same visitor took its place."""
        self.error = ""
        self.seconds = 0.0
        """Since training began."""
        self.seed, self._line, self._limit, self._patience = seed, line, seconds, patience
        self._threads = threads
        self._began = self._looked = time.monotonic()
        self._stop, self._over, self._wanted = threading.Event(), threading.Event(), threading.Event()
        self._left: int | None = None  # batches until it rests; None while it runs on
        self._line.join(self)
        threading.Thread(target=self._work, daemon=True, name="training").start()

    @property
    def batches(self) -> int:
        """How many batches an epoch has."""
        return -(-self.recipe.num_images // self.recipe.batch_size)

    @property
    def over(self) -> bool:
        return self._over.is_set()

    @property
    def place(self) -> int:
        """How many turns it is away from training: 0 once it trains, 1 for the next one."""
        return self._line.place(self)

    def look(self) -> None:
        """Say that somebody watches."""
        self._looked = time.monotonic()

    def stop(self) -> None:
        """Ask the run to end; it does before its next batch."""
        self._stop.set()

    @property
    def rests(self) -> bool:
        return self._left == 0

    def pause(self) -> None:
        """Let it rest before its next batch; the time that it rests counts."""
        self._left = 0

    def resume(self) -> None:
        """Let it run on."""
        self._left = None

    def step(self) -> None:
        """Let it take one batch, then rest."""
        self._left = 1

    def photograph(self) -> None:
        """Ask for a new `snapshot`; it is there before the next batch."""
        self._wanted.set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, at most so long, and tell whether it has come."""
        return self._over.wait(seconds)

    def _check(self) -> None:
        now = time.monotonic()
        if self._stop.is_set() or now - self._looked > self._patience:
            raise _Ended(State.STOPPED)
        if self.state is State.TRAINING:
            self.seconds = now - self._began
            if self.seconds > self._limit:
                raise _Ended(State.LATE)

    def _work(self) -> None:
        end = State.FAILED
        try:
            while not self._line.is_turn(self, 0.1):
                self._check()
            self._began, self.state = time.monotonic(), State.TRAINING
            end = self._train()
        except _Ended as ended:
            end = ended.state
        except data.DataError:
            end = State.DAMAGED
        except Exception as error:
            self.error = str(error)
            raise
        finally:
            self._line.leave(self)
            self.state = end
            self._over.set()

    def _rest(self, run: train.Run) -> bool:
        """Do what is asked of a run between two batches, and tell whether it rests."""
        self._check()
        if self._wanted.is_set():
            self._wanted.clear()
            self.snapshot = Trained(self.recipe, deepcopy(run.model).eval(), math.nan)
        return self.rests

    def _train(self) -> State:
        """Train to the end or until `_check` ends it; either way keep the network and test it. Returns how it ended."""
        if self._threads:
            torch.set_num_threads(self._threads)
        run, end = train.start(self.recipe, seed=self.seed), State.FINISHED

        test = data.load(self.recipe.dataset, "test")
        watched = test[0][:WATCHED], test[1][:WATCHED]

        def before_batch() -> None:
            while self._rest(run):
                time.sleep(0.02)
            self._left = self._left and self._left - 1
            self.batch += 1

        def after_epoch(run: train.Run) -> None:
            self.turned = turned(run, *watched, self.turned)
            self.history.append(run.history[-1])

        try:
            train.fit(
                run,
                on_epoch=after_epoch,
                on_batch=before_batch,
                on_loss=lambda loss: self.losses.append(loss.item()),
            )
        except _Ended as ended:
            end = ended.state
        except train.NonFiniteLossError:
            return State.DIVERGED
        if self.replaced:
            return end
        accuracy = train.evaluate(run, *test)
        self.trained = Trained(self.recipe, run.model.eval(), accuracy)
        return end


class VisitorRuns:
    """All runs of a server, by visitor."""

    def __init__(
        self,
        *,
        at_once: int = AT_ONCE,
        most: int = MOST,
        seconds: float = SECONDS,
        patience: float = PATIENCE,
        threads: int | None = None,
    ):
        """threads: of PyTorch, from the first run on; None leaves them as they are."""
        self._jobs: dict[str, VisitorRun] = {}
        self._lock = threading.Lock()
        self._line = Line(at_once)
        self._most = most
        self._limits: dict[str, Any] = {"seconds": seconds, "patience": patience, "threads": threads}

    def start(self, visitor: str, recipe: Recipe, seed: int = 0) -> VisitorRun:
        """Start a run, in place of the visitor's older one. Raises ValueError, in both languages, where it can't be."""
        if not data.is_present(recipe.dataset):
            title = recipe.data.title
            raise ValueError(
                T(
                    f"{title} is not on this machine, and a page downloads nothing. Whoever runs it can get it: ",
                    f"本机没有 {title}，页面也不会下载数据。请运行者执行：",
                )
                + f'python -c \'from zoo import data; data.load("{recipe.dataset}", "test")\''
            )
        with self._lock:
            self._jobs = {name: job for name, job in self._jobs.items() if not job.over}
            if older := self._jobs.pop(visitor, None):
                older.replaced = True
                older.stop()
            if len(self._jobs) >= self._most:
                raise ValueError(
                    T("Too many networks are training here. Try again later.", "这里正在训练的网络太多，请稍后再试。")
                )
            job = VisitorRun(recipe, seed, self._line, **self._limits)
            self._jobs[visitor] = job
            return job

    def stop(self, visitor: str) -> None:
        """End a visitor's run, if there is one."""
        if job := self.of(visitor):
            job.stop()

    def of(self, visitor: str) -> VisitorRun | None:
        """Return a visitor's run, if there is one."""
        with self._lock:
            return self._jobs.get(visitor)
