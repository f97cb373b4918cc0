"""Workers carry out jobs side by side, tell what went wrong, and are gone as soon as who started them is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from zoo.runs import workers

ROOT = Path(__file__).resolve().parents[3]
Tell = Callable[[object], None]


def square(job: int, tell: Tell) -> None:
    tell(job * job)


def fail(job: str, tell: Tell) -> None:
    raise ValueError(f"nothing is right with {job}")


def vanish(job: str, tell: Tell) -> None:
    os._exit(3)


def write_for_ever(job: Path, tell: Tell) -> None:
    """Do the same again and again, first with a file, and remove the file on the way out."""
    path = job.with_suffix(f".{os.getpid()}")
    path.touch()
    try:
        while True:
            time.sleep(0.01)
    finally:
        path.unlink()


def test_every_job_is_done_once_and_its_records_are_heard() -> None:
    records: list[tuple[int, object]] = []
    done = list(workers.share(list(range(5)), 2, square, lambda job, record: records.append((job, record))))
    assert sorted(done) == list(range(5))
    assert sorted(records) == [(n, n * n) for n in range(5)]


def test_no_jobs_need_no_worker() -> None:
    assert list(workers.share([], 2, square, print)) == []


def test_what_a_job_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match="nothing is right with this"):
        list(workers.share(["this"], 2, fail, print))


def test_a_worker_that_vanishes_is_noticed() -> None:
    with pytest.raises(workers.WorkerError, match="the process of that ended in the middle of it"):
        list(workers.share(["that"], 1, vanish, print))


START = """
import signal
import sys
from pathlib import Path
from tests.unit.runs.test_workers import write_for_ever
from zoo.runs import workers
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are started without it
    list(workers.share([Path(sys.argv[1]), Path(sys.argv[1])], 2, write_for_ever, print))
"""


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs the signals of a Unix")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_workers_end_with_who_started_them_and_leave_nothing_half_done(name: str, tmp_path: Path) -> None:
    script = tmp_path / "start.py"
    script.write_text(START)
    command = [sys.executable, str(script), str(tmp_path / "work")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as starter:
        wait_until(lambda: len(list(tmp_path.glob("work.*"))) == 2, 60)
        pids = [int(path.suffix[1:]) for path in tmp_path.glob("work.*")]
        starter.send_signal(getattr(signal, name))
        wait_until(lambda: not any(map(runs, pids)), 30)
    assert list(tmp_path.glob("work.*")) == []


def runs(pid: int) -> bool:
    """Tell whether a process is there and not just waiting for its end to be noticed."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return done.stdout.strip()[:1] not in ("", "Z")
