"""CONTRIBUTING.md is true: its example becomes a model of a copy of the project, its ways are those that calls take."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType

import numpy as np
import pytest
from PIL import Image

import zoo
from zoo.recipes import RECIPES
from zoo.runs import jobs

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROWS = {
    "ARCHITECTURES": "for row in (\n",
    "AUGMENTS": "AUGMENTS: dict[str, Augmentation] = {\n",
    "RECIPES": "RECIPES = table(\n    [\n",
}
"""Where a row goes: behind these words."""

FEWER = """

_load = load


def load(*which):
    return tuple(rows[:3000] for rows in _load(*which))
"""
"""What makes the copy train on 3,000 images: whether it trains, and what it writes, is asked, not how well it reads."""

LOOK = """
import json, re, sys
from pathlib import Path
sys.path.insert(0, str(Path.cwd()))
from demos import digits, models
from demos.widgets import inside, reading
from zoo import registry
print(json.dumps({
    "folder": sorted(path.name for path in registry.find("lenet-tanh-mnist").iterdir()),
    "card": (registry.find("lenet-tanh-mnist") / "README.md").read_text(encoding="utf-8"),
    "problems": registry.verify(registry.find("lenet-tanh-mnist")),
    "models": models.table(),
    "digits": reading.html("mnist", blank=""),
}))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, datasets: dict) -> Path:
    """A copy of the project, to which the example of CONTRIBUTING.md was added, its model trained for an epoch."""
    copy = tmp_path_factory.mktemp("contributed")
    for folder in ("zoo", "demos"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "README.md", copy)
    for name in ("softmax-mnist", "lenet5-mnist"):
        shutil.copytree(ROOT / "weights" / name, copy / "weights" / name)
    blocks = re.findall(r"```python\n# (zoo/\w+\.py)(?:, a row of (\w+))?\n(.*?)```", TEXT, flags=re.DOTALL)
    assert len(blocks) == 5
    for path, table, code in blocks:
        _add(copy / path, code, table)
    (copy / "zoo" / "data.py").write_text(
        (copy / "zoo" / "data.py").read_text(encoding="utf-8") + FEWER, encoding="utf-8"
    )
    python(copy, "-m", "zoo", "train", "lenet-tanh-mnist", "--epochs", "1", "--out", str(copy / "weights"))
    return copy


def _add(path: Path, code: str, table: str) -> None:
    text = path.read_text(encoding="utf-8")
    if table:
        before, place, after = text.partition(ROWS[table])
        assert place, path
        text = before + place + textwrap.indent(code, " " * 8) + after
    else:
        text += "\n\n" + code
    path.write_text(text, encoding="utf-8")


def python(folder: Path, *arguments: str) -> str:
    environment = {key: value for key, value in os.environ.items() if key not in ("ZOO_WEIGHTS", "PYTHONPATH")}
    environment["OMP_NUM_THREADS"] = "1"  # another test has the other core
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_new_family_is_on_every_page_without_touching_another_file(project: Path) -> None:
    seen = json.loads(python(project, "-c", LOOK))
    assert seen["folder"] == [
        "README.md",
        "config.json",
        "familiarity.safetensors",
        "model.safetensors",
        "training.png",
    ]
    assert seen["problems"] == []
    assert "LeNet-5 with tanh and max pooling (`lenet-tanh`) for MNIST" in seen["card"]
    assert "| augmentation | degrees 30 |" in seen["card"]
    assert 'data-model="lenet-tanh-mnist"' in seen["models"]
    assert "LeNet，tanh" in seen["models"]
    assert 'data-model="lenet-tanh-mnist"' in seen["digits"]

    python(project, "-m", "zoo", "list", "--readme", "README.md")
    assert "| [lenet-tanh](weights/lenet-tanh-mnist/README.md) | MNIST |" in (project / "README.md").read_text()


def test_both_snippets_of_its_card_run_and_agree(project: Path) -> None:
    folder = project / "weights" / "lenet-tanh-mnist"
    picture = np.zeros((40, 40), np.uint8)
    picture[8:32, 18:22] = 255
    Image.fromarray(picture).save(folder / "digit.png")
    with_zoo, alone = re.findall(r"```python\n(.*?)```", (folder / "README.md").read_text(), flags=re.DOTALL)
    compare = f'\nassert torch.allclose(logits, zoo.load("{folder.name}")(images), atol=1e-4)\n'
    code = f"import sys\nsys.path.insert(0, {str(project)!r})\n{with_zoo}{alone}{compare}"
    python(folder, "-c", code)


def _way(name: str) -> list[str]:
    """Return the functions that CONTRIBUTING.md lists for a way, each as its module and its own name."""
    listed = re.search(rf"<!-- way: {name} -->\n(.*?)<!-- end of way -->", TEXT, flags=re.DOTALL)
    assert listed
    steps = re.findall(r"^\d+\. `([\w.]+)`$", listed[1], flags=re.MULTILINE)
    return [re.sub(r"\.[A-Z]\w+", "", step) for step in steps]


def _calls(function: Callable[[], object]) -> list[str]:
    """Return the functions of the zoo that a call enters, in the order of their first entry."""
    entered: dict[str, None] = {}

    def note(frame: FrameType, event: str, _: object) -> None:
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.startswith("zoo."):
            entered.setdefault(f"{module}.{frame.f_code.co_name}")

    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
    return list(entered)


def _follows(way: list[str], calls: list[str]) -> bool:
    """Say whether the calls enter every function of a way, for the first time in this order."""
    return [call for call in calls if call in way] == way


def test_the_way_of_a_drawing() -> None:
    picture = np.full((60, 60), 255, np.uint8)
    picture[8:52, 28:33] = 0
    classifier = zoo.load("lenet5-mnist")
    assert _follows(_way("drawing"), _calls(lambda: classifier.classify(picture)))


def test_the_way_of_a_training_image(tmp_path: Path, datasets: dict) -> None:
    recipe = replace(RECIPES["softmax-mnist"], epochs=1, augment="flips")
    job = jobs.Job(recipe, seed=0, folder=tmp_path)

    def whole() -> None:
        jobs.carry_out(job, lambda job, record: None)
        jobs.gather([job])

    assert _follows(_way("training"), _calls(whole))
