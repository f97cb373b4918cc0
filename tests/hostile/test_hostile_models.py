# ruff: noqa: E501 -- a list that is read across
"""A bad model is refused by name, or works; it never takes the others with it."""

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor
from typer.testing import CliRunner

import zoo
from demos.frame import shelf
from demos.widgets import model_sheet
from zoo import registry
from zoo.__main__ import app

NAME, OTHER = "mlp-256-mnist", "softmax-mnist"
SHIPPED = registry.find(NAME)
FACTS = json.loads((SHIPPED / "config.json").read_text())


def put(*place: str | int, value: Any) -> Callable[[Path], None]:
    """Return what changes one value of a config."""

    def change(folder: Path) -> None:
        facts = json.loads((folder / "config.json").read_text())
        inner = facts
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = value
        (folder / "config.json").write_text(json.dumps(facts))

    return change


def drop(*place: str) -> Callable[[Path], None]:
    """Return what takes one value out of a config."""

    def change(folder: Path) -> None:
        facts = json.loads((folder / "config.json").read_text())
        inner = facts
        for key in place[:-1]:
            inner = inner[key]
        del inner[place[-1]]
        (folder / "config.json").write_text(json.dumps(facts))

    return change


def write(content: bytes, name: str = "config.json") -> Callable[[Path], None]:
    return lambda folder: _write(folder / name, content)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def tensors(
    change: Callable[[dict[str, Tensor]], dict[str, Tensor]], name: str = registry.WEIGHTS
) -> Callable[[Path], None]:
    """Return what changes the tensors of a model, and its sha256 with them, as whoever made the model could."""
    import hashlib

    def write_changed(folder: Path) -> None:
        content = safetensors.torch.save(change(safetensors.torch.load_file(folder / name)))
        (folder / name).write_bytes(content)
        put("sha256", name, value=hashlib.sha256(content).hexdigest())(folder)

    return write_changed


def spoilt(value: float) -> Callable[[dict[str, Tensor]], dict[str, Tensor]]:
    """Return what sets one number of the first tensor."""

    def change(state: dict[str, Tensor]) -> dict[str, Tensor]:
        key = min(state)
        return state | {key: state[key].clone().index_fill_(0, torch.tensor([0]), value)}

    return change


def link(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").symlink_to("/dev/null")


def make_folder(folder: Path) -> None:
    (folder / registry.WEIGHTS).unlink()
    (folder / registry.WEIGHTS).mkdir()


NUMBERS = (("confidence", "temperature"), ("preprocessing", "mean"), ("preprocessing", "std"), ("metrics", "test_accuracy"),
           ("metrics", "test_accuracy_mean"), ("metrics", "test_accuracy_std"), ("metrics", "test_calibration_error"),
           ("confidence", "familiarity", "threshold"), ("recipe", "lr"))  # fmt: skip

BAD: dict[str, Callable[[Path], None]] = {
    **{f"{key}: {{}}": put(key, value={}) for key in ("metrics", "recipe", "preprocessing", "confidence", "sha256", "training", "labels")},
    **{f"no {key}": drop(key) for key in FACTS if key not in ("schema", "teacher", "augmentation")},
    **{f"{key} is null": put(key, value=None) for key in ("metrics", "recipe", "history", "name", "architecture", "date")},
    **{f"{'.'.join(place)}: {value}": put(*place, value=value) for place in NUMBERS for value in (math.nan, math.inf)},
    **{f"{'.'.join(place)}: a text": put(*place, value="0.5") for place in NUMBERS},
    "a temperature of 0": put("confidence", "temperature", value=0.0),
    "a negative temperature": put("confidence", "temperature", value=-1.0),
    "a spread of 0": put("preprocessing", "std", value=0.0),
    "an accuracy of 7": put("metrics", "test_accuracy", value=7.0),
    "nine labels": put("labels", value=list("012345678")),
    "labels that are numbers": put("labels", value=list(range(10))),
    "labels with escape codes": put("labels", value=[f"\x1b[2J{i}" for i in range(10)]),
    "a date with escape codes": put("date", value="\x1b]0;gone\x07"),
    "a date of a megabyte": put("date", value="9" * 2**20),
    "an unknown architecture": put("architecture", value="../../mlp"),
    "another architecture": put("architecture", value="lenet5"),
    "an unknown data set": put("dataset", value="mnist/../x"),
    "an empty history": put("history", value=[]),
    "a history of texts": put("history", value=["epoch 1"]),
    "a history of lists": put("history", value=[[]]),
    "a confusion of one row": put("metrics", "confusion", value=[[1]]),
    "no seeds": put("metrics", "seeds", value=[]),
    "no JSON": write(b"{"),
    "an empty config": write(b""),
    "a list as a config": write(b"[]"),
    "a text as a config": write(b'"model"'),
    "zeros as a config": write(bytes(1000)),
    "a config in another encoding": write(json.dumps(FACTS).encode("utf-16")),
    "a config a million deep": write(b"[" * 10**6),
    "an object a million deep": write(b'{"a":' * 10**6),
    "a config of 5 MB": write(b'{"a":"' + b"a" * (5 << 20) + b'"}'),
    "a number of a million digits": write(b'{"seed":' + b"9" * 10**6 + b"}"),
    "keys twice": write(b'{"name":"a","name":"b"}'),
    "float16 weights": tensors(lambda state: {key: value.half() for key, value in state.items()}),
    "float64 weights": tensors(lambda state: {key: value.double() for key, value in state.items()}),
    "bfloat16 weights": tensors(lambda state: {key: value.bfloat16() for key, value in state.items()}),
    "whole weights": tensors(lambda state: {key: value.long() for key, value in state.items()}),
    "NaN in the weights": tensors(spoilt(math.nan)),
    "infinite weights": tensors(spoilt(math.inf)),
    "NaN in what is familiar": tensors(spoilt(math.nan), registry.FAMILIARITY),
    "float64 in what is familiar": tensors(lambda state: {k: v.double() for k, v in state.items()}, registry.FAMILIARITY),
    "a tensor too many": tensors(lambda state: state | {"more": torch.zeros(1)}),
    "a tensor too few": tensors(lambda state: dict(list(state.items())[1:])),
    "no tensors": tensors(lambda state: {}),
    "a tensor of another shape": tensors(lambda state: {key: value[..., :1].contiguous() for key, value in state.items()}),
    "a pickle as weights": write(b"cos\nsystem\n(S'true'\ntR.", registry.WEIGHTS),
    "no weights": lambda folder: (folder / registry.WEIGHTS).unlink(),
    "weights that are a folder": make_folder,
    "weights that are a device": link,
    "empty weights": write(b"", registry.WEIGHTS),
    "a header of 4 GB": write(b"\xff\xff\xff\xff\0\0\0\0{}", registry.WEIGHTS),
    "nothing familiar": lambda folder: (folder / registry.FAMILIARITY).unlink(),
}  # fmt: skip
"""What is done to a sound model's folder."""


@pytest.fixture
def zoo_of_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A registry of the model to be spoilt and another, as the pages see it."""
    for name in (NAME, OTHER):
        shutil.copytree(registry.find(name), tmp_path / name)
    monkeypatch.setenv("ZOO_WEIGHTS", str(tmp_path))
    shelf.models.cache_clear()
    yield tmp_path
    shelf.models.cache_clear()


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_model_is_named_and_the_other_works(zoo_of_two: Path, fault: str):
    BAD[fault](zoo_of_two / NAME)

    with pytest.raises((registry.RegistryError, OSError)) as refusal:
        zoo.load(NAME)
    models, broken = shelf.models()

    assert len(str(refusal.value)) < 2000
    assert str(refusal.value).isprintable()
    assert list(models) == [OTHER]
    assert list(broken) == [NAME]
    assert str(zoo_of_two) not in broken[NAME], "visitors see it: no path of the machine"


@pytest.mark.parametrize("fault", ["metrics: {}", "NaN in the weights", "no JSON", "a config a million deep"])
def test_the_list_names_a_bad_model_and_goes_on(zoo_of_two: Path, fault: str):
    BAD[fault](zoo_of_two / NAME)
    listed = CliRunner().invoke(app, ["list"], env={"COLUMNS": "200"})
    assert listed.exit_code == 0
    assert OTHER in listed.stdout
    assert NAME in listed.output


ODD: dict[str, Callable[[Path], None]] = {
    "an accuracy of 1 in each class": put("metrics", "per_class_accuracy", value=[1.0] * 10),
    "accuracies beyond 1": put("metrics", "per_class_accuracy", value=[-3.0, 7.0, *[0.5] * 8]),
    "a negative confusion": put("metrics", "confusion", value=[[-1] * 10] * 10),
    "a huge confusion": put("metrics", "confusion", value=[[10**15] * 10] * 10),
    "one epoch": put("history", value=FACTS["history"][:1]),
    "epochs without end": put("history", value=[{**FACTS["history"][0], "epoch": 10**15}]),
    "a huge loss": put("history", value=[{**FACTS["history"][0], "train_loss": 1e300}]),
    "a negative loss": put("history", value=[{**FACTS["history"][0], "train_loss": -5.0}]),
    "no time at all": put("history", value=[{**FACTS["history"][0], "seconds": -1.0}]),
    "a tiny temperature": put("confidence", "temperature", value=1e-300),
    "a huge temperature": put("confidence", "temperature", value=1e300),
    "no versions": put("versions", value={}),
    "a huge learning rate": put("recipe", "lr", value=1e300),
    "minus a billion parameters": put("parameters", value=-(10**9)),
    "strange versions": put("versions", value={"": "", "<b>": "</b>"}),
    "an empty date": put("date", value=""),
}  # fmt: skip
"""What no run writes either, but a page can show."""


@pytest.mark.parametrize("fault", ODD)
def test_an_odd_model_is_refused_or_shown(zoo_of_two: Path, fault: str):
    ODD[fault](zoo_of_two / NAME)
    models, broken = shelf.models()
    assert {*models, *broken} == {NAME, OTHER}
    if NAME in models:
        model = models[NAME]
        assert model_sheet.sheet(model)
        probabilities, _ = model.read(np.zeros((28, 28), np.uint8))
        assert math.isclose(float(probabilities.sum()), 1, abs_tol=1e-3)
