"""The READMEs say what is true now: results, commands, snippets, links, the same in both languages; so does the notes' page."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from PIL import Image
from typer.main import get_command

from zoo import files, notes, registry, results
from zoo.__main__ import app
from zoo.notes import page, trained

ROOT = Path(__file__).resolve().parent.parent
README, CHINESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md"))
NOTES = ROOT / "zoo" / "notes" / "README.md"
PAGES = [*(ROOT / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md")), NOTES]


def test_the_results_table_is_that_of_the_configs() -> None:
    assert results.in_readme(README) == results.results(), "run python -m zoo list --readme README.md"
    assert results.in_readme(CHINESE, "README.zh.md") == results.results("zh"), "... --readme README.zh.md"


def test_the_notes_page_is_what_zoo_notes_prints() -> None:
    """A5 to A10 come from the shipped configs; of the others, which are computed anew, what was printed is compared."""
    printed = files.between(NOTES.read_text(encoding="utf-8"), page.BEGIN, page.END).splitlines()[2:]
    figures = [(key, figure) for key in notes.select("A") for figure in notes.SECTIONS[key].figures]
    assert len(printed) == len(figures) > 30
    for line, (key, figure) in zip(printed, figures):
        if key in trained.MODELS:
            assert line == page.row(f"{key}: {notes.SECTIONS[key].title.en}", notes.outcome(figure))
        assert figure.name.replace("|", r"\|") in line
        assert f"| {figure.printed or 'no figure'} |" in line
        assert not line.endswith("| no |")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def without_comments(code: str) -> str:
    return "\n".join(line.split("  #")[0].rstrip() for line in code.splitlines())


def test_the_snippets_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    picture = np.full((100, 60), 255, np.uint8)
    picture[10:90, 28:33] = 0
    Image.fromarray(picture).save("digit.png")
    images = torch.randint(256, (8, 28, 28), dtype=torch.uint8)
    given = {"images": images, "batches": [(images, torch.arange(8))] * 2}
    codes = blocks(README, "python")
    assert len(codes) == 2
    for code in codes:
        exec(code, given)
    assert list(given["unread"]) == [1]
    assert given["model"].conv1.weight.grad is not None


def test_both_languages_have_the_same_snippets_and_commands() -> None:
    assert [*map(without_comments, blocks(CHINESE, "python"))] == [*map(without_comments, blocks(README, "python"))]
    commands, chinese = (
        {without_comments(line) for block in blocks(text, "sh") for line in block.splitlines()}
        for text in (README, CHINESE)
    )
    assert chinese <= commands
    assert {
        line for line in commands if line.startswith(("python -m zoo train", "python -m zoo p", "pip", "docker"))
    } <= chinese


def test_chinese_text_has_full_width_punctuation() -> None:
    prose = re.sub(r"```.*?```|`[^`]*`|<!--.*?-->|\]\([^)]*\)", "", CHINESE, flags=re.DOTALL)
    assert re.findall(r"[一-鿿][,;:!?]|[,;!?][一-鿿]", prose) == []


def test_the_container_installs_before_it_copies_what_changes() -> None:
    """Docker itself is not needed: what is copied is there, lets itself be copied, and comes in the order that keeps layers."""
    lines = [
        line.split() for line in (ROOT / "Dockerfile").read_text().splitlines() if line and not line.startswith("#")
    ]
    copied = [word for line in lines if line[0] == "COPY" for word in line[1:-1]]
    assert [path for path in copied if not (ROOT / path).exists()] == []
    assert {f"!{path}" for path in copied} <= set((ROOT / ".dockerignore").read_text().split())
    steps = [" ".join(line) for line in lines]
    install = next(i for i, step in enumerate(steps) if "pip install" in step)
    assert [step for step in steps[:install] if step.startswith("COPY")] == ["COPY requirements.txt ."]


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
    targets = [t for t in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()) if "://" not in t]
    assert targets
    assert [t for t in targets if not (page.parent / t).exists()] == []


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


@pytest.mark.parametrize("name", get_command(app).commands)
def test_help_loses_nothing_in_square_brackets(name: str) -> None:
    """Rich would take them for markup: what stands in help texts must not need them."""
    command = get_command(app).commands[name]
    for each in (command, *getattr(command, "commands", {}).values()):
        for param in each.params:
            assert "[" not in (param.help or ""), f"{name} {param.name}"


def test_the_front_matter_is_what_a_space_needs() -> None:
    front = yaml.safe_load(README.split("---")[1])
    assert front["sdk"] == "gradio"
    assert (ROOT / front["app_file"]).exists()
    assert len(front["short_description"]) <= 60
