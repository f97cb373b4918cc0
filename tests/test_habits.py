"""What the field expects beside the code: workflows, templates, a citation, hooks. They say the same as the project does."""

import os
import re
from pathlib import Path

import yaml

from zoo.version import __version__

ROOT = Path(__file__).resolve().parent.parent


def read(path: str) -> dict:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def test_workflows_run_the_projects_own_scripts() -> None:
    jobs = read(".github/workflows/tests.yml")["jobs"]
    commands = " ".join(step.get("run", "") for job in jobs.values() for step in job["steps"])
    scripts = set(re.findall(r"\.ci/[\w.]+", commands))
    assert scripts == {".ci/tools", ".ci/check", ".ci/smoke.py"}
    for script in scripts | {".ci/run"}:
        assert (ROOT / script).exists()
        assert script.endswith(".py") or os.access(ROOT / script, os.X_OK)
    mine = (ROOT / ".ci" / "run").read_text()
    assert "bash .ci/tools" in mine
    assert "bash .ci/check" in mine


def test_the_oldest_allowed_versions_are_tested() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    matrix = read(".github/workflows/tests.yml")["jobs"]["linux"]["strategy"]["matrix"]
    least_python = re.search(r'requires-python = ">=([\d.]+)"', project)[1]
    least = {name: re.search(rf'"{name}>=([\d.]+)"', project)[1] for name in ("torch", "torchvision")}
    assert matrix["python"][0] == least_python
    assert matrix["include"] == [
        {"python": least_python, "torch": f"torch=={least['torch']}.* torchvision=={least['torchvision']}.*"}
    ]


def test_the_citation_is_of_this_version_and_its_date() -> None:
    citation = read("CITATION.cff")
    assert citation["version"] == __version__
    assert f"## {__version__} ({citation['date-released']})" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_a_wheel_takes_its_version_from_the_file_that_zoo_prints() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'dynamic = ["version"]' in project
    assert '[tool.hatch.version]\npath = "zoo/version.py"' in project


def test_hooks_run_what_the_checks_run() -> None:
    hooks = [hook["entry"].split()[0] for hook in read(".pre-commit-config.yaml")["repos"][0]["hooks"]]
    assert hooks == ["ruff", "ruff", "mypy"]
    for form in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        assert yaml.safe_load(form.read_text(encoding="utf-8"))
