"""Node, and the golden cases, for the tests of the browser's side."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import golden
import pytest

from tests.conftest import lacking


@pytest.fixture(scope="session")
def node() -> Callable[..., str]:
    """Run a script in Node with arguments -> what it prints."""
    path = shutil.which("node")
    if path is None:
        lacking("Node: install nodejs")

    def run(script: Path, *arguments: object) -> str:
        command = [path, str(script), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the golden cases (golden.py)."""
    folder = tmp_path_factory.mktemp("golden")
    golden.write(folder, golden.COUNT)
    return folder
