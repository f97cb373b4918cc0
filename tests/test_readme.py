"""The README says what is true now: its results table, its commands, its pictures, its front matter."""

import re
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from zoo import registry, results
from zoo.__main__ import app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md")]


def test_the_results_table_is_that_of_the_configs() -> None:
    assert results.in_readme(README) == results.results(), "run python -m zoo list --readme README.md"


def test_a_readme_without_marks_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("no marks")
    with pytest.raises(ValueError, match="lacks the marks"):
        results.write_into(path)
    assert path.read_text() == "no marks"


def test_ours_beat_the_notes_everywhere() -> None:
    configs = {name: registry.read_config(registry.find(name)) for name in registry.names()}
    for name, config in configs.items():
        if config.recipe.origin != "ours":
            ours = configs[f"{config.architecture}-{config.dataset}"]
            assert ours.metrics.test_accuracy_mean > config.metrics.test_accuracy_mean, name


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    targets = [t for t in re.findall(r"\]\(([^)#]+)\)", page.read_text()) if "://" not in t]
    assert targets
    assert [t for t in targets if not (ROOT / t).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_commands_exist(page: Path) -> None:
    known = get_command(app).commands
    for line in re.findall(r"python -m zoo ([a-z]+.*)", page.read_text()):
        words = line.split("#")[0].split("`")[0].split()
        assert words[0] in known, line
        options = {option for param in known[words[0]].params for option in param.opts}
        assert {word for word in words if word.startswith("--")} <= options | {"--help"}, line


def test_every_command_and_option_says_what_it_does() -> None:
    def check(name: str, command: object) -> None:
        assert command.help, f"zoo {name} lacks a help text"
        for param in command.params:
            assert getattr(param, "help", None), f"zoo {name} {param.name} lacks a help text"
        for child, sub in getattr(command, "commands", {}).items():
            check(f"{name} {child}", sub)

    for name, command in get_command(app).commands.items():
        check(name, command)


def test_the_front_matter_is_what_a_space_needs() -> None:
    front = yaml.safe_load(README.split("---")[1])
    assert front["sdk"] == "gradio"
    assert (ROOT / front["app_file"]).exists()
    assert len(front["short_description"]) <= 60
