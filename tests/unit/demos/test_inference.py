"""Many people's pictures: read together, in the order in which they came, of one person only the newest."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from demos.frame.inference import BusyError, DroppedError, Pool


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


class Desk:
    """Work that waits for a sign, so that a test can pile up pictures behind it."""

    def __init__(self) -> None:
        self.open, self.begun = threading.Event(), threading.Event()
        self.batches: list[list[str]] = []

    def __call__(self, pictures: Sequence[str]) -> list[str | ValueError]:
        self.batches.append(list(pictures))
        self.begun.set()
        assert self.open.wait(20)
        return [ValueError("no ink") if picture == "blank" else picture.upper() for picture in pictures]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_what_waits_is_read_together_in_its_order_and_each_gets_an_answer_of_its_own(desk: Desk) -> None:
    pool = Pool(workers=1, batch=3)
    with ThreadPoolExecutor(6) as people:
        first = people.submit(pool.read, desk, "a")
        assert desk.begun.wait(20)
        others = []
        for i, name in enumerate(["b", "blank", "d", "e"]):
            others.append(people.submit(pool.read, desk, name))
            until(lambda count=i + 1: len(pool._jobs) == count)
        desk.open.set()
        assert (first.result(), others[0].result(), others[2].result()) == ("A", "B", "D")
        with pytest.raises(ValueError, match="no ink"):
            others[1].result()
        assert others[3].result() == "E"
    assert desk.batches == [["a"], ["b", "blank", "d"], ["e"]]


def test_a_kind_of_work_is_one_workers_and_other_kinds_do_not_wait_for_it(desk: Desk) -> None:
    pool = Pool(workers=2)
    with ThreadPoolExecutor(4) as people:
        first = people.submit(pool.read, desk, "a")
        assert desk.begun.wait(20)
        second = people.submit(pool.read, desk, "b")
        until(lambda: len(pool._jobs) == 1)
        assert pool.read(lambda pictures: [each * 2 for each in pictures], "photo") == "photophoto"
        assert desk.batches == [["a"]]
        desk.open.set()
        assert (first.result(), second.result()) == ("A", "B")
    assert desk.batches == [["a"], ["b"]]


def test_of_one_person_the_newest_picture_is_read(desk: Desk) -> None:
    pool = Pool(workers=1)
    with ThreadPoolExecutor(4) as people:
        people.submit(pool.read, desk, "before", person="other")
        assert desk.begun.wait(20)
        older = people.submit(pool.read, desk, "older", person="one")
        until(lambda: len(pool._jobs) == 1)
        newer = people.submit(pool.read, desk, "newer", person="one")
        with pytest.raises(DroppedError):
            older.result(20)
        desk.open.set()
        assert newer.result() == "NEWER"
    assert desk.batches[1:] == [["newer"]]


def test_too_many_are_told_when_to_come_back(desk: Desk) -> None:
    pool = Pool(workers=1, waiting=2)
    with ThreadPoolExecutor(4) as people:
        people.submit(pool.read, desk, "a")
        assert desk.begun.wait(20)
        for count in (1, 2):
            people.submit(pool.read, desk, "b")
            until(lambda count=count: len(pool._jobs) == count)
        with pytest.raises(BusyError, match="Try again in 5 seconds"):
            pool.read(desk, "c")
        desk.open.set()


def test_work_that_fails_fails_for_those_it_was_for_and_the_worker_goes_on() -> None:
    def broken(pictures: Sequence[str]) -> list[str]:
        raise KeyError("a mistake of ours")

    pool = Pool(workers=1)
    with pytest.raises(KeyError):
        pool.read(broken, "a")
    assert pool.read(lambda pictures: [p * 2 for p in pictures], "b") == "bb"
