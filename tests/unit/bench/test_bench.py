"""Benchmarks: both sides train every kind of recipe."""

import math
from dataclasses import replace

import pytest

from zoo.bench import training
from zoo.recipes import OPTIMIZERS, RECIPES


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_both_sides_train_with_every_optimizer(optimizer: str, datasets: dict) -> None:
    recipe = replace(RECIPES["lenet5-mnist-notes"], optimizer=optimizer, lr=1e-3)
    loss, accuracy = training.as_the_notes(recipe, 512)()
    assert math.isfinite(loss)
    assert 0 <= accuracy <= 1
    assert math.isfinite(training.as_we_do(recipe, 512)()["train_loss"])
