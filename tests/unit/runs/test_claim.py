"""One training of a model at a time: the other is told who has it."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from zoo.recipes import RECIPES
from zoo.runs import claim, jobs

ROOT = Path(__file__).resolve().parents[3]
HOLD = """
import sys
from pathlib import Path
from zoo.runs.claim import claim
with claim("it", Path(sys.argv[1])):
    print("held", flush=True)
    input()
"""


def test_the_loser_is_told_who_holds_it_and_the_end_of_the_winner_frees_it(tmp_path: Path) -> None:
    path = tmp_path / ".checkpoints" / "softmax-mnist.lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as winner:
        assert winner.stdout is not None
        assert winner.stdout.readline() == "held\n"
        with (
            pytest.raises(
                claim.ClaimError, match=rf"^a model is being trained by process {winner.pid} on \S+; wait for it"
            ),
            claim.claim("a model", path),
        ):
            pass
        winner.kill()
    with claim.claim("a model", path):
        assert path.read_text().startswith(f"process {os.getpid()} on ")


def job(folder: Path, seed: int) -> jobs.Job:
    return jobs.Job(recipe=replace(RECIPES["softmax-mnist"], epochs=1), seed=seed, folder=folder)


def test_a_run_that_another_process_carries_out_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "GRACE", 0.0)
    one = job(tmp_path, 0)
    with (
        claim.claim("it", one.checkpoint.with_suffix(".lock")),
        pytest.raises(claim.ClaimError, match="softmax-mnist, seed 0, is being trained by"),
    ):
        jobs.carry_out(one, lambda job, record: None)


def test_a_model_is_held_with_all_its_seeds(tmp_path: Path) -> None:
    with (
        jobs.hold([job(tmp_path, 0), job(tmp_path, 1)]),
        pytest.raises(claim.ClaimError, match="softmax-mnist is being"),
        jobs.hold([job(tmp_path, 2)]),
    ):
        pass
