"""The command line, as a person types it: real processes, real files, one line for an error."""

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from tests.command_line import here
from zoo import registry
from zoo.__main__ import app
from zoo.version import __version__

ROOT = Path(__file__).resolve().parent.parent


def test_list_shows_every_model_with_its_accuracy() -> None:
    rows = json.loads(here("list", "--json").stdout)
    assert [row["name"] for row in rows] == registry.names()
    table = here("list").stdout
    for row in rows:
        assert row["name"] in table
        assert f"{100 * row['test_accuracy_mean']:.2f}" in table


def test_a_pipe_cuts_no_name_and_a_narrow_terminal_goes_without_columns() -> None:
    lines = CliRunner().invoke(app, ["list"], env={"COLUMNS": "80"}).stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == registry.names()
    assert "one-cycle" in lines[1]
    if os.name == "posix":
        lines = on_terminal("list", columns=80).splitlines()
        assert [line.split()[0] for line in lines[1:]] == registry.names()
        assert max(map(len, lines)) <= 80
        assert "±" in lines[1]


def on_terminal(*arguments: str, columns: int) -> str:
    """Return what a command shows on a terminal of so many columns, without its colours."""
    import fcntl
    import pty
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR")} | {"TERM": "xterm"}
    shown = b""
    with subprocess.Popen([sys.executable, "-m", "zoo", *arguments], stdout=follower, env=env, cwd=ROOT):
        os.close(follower)
        with suppress(OSError):  # which reading from a terminal ends with on Linux
            while content := os.read(leader, 65_536):
                shown += content
    os.close(leader)
    return re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).replace("\r\n", "\n")


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m zoo list --json | head -1"
    assert subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True).stderr == ""


def test_the_version_is_the_packages_and_the_changelogs() -> None:
    assert here("--version").stdout.strip() == __version__
    newest = re.search(r"^## (\S+) +\((\d{4}-\d\d-\d\d)\)$", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert newest
    assert newest[1] == __version__


def test_the_shell_completes_names_without_waiting_for_pytorch() -> None:
    words = {"_ZOO_COMPLETE": "complete_bash", "COMP_WORDS": "zoo eval lenet5-mn", "COMP_CWORD": "2"}
    code = "import sys\nfrom zoo.__main__ import app\ntry: app(prog_name='zoo')\nfinally: print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env={**os.environ, **words}
    )
    assert done.stdout.split() == ["lenet5-mnist", "lenet5-mnist-notes", "False"]


def test_an_unknown_model_is_one_line_with_the_nearest() -> None:
    command = [sys.executable, "-m", "zoo", "eval", "lenet"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1
    assert done.stderr.startswith("error: unknown model 'lenet'; did you mean 'lenet5-")
    assert "Traceback" not in done.stderr


def test_train_without_a_name_and_with_a_wrong_device() -> None:
    assert "no recipe named; give names, or --all" in here("train", code=1).stderr
    refusal = here("train", "softmax-mnist", "--device", "tpu", code=1).stderr
    assert "unknown device 'tpu'; expected auto, cpu, cuda, mps" in refusal


def test_what_can_not_be_written_or_meant_is_said_before_training(tmp_path: Path) -> None:
    """Each without reading a training image."""
    (tmp_path / "file").write_text("")
    refused = {
        ("--out", str(tmp_path / "file" / "runs")): "--out names another folder for runs",
        ("--resume", "--restart"): "give one of them",
    }
    for options, reason in refused.items():
        assert reason in CliRunner().invoke(app, ["train", "softmax-mnist", *options]).stderr


def test_the_registry_of_an_installed_package_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOO_WEIGHTS", str(ROOT / "zoo" / "weights"))  # where a wheel puts them
    done = CliRunner().invoke(app, ["train", "softmax-mnist", "--replace"])
    assert "set ZOO_WEIGHTS to a folder of yours" in done.stderr


def test_torch_hub_finds_the_models() -> None:
    classifier = torch.hub.load(str(ROOT), "lenet5_mnist", source="local")
    assert classifier.name == "lenet5-mnist"


def test_bench_train_prints_ratios(datasets: dict) -> None:
    [result] = json.loads(
        here("bench", "train", "softmax-fashion-mnist-notes", "--images", "2048", "--repeats", "1", "--json").stdout
    )
    labels = [side["label"] for side in result["sides"]]
    assert labels == ["notes", "ours", "augmented"]
    assert result["sides"][0]["ratio"] == 1
    assert all(0 < side["share_of_matrix_rate"] < 1 for side in result["sides"])


def test_bench_infer_prints_a_share_of_the_bare_products() -> None:
    [row] = json.loads(here("bench", "infer", "mlp-256-mnist", "--json").stdout)
    assert 0 < row["share_of_bare"] < 1.5
    assert row["images_per_second"] > 1000
