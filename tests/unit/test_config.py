"""config.json as a typed value: what is written is read again, an old one too, and what is wrong with one is named."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import zoo
from zoo import config as facts
from zoo import recipes, registry
from zoo.config import Config, ConfigError

NAME = "lenet5-mnist"
SHIPPED = registry.find(NAME)


@pytest.fixture(scope="module")
def text() -> str:
    """The config.json of a shipped model."""
    return (SHIPPED / "config.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", registry.names())
def test_what_is_written_is_read_again(name: str) -> None:
    content = (registry.find(name) / "config.json").read_text(encoding="utf-8")
    config = Config.from_json(content)
    assert config.to_json() == content
    assert config.recipe == zoo.RECIPES[name]


def test_a_folder_of_the_first_schema_still_loads(tmp_path: Path, text: str) -> None:
    """It held the matrices of familiarity as lists, no teacher and no schema."""
    folder = tmp_path / NAME
    shutil.copytree(SHIPPED, folder)
    matrices = {"means": torch.ones(10, 59, dtype=torch.float64), "precision": torch.eye(59, dtype=torch.float64)}
    (folder / "familiarity.safetensors").unlink()
    old = json.loads(text)
    del old["schema"], old["sha256"]["familiarity.safetensors"]
    old["confidence"]["familiarity"] |= {name: matrix.tolist() for name, matrix in matrices.items()}
    (folder / "config.json").write_text(json.dumps(old))

    before, now = zoo.load(NAME), zoo.load(str(folder))

    assert registry.verify(folder) == []
    assert all(torch.equal(tensor, now.familiar.tensors[name]) for name, tensor in matrices.items())
    assert now.config.teacher == before.config.teacher
    registry.rewrite(folder)
    rewritten = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert rewritten["schema"] == facts.SCHEMA
    assert (folder / "familiarity.safetensors").exists()


def test_what_schema_2_called_training_accuracy_of_a_distilled_model_is_agreement() -> None:
    old = json.loads((registry.find("mlp-256-mnist") / "config.json").read_text(encoding="utf-8"))
    old["schema"] = 2
    old["history"] = [{key.replace("agreement", "accuracy"): v for key, v in each.items()} for each in old["history"]]
    config = Config.from_json(json.dumps(old))
    assert config.followed == "train_agreement"
    assert "train_accuracy" not in config.history[0]


def test_a_card_keeps_the_teacher_that_its_model_had(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "mlp-256-mnist"
    key = zoo.RECIPES[name].teacher
    retuned = replace(recipes.TEACHERS[key], share=0.5, temperature=9.0)
    monkeypatch.setitem(recipes.TEACHERS, key, retuned)
    assert registry.verify(registry.find(name)) == []


WRONG = {
    "no metrics": ({"metrics": None}, r"metrics: input should be"),
    "an empty recipe": ({"recipe": {}}, r"recipe\.architecture: field required"),
    "a recipe of another version": ({"recipe": {"warmth": 3}}, r"recipe\.warmth: unexpected keyword argument"),
    "an unknown key": ({"weather": "fine"}, r"weather: unexpected keyword argument"),
    "a number as a text": ({"seed": "0"}, r"seed: input should be a valid integer"),
    "a truth as a number": ({"parameters": True}, r"parameters: input should be a valid integer"),
    "a newer schema": ({"schema": 4}, r"schema: 4 is not one that this version of the zoo reads \(1 to 3\); update it"),
    "an unknown architecture": ({"architecture": "alexnet"}, r"architecture: expected one of softmax, .*'alexnet'"),
    "an unknown data set": ({"dataset": "cifar"}, r"dataset: expected one of mnist, fashion-mnist, got 'cifar'"),
    "no labels": ({"labels": []}, r"labels: expected 10 labels, got '0'"),
    "no history": ({"history": []}, r"history: expected records with .*train_loss.*, got '0 records'"),
    "a history without losses": ({"history": [{"epoch": 1}]}, r"history: expected records with .*train_loss"),
    "no spread of pixels": ({"preprocessing": {"mean": 0.1, "std": 0.0}}, r"preprocessing\.std: expected more than 0"),
    "no sha256": ({"sha256": {}}, r"sha256: expected the sha256 of model.safetensors"),
    "a long text": ({"date": "x" * 3000}, r"date: a text of 3,000 characters; at most 2,000 are read"),
}


@pytest.mark.parametrize(("changes", "reason"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named(changes: dict, reason: str, text: str) -> None:
    values = json.loads(text)
    for key, value in changes.items():
        merge = isinstance(value, dict) and value and key == "recipe"
        values[key] = values[key] | value if merge else value
    with pytest.raises(ConfigError, match=reason):
        Config.from_json(json.dumps(values))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"temperature": 1.', '"temperature": NaN, "x": 1.', "temperature|x"),
        ('"threshold": ', '"threshold": 1e999, "y": ', "threshold|y"),
        ('"test_loss": 0.0', '"test_loss": -Infinity, "z": 0.0', "test_loss|z"),
    ],
)
def test_numbers_are_finite(old: str, new: str, reason: str, text: str) -> None:
    assert old in text
    with pytest.raises(ConfigError, match=reason):
        Config.from_json(text.replace(old, new, 1))


def test_an_infinite_number_is_named(text: str) -> None:
    changed = json.loads(text)
    changed["confidence"]["temperature"] = float("inf")
    with pytest.raises(ConfigError, match=r"confidence\.temperature"):
        Config.from_json(json.dumps(changed))


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "[" * 1_000_000, '{"a":' * 100_000, "\x00"])
def test_what_is_no_config_at_all_is_refused(content: str) -> None:
    with pytest.raises(ConfigError):
        Config.from_json(content)


def test_the_schema_is_the_one_that_is_written(text: str) -> None:
    assert json.loads(text)["schema"] == facts.SCHEMA
