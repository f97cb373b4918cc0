"""`zoo train` in processes: several seeds at once, Ctrl-C, workers of one run, one of them killed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.command_line import here
from zoo import data, registry, train
from zoo.__main__ import app
from zoo.runs import checkpoint, strangers

ROOT = Path(__file__).resolve().parent.parent


def test_train_several_seeds_in_processes_and_evaluate(tmp_path: Path, datasets: dict, quick_confidence: None) -> None:
    options = ("--epochs", "1", "--seeds", "2", "--jobs", "2", "--out", str(tmp_path))
    lines = here("train", "softmax-mnist", *options).stdout.splitlines()
    assert lines[0] == "softmax-mnist: 2 seeds of 1 epoch"
    assert sorted(line.partition("  loss")[0] for line in lines[1:3]) == [
        "softmax-mnist seed 0 epoch 1/1",
        "softmax-mnist seed 1 epoch 1/1",
    ]
    assert re.fullmatch(r"✓ softmax-mnist test accuracy [\d.]+ %; 2 seeds: [\d.]+ ± [\d.]+ %  → .*", lines[3])
    config = registry.read_config(tmp_path / "softmax-mnist")
    assert config.metrics.seeds == (0, 1)
    assert len(set(config.metrics.test_accuracies)) == 2
    assert config.recipe.epochs == 1
    assert not [path for path in (tmp_path / ".checkpoints").iterdir() if path.suffix != ".lock"]
    [row] = json.loads(here("eval", "--all", "--json", ZOO_WEIGHTS=str(tmp_path)).stdout)
    assert row["difference"] == 0

    shelf, before = tmp_path / "registry", (tmp_path / "softmax-mnist" / "model.safetensors").stat()
    again = here("train", "softmax-mnist", *options, "--replace", ZOO_WEIGHTS=str(shelf)).stdout
    assert "softmax-mnist is trained already" in again
    assert (tmp_path / "softmax-mnist" / "model.safetensors").stat() == before
    assert registry.read_config(shelf / "softmax-mnist") == config
    assert "`python -m zoo train softmax-mnist --epochs 1 --seeds 2`" in (shelf / "softmax-mnist/README.md").read_text()
    for others in (("--epochs", "2", "--seeds", "2"), ("--epochs", "1"), ("--seed", "1")):
        refused = here("train", "softmax-mnist", *others, "--out", str(tmp_path), code=1).stderr
        assert "holds a model of another recipe, other epochs or seeds; --restart replaces it" in refused
    assert (tmp_path / "softmax-mnist" / "model.safetensors").stat() == before
    assert registry.verify(shelf / "softmax-mnist") == []
    assert "✓ softmax-mnist" in here("verify", ZOO_WEIGHTS=str(tmp_path)).stdout


@contextmanager
def started(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Start a command in a process group of its own, and end the whole group afterwards."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a background job's children ignore it
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a checkpoint appears."""
    for _ in range(1200):
        if path.exists():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    raise AssertionError(f"{path} did not appear within two minutes")


LONG = ["train", "softmax-mnist", "--epochs", "2000", "--threads", "1", "--out"]


def test_ctrl_c_ends_workers_keeps_the_checkpoint_and_resume_goes_on(tmp_path: Path, datasets: dict) -> None:
    path = tmp_path / ".checkpoints" / "softmax-mnist-seed0.safetensors"
    with started([sys.executable, "-m", "zoo", *LONG, str(tmp_path), "--jobs", "2"]) as process:
        wait_for(path, process)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    check_stopped(out, path)


def test_ctrl_c_in_an_epoch_keeps_the_checkpoint_of_the_one_before(
    tmp_path: Path, datasets: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_epoch, epochs = train.train_epoch, []

    def interrupted(run: train.Run, *arguments: Any, **options: Any) -> train.Epoch:
        epochs.append(len(run.history))
        if len(epochs) == 2:
            signal.raise_signal(signal.SIGINT)
        return train_epoch(run, *arguments, **options)

    monkeypatch.setattr(train, "train_epoch", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job's children ignore it
    try:
        stopped = here(*LONG, str(tmp_path), code=130)
    finally:
        signal.signal(signal.SIGINT, before)
    check_stopped(stopped.stdout, tmp_path / ".checkpoints" / "softmax-mnist-seed0.safetensors")


def check_stopped(out: str, path: Path) -> None:
    """Check what a run in `path` that was stopped said and left, and what the same command says then."""
    assert "--resume goes on" in " ".join(out.split())
    assert checkpoint.epochs_done(path) >= 1
    assert [p.name for p in path.parent.iterdir() if p.suffix != ".lock"] == [path.name]
    assert "--resume goes on from it, --restart discards it" in here(*LONG, str(path.parents[1]), code=1).stderr


FEW = 6_001
"""Images of which two workers have different shares of the last batch."""
SHARED = ["train", "softmax-fashion-mnist-notes", "--threads", "1", "--epochs"]
PROCESSES = get_context("forkserver")


def work(rank: int, port: int, out: Path, environment: dict[str, str]) -> None:
    """Take a worker's part in a run of two, as torchrun would start it."""
    world = {"WORLD_SIZE": 2, "LOCAL_WORLD_SIZE": 2, "RANK": rank, "LOCAL_RANK": rank, "MASTER_PORT": port}
    os.environ.clear()  # the process that all are forked from may have been started by another test
    os.environ.update(environment | {"MASTER_ADDR": "127.0.0.1"} | {name: str(value) for name, value in world.items()})
    load = data.load
    data.load = lambda *which: tuple(t[:FEW] for t in load(*which))  # as the fixture few_images does
    strangers.MOST, strangers.MEASURED = 200, 100  # as quick_confidence
    app([*SHARED, "2", "--out", str(out)])


def test_two_workers_train_what_one_trains(
    tmp_path: Path, few_images: Callable[[int], None], quick_confidence: None
) -> None:
    few_images(FEW)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    arguments = (port, tmp_path / "two", dict(os.environ))
    workers = [PROCESSES.Process(target=work, args=(rank, *arguments), daemon=True) for rank in (0, 1)]
    for each in workers:
        each.start()
    here(*SHARED, "2", "--out", str(tmp_path / "one"))
    for each in workers:
        each.join(300)
    assert [each.exitcode for each in workers] == [0, 0]
    one, two = (registry.load(tmp_path / folder / "softmax-fashion-mnist-notes") for folder in ("one", "two"))
    for name, tensor in one.model.state_dict().items():
        torch.testing.assert_close(two.model.state_dict()[name], tensor, rtol=1e-3, atol=1e-4)
    assert one.config.metrics.test_accuracy == pytest.approx(two.config.metrics.test_accuracy, abs=0.002)


def test_a_killed_worker_ends_the_run_and_another_number_resumes_it(
    tmp_path: Path, datasets: dict, quick_confidence: None
) -> None:
    path = tmp_path / ".checkpoints" / "softmax-fashion-mnist-notes-seed0.safetensors"
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nnodes", "1", "--nproc-per-node", "2"]
    torchrun += ["--rdzv-backend", "c10d", "--rdzv-endpoint", "127.0.0.1:0", "--local-addr", "127.0.0.1"]
    with started([*torchrun, "-m", "zoo", *SHARED, "8", "--out", str(tmp_path)]) as process:
        wait_for(path, process)
        children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True)
        os.kill(int(children.stdout.split()[-1]), signal.SIGKILL)
        _, err = process.communicate(timeout=150)
    assert process.returncode != 0
    assert "SIGKILL" in err or "Signal 9" in err
    done = checkpoint.epochs_done(path)
    assert 1 <= done < 8
    assert not (tmp_path / "softmax-fashion-mnist-notes").exists()
    resumed = here(*SHARED, "8", "--resume", "--out", str(tmp_path))
    assert "test accuracy" in resumed.stdout
    assert len(registry.read_config(tmp_path / "softmax-fashion-mnist-notes").history) == 8
