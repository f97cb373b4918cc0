"""Make each change of changes.py in a copy of the project, and print which test notices it.

python tests/mutations/run.py [WORD...]    only changes with one of these words in path or line; exit code 1 where one survives
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from changes import CHANGES, Change

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("zoo", "demos", "tests", "weights", "pyproject.toml", "README.md", "CONTRIBUTING.md", "hubconf.py")


def main(words: list[str]) -> int:
    """Try the changes and return the number of those that no test noticed."""
    chosen = [change for change in CHANGES if not words or any(word in f"{change.path} {change.old}" for word in words)]
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in PARTS:
            _copy(ROOT / part, copy / part)
        for change in chosen:
            noticed = noticed_by(change, copy)
            survived = noticed is None and not change.equal
            survivors += survived
            verdict = noticed or (f"equal: {change.equal}" if change.equal else "SURVIVED")
            print(f"{change.path}: {change.old}  ->  {change.new}\n    {verdict}", flush=True)
    print(f"{len(chosen)} changes, {survivors} survived")
    return survivors


def noticed_by(change: Change, copy: Path) -> str | None:
    """Return the first test that fails once a change is made in a copy of the project, None where none does."""
    path = copy / change.path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(change.old, change.new), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-n", "0", "-p", "no:cacheprovider", *change.tests.split()]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("ZOO_WEIGHTS", None)
    try:
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=600)
    finally:
        path.write_text(text, encoding="utf-8")
    failed = re.search(r"^(?:FAILED|ERROR) (\S+.*)$", done.stdout, flags=re.MULTILINE)
    if done.returncode not in (0, 1, 2) or (done.returncode == 2 and not failed):
        raise RuntimeError(f"pytest could not run {change.tests}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return failed[1][:160] if failed else None


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    else:
        shutil.copy(source, target)


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
