"""What a model's sheet says of the accuracy on the images kept aside beside the one on the test images."""

import re

import numpy as np
import pytest

import zoo
from demos.frame.language import translate
from demos.widgets import model_sheet

NAMES = [name for name in zoo.list_models() if zoo.load(name).config.recipe.watched_split == "validation"]


@pytest.mark.parametrize("name", NAMES)
def test_the_gap_to_the_test_set_is_told_with_what_chance_makes_of_it(name: str) -> None:
    config = zoo.load(name).config
    aside, test = config.history[-1]["validation_accuracy"], config.metrics.test_accuracy
    told = translate(model_sheet.sheet(zoo.load(name)).encode(), "en").decode()
    sentence = re.search(r"Of the test images it reads ([\d.]+)%: (.*?)</p>", told)

    random = np.random.default_rng(0)
    luck = random.binomial(5_000, test, 200_000) / 5_000 - random.binomial(10_000, test, 200_000) / 10_000
    chance = 200 * luck.std()
    assert sentence
    assert sentence[1] == f"{100 * test:.2f}"
    if abs(aside - test) * 100 > chance:
        assert aside > test, "the sentence explains why it is lower"
        gap, made = map(
            float, re.match(r"([\d.]+) points less, where chance alone makes ([\d.]+);", sentence[2]).groups()
        )
        assert gap == pytest.approx(100 * (aside - test), abs=0.006)
        assert ("other people wrote" in sentence[2]) == (config.dataset == "mnist")
    else:
        made = float(re.match(r"chance alone moves .* by up to ([\d.]+) points", sentence[2])[1])
    assert made == pytest.approx(chance, rel=0.03)


def test_the_notes_models_kept_no_images_aside() -> None:
    assert "Of the test images it reads" not in model_sheet.sheet(zoo.load("lenet5-mnist-notes"))
