"""What is recorded of a run, and what is found out before one begins."""

from dataclasses import replace

import pytest
from torch import Tensor

from zoo import data, metrics, train
from zoo.recipes import RECIPES
from zoo.runs import record


@pytest.mark.parametrize("name", ["softmax-mnist", "lenet5-fashion-mnist", "mlp-256-256-dropout-fashion-mnist-notes"])
def test_a_recipe_of_the_zoo_can_be_trained_and_carded(name: str) -> None:
    record.rehearse(RECIPES[name])


@pytest.mark.parametrize(("name", "held_out"), [("softmax-mnist", True), ("softmax-fashion-mnist-notes", False)])
def test_the_temperature_is_fitted_only_on_images_that_the_run_did_not_learn(
    name: str, held_out: bool, datasets: dict, quick_confidence: None
) -> None:
    run = train.start(RECIPES[name])

    def predict(images: Tensor) -> Tensor:
        return metrics.predict(run.final, images, **run.recipe.preprocessing)

    confidence, _ = record.fit_confidence(predict, run.recipe)
    images, labels = data.load(run.recipe.dataset, "validation")
    logits = predict(images)
    assert confidence.temperature == (metrics.fit_temperature(logits, labels) if held_out else 1.0)
    assert confidence.fitted_on == ("validation" if held_out else "training images")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"augment": "unknown"}, "KeyError: 'unknown'"),
        ({"teacher": "nobody"}, "KeyError: 'nobody'"),
        ({"optimizer": "rprop"}, "unknown optimizer 'rprop'"),
        ({"architecture": "lenet6"}, "lenet6"),
    ],
)
def test_what_no_card_could_be_written_of_is_refused_before_it_is_trained(changes: dict, reason: str) -> None:
    with pytest.raises(ValueError, match=r"-mnist can't be trained as it is described: .*" + reason):
        record.rehearse(replace(RECIPES["softmax-mnist"], **changes))
