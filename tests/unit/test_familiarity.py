"""Familiarity: pictures of the data set pass, patterns and letters that no garment or digit shows are flagged."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

import zoo
from demos.widgets.reasons import means
from zoo import data, familiarity, flags, registry
from zoo.familiarity import Distances
from zoo.synthetic import digits, strangers
from zoo.synthetic.letter_strokes import APART

PATTERNS = {
    "stripes": np.tile(np.array([0, 0, 255, 255], np.uint8), (28, 7)),
    "noise": np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8),
    "full": np.full((28, 28), 255, np.uint8),
    "black": np.zeros((28, 28), np.uint8),
    "checks": np.kron(np.indices((7, 7)).sum(0) % 2, np.full((4, 4), 255)).astype(np.uint8),
}
BEST = ["lenet5-mnist", "lenet5-fashion-mnist"]


def test_two_clouds_are_told_apart_and_the_scale_of_a_logit_does_not_matter() -> None:
    generator = torch.Generator().manual_seed(0)
    known = torch.randn(1_000, 206, generator=generator)
    strange = torch.randn(1_000, 206, generator=generator) + 1.0
    scales = torch.cat([torch.logspace(-2, 2, 10), torch.ones(196)])
    familiar = familiarity.fit(known * scales, strange * scales, generator, epochs=3)
    assert (familiar.score(known * scales) < 0).float().mean() > 0.95
    assert (familiar.score(strange * scales) > 0).float().mean() > 0.95


@pytest.mark.parametrize("name", BEST)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_are_unfamiliar(name: str, pattern: str) -> None:
    familiar = zoo.load(name).read(PATTERNS[pattern])[1]
    assert not familiar


@pytest.mark.parametrize("name", BEST)
def test_test_images_are_familiar(name: str, datasets: dict) -> None:
    classifier = zoo.load(name)
    images = data.load(classifier.config.dataset, "test")[0][:1_000]
    assert classifier.read_all(images.numpy())[1].double().mean() >= 0.97


def test_letters_that_were_not_taught_are_flagged_and_drawn_digits_are_not() -> None:
    classifier, generator = zoo.load("lenet5-mnist"), torch.Generator().manual_seed(9)
    letters = strangers.letters(400, generator, APART)
    drawn = digits.draw(torch.arange(400) % 10, generator)
    assert classifier.read_all(letters.numpy())[1].double().mean() < 0.4
    assert classifier.read_all(drawn.numpy())[1].double().mean() > 0.97


def test_the_clothes_model_flags_digits() -> None:
    drawn = digits.draw(torch.arange(400) % 10, torch.Generator().manual_seed(9))
    assert zoo.load("lenet5-fashion-mnist").read_all(drawn.numpy())[1].double().mean() < 0.05


@pytest.mark.parametrize("name", registry.names())
def test_every_card_says_how_often_its_model_flags_what(name: str) -> None:
    folder = registry.find(name)
    shares = registry.read_config(folder).confidence.familiarity.flagged
    assert shares is not None
    assert shares.keys() == flags.KINDS.keys()
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert all(f"| {flags.KINDS[kind].en} | {100 * share:.1f} % |" in card for kind, share in shares.items())
    assert max(shares["test"], shares["drawn"]) < 0.03
    assert shares["letters"] > 0.6
    assert (folder / "familiarity.safetensors").stat().st_size < 50_000


def test_a_distance_is_that_from_the_nearest_class() -> None:
    """Of pictures without ink, where only the logits tell: each class's mean is 3 at its own logit."""
    means = torch.cat([3 * torch.eye(10), torch.zeros(10, 49)], 1).double()
    distances = Distances(means, torch.eye(59, dtype=torch.float64), 1.0)
    logits = torch.zeros(2, 10)
    logits[0, 4], logits[1] = 5.0, torch.arange(10.0)
    strange = distances.strangeness(torch.zeros(2, 28, 28, dtype=torch.uint8), logits)
    assert strange.tolist() == pytest.approx([2.0**2, sum(i**2 for i in range(9)) + 6.0**2])


def test_a_folder_that_holds_distances_still_reads(tmp_path: Path) -> None:
    classifier = zoo.load("softmax-mnist")
    distances = Distances(torch.zeros(10, 59, dtype=torch.float64), torch.eye(59, dtype=torch.float64), 900.0)
    registry.save(tmp_path / "old", classifier.model.state_dict(), classifier.config, distances)
    old = zoo.load(str(tmp_path / "old"))
    logits = torch.tensor([[3.0, 4.0] + 8 * [0.0]])
    image = torch.zeros(1, 28, 28, dtype=torch.uint8)
    assert old.familiar.strangeness(image, logits).item() == 25.0


@pytest.mark.parametrize("name", data.FILES)
def test_the_average_pictures_are_those_of_the_training_images(name: str, datasets: dict) -> None:
    assert json.loads(means.FILE.read_text())[name] == means.measure(name)
