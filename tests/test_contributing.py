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

FEWER = {
    "data.py": """

_load = load


def load(*which):
    return tuple(rows[:3000] for rows in _load(*which))
""",
    "runs/strangers.py": "\n\nMOST, MEASURED = 200, 100\n",
}
"""What makes the copy train on few images: whether it trains, and what it writes, is asked, not how well it reads."""

WALK = """
import json, os, re, sys, traceback
from pathlib import Path
from PIL import Image
sys.path.insert(0, str(Path.cwd()))
from zoo.__main__ import app
app("train lenet-tanh-mnist --epochs 1 --out weights".split(), standalone_mode=False)

import torch, zoo
from demos import digits, models
from demos.widgets import inside, reading
from zoo import registry
folder = registry.find("lenet-tanh-mnist")
card = (folder / "README.md").read_text(encoding="utf-8")
seen = {
    "folder": sorted(path.name for path in folder.iterdir()),
    "card": card,
    "problems": registry.verify(folder),
    "models": models.table(),
    "digits": reading.html("mnist", blank=""),
}
app("list --readme README.md".split(), standalone_mode=False)

os.chdir(folder)
picture = Image.new("L", (40, 40))
picture.paste(255, (18, 8, 22, 32))
picture.save("digit.png")
names = {}
try:
    for code in re.findall(r"```python\\n(.*?)```", card, flags=re.DOTALL):
        exec(code, names)
    again = zoo.load(folder.name)(names["images"])
    seen["snippets"] = "agree" if torch.allclose(names["logits"], again, atol=1e-4) else "differ"
except Exception:
    seen["snippets"] = traceback.format_exc()
print(json.dumps(seen))
"""
"""What is done with the copy, in one process: PyTorch and Gradio take seconds to start."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, datasets: dict) -> Path:
    """A copy of the project, to which the example of CONTRIBUTING.md was added."""
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
    for path, code in FEWER.items():
        _add(copy / "zoo" / path, code, "")
    return copy


@pytest.fixture(scope="module")
def seen(project: Path) -> dict:
    """What was seen of the copy once its model was trained for an epoch."""
    environment = {key: value for key, value in os.environ.items() if key not in ("ZOO_WEIGHTS", "PYTHONPATH")}
    environment["OMP_NUM_THREADS"] = "1"  # another test has the other core
    command = [sys.executable, "-c", WALK]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def _add(path: Path, code: str, table: str) -> None:
    text = path.read_text(encoding="utf-8")
    if table:
        before, place, after = text.partition(ROWS[table])
        assert place, path
        text = before + place + textwrap.indent(code, " " * 8) + after
    else:
        text += "\n\n" + code
    path.write_text(text, encoding="utf-8")


def test_a_new_family_is_on_every_page_without_touching_another_file(project: Path, seen: dict) -> None:
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
    assert "| [lenet-tanh](weights/lenet-tanh-mnist/README.md) | MNIST |" in (project / "README.md").read_text()


def test_both_snippets_of_its_card_run_and_agree(seen: dict) -> None:
    assert seen["snippets"] == "agree"


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


def test_the_way_of_a_training_image(tmp_path: Path, few_images: Callable[[int], None], quick_confidence: None) -> None:
    few_images(4_000)
    recipe = replace(RECIPES["softmax-mnist"], epochs=1, augment="flips")
    job = jobs.Job(recipe, seed=0, folder=tmp_path)

    def whole() -> None:
        jobs.carry_out(job, lambda job, record: None)
        jobs.gather([job])

    assert _follows(_way("training"), _calls(whole))
