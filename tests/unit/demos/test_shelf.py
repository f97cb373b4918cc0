"""demos.shelf: which models the pages show, in which order, and what becomes of a damaged one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import zoo
from demos import models
from demos.frame import shelf
from demos.widgets import model_sheet, reading
from zoo.datasets import DATASETS


@pytest.fixture
def changed(weights: Path) -> Iterator[Path]:
    """A folder of models that a test may change before it looks at the shelf."""
    shelf.models.cache_clear()
    yield weights
    shelf.models.cache_clear()


@pytest.mark.parametrize("dataset", DATASETS)
def test_ours_come_first_and_the_most_accurate_of_them_is_the_default(changed: Path, dataset: str) -> None:
    configs = [model.config for model in shelf.of_dataset(dataset).values()]
    ours = [config for config in configs if not config.repeats_notes]

    assert configs[: len(ours)] == ours
    accuracies = [config.metrics.test_accuracy_mean for config in ours]
    assert accuracies == sorted(accuracies, reverse=True)
    assert ours[0].architecture == "lenet5"


def test_a_damaged_model_is_left_out_and_named(changed: Path) -> None:
    with (changed / "lenet5-mnist" / "model.safetensors").open("ab") as file:
        file.write(b"more")

    loaded, broken = shelf.models()

    assert "lenet5-mnist" not in loaded
    assert "softmax-mnist" in loaded
    assert list(broken) == ["lenet5-mnist"]
    assert "is damaged or was changed" in broken["lenet5-mnist"]
    assert 'data-model="lenet5-mnist"' not in models.table()


def test_an_empty_folder_says_how_to_fill_it(changed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZOO_WEIGHTS", str(tmp_path))

    assert shelf.models() == ({}, {})
    assert "python -m zoo train --all" in reading.no_models("mnist")


@pytest.mark.parametrize("name", zoo.list_models())
def test_what_a_distilled_network_agrees_with_is_not_called_accuracy(name: str) -> None:
    model = zoo.load(name)
    words = str(model_sheet.sheet(model))
    assert ("agreement with them on the training images" in words) == (model.config.teacher is not None)
    assert ("training accuracy" in words) == (model.config.teacher is None)
