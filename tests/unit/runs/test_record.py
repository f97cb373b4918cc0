"""What is recorded of a run, and what is found out before one begins."""

from dataclasses import replace

import pytest

from zoo.recipes import RECIPES
from zoo.runs import record


@pytest.mark.parametrize("name", ["softmax-mnist", "lenet5-fashion-mnist", "mlp-256-256-dropout-fashion-mnist-notes"])
def test_a_recipe_of_the_zoo_can_be_trained_and_carded(name: str) -> None:
    record.rehearse(RECIPES[name])


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
